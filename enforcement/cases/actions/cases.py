"""Open a case, bring listings in, let others in, open a side room."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, NotAllowed, Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space, audiences_of
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.members.references import next_reference
from coalition.search.actions import index
from enforcement.cases.models import Case, CaseListing
from enforcement.cases.permissions import can_contribute, can_lead, can_open
from enforcement.market.entering import enter, entered
from enforcement.market.models import Listing

MOST_AT_ONCE = 5_000
MOST_TAGS, LONGEST_TAG = 12, 40


@transaction.atomic
def open_case(*, title: str, by: Viewer, summary: str = "", tlp: str = Tlp.AMBER, tags: str = "", listings=None) -> Case:
    """Open a case led by the viewer's organisation (under TLP:RED by the viewer alone), with tags and some of its listings.

    Raises NotAllowed, and Refused, at its field, for tags that are too many or too long.
    """
    require(can_open(by))
    named = tags_of(tags)
    reference = next_reference(by.organisation_id)
    owner = Audience.objects.get(pk=by.organisation_audience_id)
    space = access.open_space(Space.Kind.CASE, by=by, owner=owner, label=reference, mark=tlp)
    case = Case.objects.create(space=space, reference=reference, title=title, summary=summary, tags=named, owner=owner, opened_by_id=by.audience_id)
    index_case(case)
    record("case.opened", case, by=by, title=title)
    if listings is not None:
        add_listings(case, listings, by=by)
    return case


def index_case(case: Case) -> None:
    """Renew how it is found."""
    index(case, kind="case", title=f"{case.reference} {case.title}", detail=case.get_state_display(), body=" ".join([case.summary, *case.tags]))


@transaction.atomic
def add_listings(case: Case, listings, *, by: Viewer, verified: bool = True) -> int:
    """Bring listings of the viewer's own desk into a case, as they are now; returns how many were not in it yet.

    Those that nobody has looked at yet are brought unverified: they stand in a lane of their own until somebody has.
    """
    require(can_contribute(by, case))
    require_open(case)
    # What is in it already stays as it was brought, whatever its key is now.
    here = CaseListing.objects.filter(case=case, brought_by_id=by.organisation_audience_id)
    own = list(listings.filter(space_id=by.desk_id).exclude(pk__in=here.values("listing"))[: MOST_AT_ONCE + 1])
    if len(own) > MOST_AT_ONCE:
        raise Refused(_("At most %(most)d listings at once.") % {"most": MOST_AT_ONCE})
    before = CaseListing.objects.filter(case=case, brought_by_id=by.organisation_audience_id).count()
    CaseListing.objects.bulk_create(
        (
            CaseListing(
                space_id=case.space_id,
                case=case,
                listing=listing,
                brought_by_id=by.organisation_audience_id,
                platform_id=listing.platform_id,
                price=listing.price,
                currency=listing.currency,
                verified_at=timezone.now() if verified else None,
                verified_by_id=by.audience_id if verified else None,
                **listing.facts,
            )
            for listing in own
        ),
        ignore_conflicts=True,
    )
    added = CaseListing.objects.filter(case=case, brought_by_id=by.organisation_audience_id).count() - before
    Listing.objects.filter(pk__in=[listing.pk for listing in own]).take_up()
    if added:
        touch(case)
        record("case.listings_added" if verified else "case.unverified_added", case, by=by, count=added)
    return added


@transaction.atomic
def enter_listings(case: Case, addresses: str, *, by: Viewer, seller_name: str = "", verified: bool = True) -> int:
    """Write addresses, one a line, as listings of one's own desk and bring them in; returns how many were not in it yet.

    Raises NotAllowed, and Refused, at its field, as `entering.enter` does.
    """
    require(can_contribute(by, case))
    require_open(case)
    return add_listings(case, entered(enter(addresses, seller_name=seller_name, by=by)), verified=verified, by=by)


@transaction.atomic
def add_seller(case: Case, seller: str, *, by: Viewer) -> int:
    """Bring in all listings of one's own desk by a seller, by its key or name; returns how many were not in it yet. Raises Refused at its field."""
    require(can_contribute(by, case))
    seller = seller.strip()
    found = Listing.objects.filter(Q(seller_key=seller) | Q(seller_name__iexact=seller), space_id=by.desk_id) if seller else Listing.objects.none()
    if not found.exists():
        raise Refused(_("No listing of your desk has this seller."), field="seller")
    return add_listings(case, found, by=by)


@transaction.atomic
def verify(case: Case, ids: list[int], *, by: Viewer) -> int:
    """Say that one has looked at listings of the case and they are what they seem; returns how many nobody had verified yet."""
    require(can_contribute(by, case))
    require_open(case)
    found = CaseListing.objects.filter(case=case, space_id=case.space_id, pk__in=ids, verified_at=None)
    count = found.update(verified_at=timezone.now(), verified_by_id=by.audience_id)
    if count:
        touch(case)
        record("case.verified", case, by=by, count=count)
    return count


