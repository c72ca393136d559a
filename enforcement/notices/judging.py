"""What a notice is judged on before it is sent: the ground's checklist with its facts, each item's own faults, and what was found, kept."""

from __future__ import annotations

from django.db.models import Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.viewer import Viewer, as_system
from coalition.dates import long_day
from coalition.members.countries import in_words
from coalition.members.models import Mandate, Seat
from enforcement.cases.models import Case, CaseListing
from enforcement.market.allowing import allowed_among
from enforcement.notices import rules
from enforcement.notices.models import UPHELD, CaseNotice, Judgement, Notice, NoticeItem
from enforcement.rights.models import Right
from enforcement.shapes.models import form_of
from enforcement.shapes.rules import gaps
from enforcement.shapes.words import UNION

Outcome = NoticeItem.Outcome


def holding(notice: Notice) -> list[Case]:
    """The cases that let no notice be sent yet: those it was drafted from, and those its principal leads in which its listings lie."""
    items = list(notice.items.values_list("listing", flat=True))
    with as_system("ask what holds a notice: a case it was drafted from holds it also once its principal has left"):
        return list(Case.objects.held().filter(Q(pk__in=_drafted_from(notice)) | Q(pk__in=_lying_in(notice, items))).order_by("pk")[:20])


def _drafted_from(notice: Notice):
    return CaseNotice.objects.filter(notice=notice).values("case")


def _lying_in(notice: Notice, listings: list[int]):
    return CaseListing.objects.filter(listing__in=listings, case__owner=notice.principal.audience_id).values("case")


def faults_of(notice: Notice) -> dict[int, list[rules.Fault]]:
    """By item, what speaks against sending it, with what says so; items without a fault are not there. Asked as the principal."""
    items = list(notice.items.exclude(outcome=Outcome.WITHDRAWN).select_related("listing"))
    found: dict[int, list[rules.Fault]] = {}

    def say(item: NoticeItem, check: str, because: str) -> None:
        found.setdefault(item.pk, []).append(rules.Fault(check, because))

    today = timezone.localdate()
    allowed = {
        entry.seller_key.lower(): entry for entry in allowed_among([item.seller_key for item in items], desk_id=notice.principal.desk_id, on=today)
    }
    held = _held_listings(notice, [item.listing_id for item in items])
    earlier = _earlier(notice, [item.key for item in items])
    outside = _outside(notice, {item.nice_class for item in items if item.nice_class})
    for item in items:
        if entry := allowed.get(item.seller_key.lower()):
            say(item, "allowed", entry.name)
        if (because := outside.get(item.nice_class)) is not None:
            say(item, "class", because)
        if cases := held.get(item.listing_id or 0):
            say(item, "held", ", ".join(cases))
        other = earlier.get(item.key)
        if other is None:
            continue
        if other.outcome in (Outcome.PENDING, Outcome.CLARIFICATION):
            say(item, "waits", other.notice.reference)
        elif other.decided_at and (item.listing is None or item.listing.last_seen_at <= other.decided_at):
            day = long_day(timezone.localtime(other.decided_at))
            say(item, "down", _("%(ref)s, since %(day)s") % {"ref": other.notice.reference, "day": day})
    return found


def _outside(notice: Notice, classes: set[int]) -> dict[int | None, str]:
    """Of some Nice classes those for which the mark is valid nowhere where the platform sells, each with why."""
    right = notice.right
    if right is None or right.kind != Right.Kind.TRADEMARK or not classes:
        return {}
    prefetch_related_objects([right], "protections__statuses")
    found: dict[int | None, str] = {}
    for one in sorted(classes):
        verdict = right.valid_in_any(notice.platform.countries, timezone.localdate(), classes=[one])
        if not verdict.is_valid:
            found[one] = _("class %(n)d: %(why)s") % {"n": one, "why": verdict.because}
    return found


def _held_listings(notice: Notice, listings: list[int]) -> dict[int, list[str]]:
    """By listing, the cases that hold it. A case that the whole notice was drafted from holds every one."""
    held: dict[int, list[str]] = {}
    with as_system("ask which items of a notice a case holds"):
        whole = [str(case.reference) for case in Case.objects.held().filter(pk__in=_drafted_from(notice))]
        for listing, reference in CaseListing.objects.filter(
            listing__in=listings, case__owner=notice.principal.audience_id, case__in=Case.objects.held()
        ).values_list("listing", "case__reference"):
            held.setdefault(listing, []).append(reference)
    return {listing: sorted({*whole, *held.get(listing, [])}) for listing in listings} if whole else held


