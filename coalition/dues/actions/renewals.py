"""The next terms are given and invoiced, one member's by hand or everybody's by the day's run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.viewer import Viewer, as_system
from coalition.dates import midnight
from coalition.dues import rules
from coalition.dues.actions.accounts import account_of
from coalition.dues.actions.posting import draft, dues_line, post_all
from coalition.dues.models import Account, DuesRule, OpenItem
from coalition.dues.permissions import can_keep_accounts
from coalition.dues.tariff import Tariff
from coalition.members.actions import batched, give_terms, hold_all_still
from coalition.members.models import Category, CategoryHold, Organisation, Resignation, Term, Tier

log = logging.getLogger(__name__)
# A term that ended without the next one, for want of a rate or of a run, is renewed by the run for so long.
STILL_RENEWED_FOR = timedelta(days=30)
# A term that was entered as it was elsewhere is not followed by a bill within so many days: staff look a register over, and may undo it.
LOOKED_OVER_FOR = timedelta(days=3)
# So many are renewed in one transaction: few enough that nobody waits long for a number of the year's.
AT_ONCE = 100


@dataclass(frozen=True)
class NextTerm:
    """What a member's renewal would give and charge: whatever could be refused has been."""

    term: Term
    account: Account
    tier: Tier
    period: rules.Period
    net: Decimal
    currency: str
    rule: DuesRule
    # From this day on it is given.
    from_day: date
    # Its last term is over: given by hand, it is a member again when this is paid.
    comes_back: bool = False


def renew(organisation: Organisation, *, by: Viewer | None) -> Term | None:
    """Give the term that follows the last one and post its dues, payable by its first day. Renewed already: None. Whose last term is over
    has no grace when it is renewed by hand: it is in good standing once it has paid.

    Raises NotAllowed, and Refused for whoever has resigned, has no term, or whose rate is not set.
    """
    require(by is None or can_keep_accounts(by))
    tariff = Tariff()
    with transaction.atomic():
        ((_organisation, found),) = _judge([organisation.pk], tariff)
        if isinstance(found, Refused):
            raise found
        return _give([found], tariff, by=by)[0] if found else None


@transaction.atomic
def renew_together(ids: list[int], *, by: Viewer) -> tuple[list[Term], list[tuple[Organisation, str]], list[Organisation]]:
    """Renew many by hand with the queries of one. Returns the terms given, why others were refused, and those whose time has not come."""
    require(can_keep_accounts(by))
    tariff = Tariff()
    judged = list(_judge(ids, tariff))
    terms = _give([found for _one, found in judged if isinstance(found, NextTerm)], tariff, by=by)
    refused = [(one, found.message) for one, found in judged if isinstance(found, Refused)]
    return terms, refused, [one for one, found in judged if found is None]


def _judge(ids: list[int], tariff: Tariff) -> Iterator[tuple[Organisation, NextTerm | Refused | None]]:
    """For each organisation what its renewal would be, why it is refused, or None where it is not time yet. All hold still from here on."""
    held = hold_all_still(ids)
    lasts = Term.objects.counting().select_related("tier__category").filter(organisation__in=ids).order_by("organisation_id", "-until", "-given_at")
    last_of = {term.organisation_id: term for term in lasts.distinct("organisation_id")}
    resigned = set(Organisation.objects.resigned().filter(pk__in=ids).values_list("pk", flat=True))
    accounts = {account.organisation_id: account for account in Account.objects.select_related("band", "organisation").filter(organisation__in=ids)}
    for organisation in held:
        try:
            if organisation.pk in resigned:
                raise Refused(_("%(who)s has resigned.") % {"who": organisation})
            account = accounts.get(organisation.pk) or account_of(organisation)
            found = next_term(organisation, last_of.get(organisation.pk), account, tariff)
            yield organisation, found if found.from_day <= timezone.localdate() else None
        except Refused as refusal:
            yield organisation, refusal