@transaction.atomic
def take_out(case: Case, ids: list[int], *, by: Viewer) -> int:
    """Take listings out of a case again that one's own organisation brought; returns how many. They stay on their desk, and the history says which.

    Raises NotAllowed, and Refused for a closed case and where none of them is one's own.
    """
    require(can_contribute(by, case))
    require_open(case)
    found = CaseListing.objects.filter(case=case, space_id=case.space_id, brought_by_id=by.organisation_audience_id, pk__in=ids)
    keys = list(found.order_by("pk").values_list("key", flat=True))
    if not keys:
        raise Refused(_("Only whoever brought a listing takes it out again: none of these is yours."))
    found.delete()
    touch(case)
    more = _(" and %(n)d more") % {"n": len(keys) - 20} if len(keys) > 20 else ""
    record("case.listings_taken_out", case, by=by, count=len(keys), what=", ".join(keys[:20]) + more)
    return len(keys)


def tag_all(cases: Iterable[Case], *, tags: str, by: Viewer) -> int:
    """Add tags to those of some cases that one leads; returns how many have them now. Raises Refused, at its field, for tags that do not hold."""
    if not tags_of(tags):
        raise Refused(_("Write at least one tag."), field="tags")
    count = 0
    for case in cases:
        if can_lead(by, case):
            describe(case, tags=", ".join([*case.tags, tags]), by=by)
            count += 1
    return count


@transaction.atomic
def describe(
    case: Case, *, by: Viewer, title: str | None = None, summary: str | None = None, tags: str | None = None, seen: str = ""
) -> Case:  # fmt: skip
    """Put right what a case is called and about, and its tags, separated by commas; what is None stays as it is. `seen` is the wording that was
    changed (`Case.wording`); none, and it is not asked.

    Raises NotAllowed, Refused at its field, and Conflict where it was changed meanwhile, in another window or by a colleague.
    """
    require(can_lead(by, case))
    require_here(case)
    case = lock(case, "space")
    if seen and seen != case.wording:
        raise Conflict(_("It was changed meanwhile, by a colleague or in another window: look at it as it is now, then save yours again."))
    title, summary = case.title if title is None else title, case.summary if summary is None else summary
    named = case.tags if tags is None else tags_of(tags)
    if not title.strip():
        raise Refused(_("Give it a title."), field="title")
    if (case.title, case.summary, case.tags) != (title.strip(), summary.strip(), named):
        case.title, case.summary, case.tags, case.changed_at = title.strip(), summary.strip(), named, timezone.now()
        case.save(update_fields=["title", "summary", "tags", "changed_at"])
        index_case(case)
        record("case.described", case, by=by, title=case.title)
    return case


def tags_of(text: str) -> list[str]:
    """Tags as typed, each once, in lower case and in order. Raises Refused at the field of the tags."""
    named = sorted({" ".join(tag.split()).lower() for tag in text.split(",")} - {""})
    if len(named) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in named):
        raise Refused(_("At most %(most)d tags of up to %(long)d letters.") % {"most": MOST_TAGS, "long": LONGEST_TAG}, field="tags")
    return named


def is_in_as_organisation(viewer: Viewer, case: Case) -> bool:
    """Whether the viewer's whole organisation reads a case, by itself or in a group; else the viewer was let in as a person."""
    theirs = audiences_of(viewer.organisation_audience_id)
    return Grant.objects.live().filter(space_id=case.space_id, audience_id__in=theirs).exists()


def hold(case: Case) -> Case:
    """Let nobody else change, close, merge or share a case until the transaction ends; for whoever is in, a reader too, whose step was asked
    already. Gives the case as it is now. Whoever locks a case and its space, or its tasks, locks the case first.
    """
    with as_system("hold a case still while a party takes a step that is its own"):
        held = lock(case)
    if not Case.objects.filter(pk=case.pk).exists():
        raise NotAllowed(_("Your right to this case ended meanwhile: nothing was written."))
    return held


def require_here(case: Case) -> None:
    """Raises Refused for a case that was merged away, where what is written would be read by nobody; it is merged nowhere meanwhile."""
    into = Case.objects.filter(pk=hold(case).merged_into_id).first()
    if into is not None:
        raise Refused(_("This case goes on in %(into)s: do it there.") % {"into": into.reference})


def require_open(case: Case) -> None:
    """Raises Refused for a case that is closed; it stays open until the transaction ends."""
    if hold(case).state != Case.State.OPEN:
        raise Refused(_("The case is closed. Reopen it first."))


def touch(case: Case) -> None:
    """It has changed now."""
    Case.objects.filter(pk=case.pk).update(changed_at=timezone.now())