def _earlier(notice: Notice, keys: list[str]) -> dict[str, NoticeItem]:
    """By key, the newest of the same principal's items in other notices that wait for a decision, or that were taken down and are."""
    under_way = [Notice.State.APPROVAL, Notice.State.VETTING, Notice.State.SENT]
    waits = Q(notice__state__in=under_way, outcome__in=[Outcome.PENDING, Outcome.CLARIFICATION])
    same = NoticeItem.objects.filter(waits | UPHELD, notice__principal=notice.principal_id, key__in=keys).exclude(notice=notice)
    return {item.key: item for item in same.select_related("notice").order_by("pk")}


def valid_where(notice: Notice) -> tuple[list[str], list[str]]:
    """Of the platform's countries those in which the right is valid today, and the others; both empty where the platform names none."""
    right, today = notice.right, timezone.localdate()
    if right is None:
        return [], []
    prefetch_related_objects([right], "protections__statuses")
    valid = [country for country in notice.platform.countries if right.valid(country=country, on=today).is_valid]
    return valid, [country for country in notice.platform.countries if country not in valid]


def mandate_of(sender: int) -> Mandate | None:
    """The mandate under which a seat sends, where it is an agent's."""
    seat = Seat.objects.filter(audience_id=sender).select_related("mandate__agent").first()
    return seat.mandate if seat and seat.mandate_id else None


def claim_of(notice: Notice, sender: int | None = None) -> rules.Claim:
    """The facts the checklist is judged on; asked as the principal, who may read the right. `sender` is the seat that sends it."""
    today, right, form = timezone.localdate(), notice.right, form_of(notice.platform_id, notice.read_as_of)
    valid, invalid = valid_where(notice)
    validity = right.valid_in_any(notice.platform.countries, today) if right else None
    because = validity.because if validity else ""
    if valid and invalid:
        because = _("valid in %(these)s; not in %(those)s") % {"these": in_words(valid), "those": in_words(invalid)}
    faults = faults_of(notice)
    says = {check: sorted({fault.because for row in faults.values() for fault in row if fault.check == check}) for check in rules.ITEM_CHECKS}
    mandate = mandate_of(sender or notice.submitted_by_id or notice.drafted_by_id)
    return rules.Claim(
        ground=notice.ground,
        right_kind=right.kind if right else "",
        right_name=str(right) if right else "",
        right_valid=validity is not None and validity.is_valid,
        validity=because,
        allowed=tuple(says["allowed"]),
        outside=tuple(says["class"]),
        unclassed=notice.items.filter(nice_class=None).exclude(outcome=Outcome.WITHDRAWN).count(),
        held=tuple(f"{case.reference} PAP:{case.pap}" for case in holding(notice)),
        waits=tuple(says["waits"]),
        down=tuple(says["down"]),
        items=notice.item_count,
        most_items=notice.platform.most_items,
        takes_notices=notice.platform.organisation_id is not None,
        statement=notice.statement,
        signatory=notice.signatory,
        contact=notice.contact,
        asks_for_contact=notice.platform.organisation is not None and notice.platform.organisation.country in UNION,
        in_good_faith=notice.in_good_faith,
        not_genuine=notice.not_genuine,
        has_form=any(one.is_asked(notice.ground) for one in form),
        form_gaps=tuple(gaps(form, notice.ground, notice.said, number=right.number if right else "")),
        mandate=rules.Mandate(
            is_needed=mandate is not None,
            holds=mandate is not None and _covers(mandate, valid or notice.platform.countries),
            words=_words_of(mandate) if mandate else "",
        ),
    )


def _covers(mandate: Mandate, countries: list[str]) -> bool:
    """Whether a power of attorney holds today for one of some countries; for any where it or they name none."""
    in_force = Mandate.objects.in_force().filter(pk=mandate.pk).exists()
    return in_force and (not mandate.territory or not countries or bool(set(mandate.territory) & set(countries)))


def _words_of(mandate: Mandate) -> str:
    where = in_words(mandate.territory) or _("everywhere")
    return _("%(agent)s, signed %(who)s, for %(where)s, until before %(day)s") % {
        "agent": mandate.agent, "who": mandate.signatory, "where": where, "day": long_day(mandate.ended_on or mandate.ends_on),
    }  # fmt: skip


def keep(notice: Notice, checks: list[rules.Check], occasion: str, *, by: Viewer) -> Judgement:
    """Keep what was found on an occasion, and the facts of each item it was found on: read later, it says what was known then."""
    space = notice.vetting_space_id or notice.principal.desk_id
    items = {
        str(item.pk): {
            "key": item.key,
            "seller": item.seller_key,
            "class": item.nice_class,
            "seen": item.listing and item.listing.last_seen_at.isoformat(),
        }
        for item in notice.items.exclude(outcome=Outcome.WITHDRAWN).select_related("listing")
    }
    return Judgement.objects.create(
        space_id=space, notice=notice, occasion=occasion, judged_by_id=by.audience_id, items=items,
        checks=[{"id": check.id, "text": check.text, "source": check.source, "passed": check.passed, "because": check.because} for check in checks],
    )  # fmt: skip
