"""The register as a whole: brought in from elsewhere and undone, terms by hand, and what is done to many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, not_gone_by, reason_given, require
from coalition.access.many import one_by_one
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.brought import actions as files
from coalition.dates import last_day
from coalition.dues.actions.accounts import account_of
from coalition.dues.actions.renewals import renew_together
from coalition.dues.actions.terms import charge_given
from coalition.dues.models import Account, Band, Payment
from coalition.dues.permissions import can_keep_accounts
from coalition.members import actions as members
from coalition.members.countries import NAMES
from coalition.members.models import Invitation, Organisation, Seat, Term, Tier
from coalition.members.permissions import can_keep_register
from coalition.members.references import free_prefix, free_slug
from coalition.members.standing import facts_of, standing
from coalition.register import columns
from coalition.register.models import RegisterImport, RegisterRow

# So many at most have their standing changed in one go: whoever waits for the page still does.
MOST_AT_ONCE = 200


def bring(upload, *, by: Viewer) -> RegisterImport:
    """Read a register and judge each row; nothing is entered yet. Raises NotAllowed, and Refused for a file that is no table or lacks a column."""
    require(can_keep_register(by))
    tiers = list(Tier.objects.select_related("category").filter(category__is_member=True))
    # A name that tiers of several categories bear says nothing alone.
    names = Counter(tier.name.casefold() for tier in tiers)
    alone = {tier.name.casefold(): tier.pk for tier in tiers if names[tier.name.casefold()] == 1}
    known = columns.Vocabulary(
        tiers=alone | {key: tier.pk for tier in tiers for key in (tier.slug, f"{tier.category.name} – {tier.name}".casefold())},
        countries=NAMES, bands={key: band.pk for band in Band.objects.all() for key in (band.slug, band.name.casefold())},
    )  # fmt: skip
    ours, seen = {name.casefold() for name in Organisation.objects.known().values_list("name", flat=True)}, set()

    def judge(value: dict[str, str]) -> tuple[str, dict]:
        facts = columns.understand(value, known)
        key = facts["name"].casefold()
        verdict = RegisterRow.Verdict.KNOWN if key in ours else RegisterRow.Verdict.DOUBLE if key in seen else RegisterRow.Verdict.NEW
        seen.add(key)
        return verdict, facts

    return files.bring(RegisterImport, upload, columns=columns.COLUMNS, judge=judge, verb="register.brought", by=by)


@transaction.atomic
def enter(brought: RegisterImport, *, by: Viewer) -> int:
    """Enter the new rows: organisation, account, its term as it was, its owner's invitation. Returns how many; once.

    Terms that began before the portal did are entered as they were: the one place where a day gone by is written.
    """
    require(can_keep_register(by))
    brought = files.held(brought, state=RegisterImport.State.CHECKED)
    count = 0
    tiers = {tier.pk: tier for tier in Tier.objects.select_related("category")}
    bands = {band.pk: band for band in Band.objects.all()}
    with as_system("enter a register that was kept elsewhere"):
        slugs = set(Organisation.objects.values_list("slug", flat=True))
        prefixes = set(Organisation.objects.values_list("prefix", flat=True))
        names = {name.casefold() for name in Organisation.objects.known().values_list("name", flat=True)}
        for row in brought.rows.filter(verdict=RegisterRow.Verdict.NEW):
            if row.facts["name"].casefold() in names:
                # Somebody entered it meanwhile.
                row.verdict = RegisterRow.Verdict.KNOWN
                row.save(update_fields=["verdict"])
                continue
            row.term = _enter(row.facts, tiers[row.facts["tier"]], bands.get(row.facts.get("band")), slugs, prefixes)
            row.organisation = row.term.organisation
            row.save(update_fields=["organisation", "term"])
            count += 1
        files.pass_to(brought, RegisterImport.State.ENTERED)
        record("register.entered", brought, by=by, name=brought.name, count=count)
    return count


def _enter(facts: dict, tier: Tier, band: Band | None, slugs: set[str], prefixes: set[str]) -> Term:
    # Taken out once and brought in again, it is the same organisation.
    organisation = (
        Organisation.objects.select_related("category", "audience", "finance").filter(name__iexact=facts["name"], category=tier.category).first()
    )
    if organisation is None:
        slug, prefix = free_slug(facts["name"], slugs), free_prefix(facts["name"], prefixes)
        slugs.add(slug)
        prefixes.add(prefix)
        organisation = members.found_organisation(
            slug=slug, name=facts["name"], prefix=prefix, category=tier.category, country=facts["country"], by=None
        )
    Organisation.objects.filter(pk=organisation.pk).update(joined_on=date.fromisoformat(facts["joined_on"]))
    term = Term.objects.create(
        organisation=organisation, tier=tier, starts_on=date.fromisoformat(facts["starts_on"]), ends_on=date.fromisoformat(facts["ends_on"])
    )
    account = account_of(organisation, email=facts.get("billing_email", ""), band=band)
    if number := facts.get("tax_number"):
        account.tax_number = number
        account.save(update_fields=["tax_number"])
    members.follow_standing(organisation)
    if email := facts.get("owner_email"):
        members.invite(organisation, email=email, role="owner", by=None)
    return term


@transaction.atomic
def undo(brought: RegisterImport, *, by: Viewer) -> tuple[int, int]:
    """Take out what a register entered and nobody has built on; returns how many went and how many stay, because they have seats, invoices or
    anything else of their own by now. Within `renewals.LOOKED_OVER_FOR` the day's run bills nobody for a term that was entered.
    """
    require(can_keep_register(by))
    brought = files.held(brought, state=RegisterImport.State.ENTERED)
    with as_system("undo a register that was entered"):
        terms = list(Term.objects.filter(pk__in=brought.rows.values("term")).select_related("organisation"))
        members.hold_all_still([term.organisation_id for term in terms])
        gone = sum(_take_out(term) for term in terms)
        stay = len(terms) - gone
        if not stay:
            files.pass_to(brought, RegisterImport.State.UNDONE)
        record("register.undone", brought, by=by, name=brought.name, count=gone, stay=stay)
    return gone, stay


def _take_out(term: Term) -> bool:
    """Take the term away from an organisation that has nothing but what the import gave it: it is no member, and in no list. That it was
    entered and taken out stays on record.
    """
    organisation = term.organisation
    is_built_on = organisation.seats.exists() or organisation.invoices.exists() or organisation.acceptances.exists()
    if is_built_on or organisation.terms.exclude(pk=term.pk).exists() or Payment.objects.filter(account__organisation=organisation).exists():
        return False
    term.delete()
    # What the file said of how it pays goes with it: the next that enters it by this name says it anew.
    Account.objects.filter(organisation=organisation).delete()
    Invitation.objects.filter(organisation=organisation, accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())
    members.follow_standing(organisation)
    return True


@transaction.atomic
def give_term(
    organisation: Organisation, *, tier: Tier, starts_on: date, ends_on: date, reason: str, is_free: bool = False, by: Viewer
) -> Term:  # fmt: skip
    """Give a membership term by hand, saying why, and post its dues. Whoever was not in good standing has no grace: it is a member when it has paid.

    `is_free` charges nothing. Raises NotAllowed, and Refused as `members.admit` does, and where what it costs is not set.
    """
    require(can_keep_register(by))
    reason = reason_given(reason)
    members.hold_still(organisation)
    was_good = standing(facts_of(organisation), timezone.localdate()).is_good
    term = members.admit(organisation, starts_on=starts_on, ends_on=ends_on, tier=tier, by=by, tells=False)
    with as_system("charge a term that staff gave"):
        charged = [] if is_free else charge_given(term, at_once=not was_good, by=None)
    how = _("dues: %(number)s") % {"number": charged[0].number} if charged else _("nothing is charged")
    members.tell_office("organisation.term_given", organisation, by=by, until=last_day(ends_on).isoformat(), reason=reason[:300], how=how)
    return term


@transaction.atomic
def suspend_many(organisations, *, starts_on: date, reason: str, by: Viewer) -> tuple[int, list[str]]:
    """Suspend many organisations as `members.suspend` does one. Returns how many, and why each of the others was not.

    Raises NotAllowed, and Refused for too many, for no reason and for a day gone by.
    """
    require(can_keep_register(by))
    reason_given(reason)
    not_gone_by(starts_on, "starts_on")
    return _one_by_one(organisations, lambda one: members.suspend(one, starts_on=starts_on, reason=reason, by=by))


@transaction.atomic
def reinstate_many(organisations, *, reason: str, by: Viewer) -> tuple[int, list[str]]:
    """End the suspensions of many organisations today. Returns how many, and why each of the others was not. Raises NotAllowed, Refused."""
    require(can_keep_register(by))
    reason_given(reason)
    return _one_by_one(organisations, lambda one: members.reinstate(one, reason=reason, by=by))


@transaction.atomic
def renew_many(organisations, *, by: Viewer) -> tuple[int, list[str]]:
    """Give many organisations their next terms with their dues, as `renew` does one. Returns how many, and why each of the others was not.

    Raises NotAllowed for who does not keep accounts, and Refused for too many.
    """
    require(can_keep_register(by) and can_keep_accounts(by))
    terms, refused, idle = renew_together(_ids_of(organisations), by=by)
    return len(terms), [*_named(refused), *(_("%(who)s: it is not time yet.") % {"who": one} for one in idle)]


def _ids_of(organisations) -> list[int]:
    ids = list(organisations.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(ids) > MOST_AT_ONCE:
        raise Refused(_("These are more than %(n)d: narrow the list first.") % {"n": MOST_AT_ONCE})
    return ids


def _one_by_one(organisations, verb: Callable[[Organisation], object]) -> tuple[int, list[str]]:
    """Do a verb to each by itself, so that what refuses one stops no other."""
    # Held in one order whoever asks, before the first is touched.
    organisations = members.hold_all_still(_ids_of(organisations))
    done, refused = one_by_one(organisations, verb)
    return len(done), _named(refused)


def _named(refused: list[tuple[Organisation, str]]) -> list[str]:
    return [message if one.name in message else f"{one}: {message}" for one, message in refused]


@transaction.atomic
def write_to_owners(organisations, *, subject: str, body: str, by: Viewer) -> tuple[int, list[Organisation]]:
    """Write one letter to the owners of many organisations; it lies where they and their finance seats alone enter. Returns how many organisations
    have it, and those that have nobody who would read it: it is not written to them.
    """
    require(can_keep_register(by))
    subject, body = subject.strip(), body.strip()
    if not subject or not body:
        raise Refused(_("A letter has a subject and a text."), field="subject" if not subject else "body")
    count, nobody = 0, []
    with as_system("put a letter of the coalition where a member’s owner reads it"):
        organisations = list(organisations)
        seats: dict[int, list[int]] = {}
        for organisation_id, audience in Seat.objects.owners().filter(organisation__in=organisations).values_list("organisation", "audience"):
            seats.setdefault(organisation_id, []).append(audience)
        for organisation in organisations:
            if not (owners := seats.get(organisation.pk)):
                nobody.append(organisation)
                continue
            facts = {"about": subject[:160], "body": body[:4000], "told": owners}
            record("organisation.written_to", organisation, by=by, space=account_of(organisation).space_id, **facts)
            count += 1
    return count, nobody