def next_term(organisation: Organisation, last: Term | None, account: Account, tariff: Tariff) -> NextTerm:
    """The term that follows the last one that counts, from when it is given and what it costs, as rates stand today.

    Raises Refused for whoever has no term, or whose rate is not set.
    """
    today = timezone.localdate()
    if last is None or last.tier is None or last.tier.category_id != organisation.category_id:
        raise Refused(_("%(who)s has no term to renew.") % {"who": organisation})
    rule = tariff.rule(last.tier, last.until)
    period = tariff.first_period(last.tier, max(last.until, today))
    net, rate = tariff.price(last.tier, account.band, period)
    term = Term(organisation=organisation, starts_on=period.starts_on, ends_on=period.ends_on, tier=last.tier)
    from_day = last.until - timedelta(days=rule.renews_before)
    return NextTerm(term, account, last.tier, period, net, rate.currency, rule, from_day, comes_back=last.until < today)


def _give(found: list[NextTerm], tariff: Tariff, *, by: Viewer | None) -> list[Term]:
    drafts = [
        draft(one.account, [dues_line(one.tier, one.period, one.net)], currency=one.currency, rule=one.rule, tariff=tariff, terms=[one.term],
              due_on=one.period.starts_on, at_once=by is not None and one.comes_back)
        for one in found
        if one.net
    ]  # fmt: skip
    with as_system("give the next terms with their dues"):
        terms = give_terms([one.term for one in found], by=None)
    post_all(drafts, by=by)
    return terms


def to_renew(day: date, *, until: date | None = None, late: bool = False) -> QuerySet[Term]:
    """The last terms of those to be renewed on a day, or from it until another: whoever has resigned or whose category is suspended is left
    out. Whoever has not paid past the grace is asked for no further year before they have; with `late`, it is these alone.
    """
    later = Term.objects.counting().filter(organisation=OuterRef("organisation"), ends_on__gt=OuterRef("ends_on"))
    left = Resignation.objects.standing().filter(organisation=OuterRef("organisation"), given_at__gte=OuterRef("given_at"))
    held = CategoryHold.objects.filter(category=OuterRef("organisation__category"), effect=CategoryHold.Effect.SUSPENDED, starts_on__lte=until or day)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gt=day))
    owing = OpenItem.objects.filter(organisation=OuterRef("organisation"), invoice__late_from__lte=day)
    # What the treasury credited whole it renews by hand, if at all.
    given_up = Term.objects.filter(organisation=OuterRef("organisation"), given_up_on__isnull=False, given_at__gte=OuterRef("given_at"))
    longest = Tariff().renews_before(day)
    return (
        Term.objects.counting()
        .filter(ends_on__gte=day - STILL_RENEWED_FOR, ends_on__lte=(until or day) + timedelta(days=longest), tier__isnull=False)
        .filter(organisation__category__is_member=True, given_at__lt=midnight((until or day) - LOOKED_OVER_FOR + timedelta(days=1)))
        .exclude(organisation__category__kind=Category.Kind.COALITION)
        .filter(~Exists(later), ~Exists(left), ~Exists(held), ~Exists(given_up), Exists(owing) if late else ~Exists(owing))
        .order_by("ends_on", "organisation_id")
    )


@dataclass
class Run:
    """What a run did."""

    done: int = 0
    refused: int = 0
    failed: int = 0


def run_renewals() -> Run:
    """Renew everybody whose day has come, a hundred in a transaction: an interrupted run goes on where it stood.

    One without a rate stops no other, nor does one at whom anything fails: the hundred are tried again one by one, and the log has
    what failed. The treasury reads on its page who was not renewed, and why.
    """
    run, tariff = Run(), Tariff()
    with as_system("find the terms to renew"):
        wanted = list(to_renew(timezone.localdate()).values_list("organisation_id", flat=True))
    for many in batched(wanted, AT_ONCE):
        try:
            _renew_together(many, tariff, run)
        except Exception:
            log.exception("Of %s members renewed together one failed; they are tried one by one.", len(many))
            for one in many:
                try:
                    _renew_together([one], tariff, run)
                except Exception:
                    log.exception("Organisation %s was not renewed.", one)
                    run.failed += 1
    return run


def _renew_together(ids: list[int], tariff: Tariff, run: Run) -> None:
    with as_system("renew memberships"):
        judged = list(_judge(ids, tariff))
        given = _give([found for _organisation, found in judged if isinstance(found, NextTerm)], tariff, by=None)
    refusals = [(organisation, found) for organisation, found in judged if isinstance(found, Refused)]
    for organisation, refusal in refusals:
        log.warning("Organisation %s was not renewed: %s", organisation.pk, refusal)
    run.done += len(given)
    run.refused += len(refusals)
