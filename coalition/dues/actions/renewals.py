"""From an invitation to pay to the next term: dues are invoiced, tiers change in mid-term, terms are renewed, members reminded."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given, require
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.dues import rules
from coalition.dues.actions.accounts import account_of
from coalition.dues.actions.posting import Line, credit, credit_left, post
from coalition.dues.models import Account, DuesRule, Invoice, OpenItem, Rate, Reminder, Rung, TermCharge
from coalition.dues.permissions import can_keep_accounts
from coalition.members.actions import admit, follow_standing, hold_still
from coalition.members.models import Category, CategoryHold, Organisation, Resignation, Term, Tier

log = logging.getLogger(__name__)
# A term that ended without the next one, for want of a rate or of a run, is renewed by the run for so long.
STILL_RENEWED_FOR = timedelta(days=30)


def _rate(tier: Tier, account: Account, day: date) -> Rate:
    rate = Rate.objects.of(tier, account.band, day)
    if rate is None:
        raise Refused(_("No dues are set for %(tier)s in its band on %(day)s. Set a rate first.") % {"tier": tier, "day": day}, field="tier")
    return rate


def first_period(rule: DuesRule, day: date) -> rules.Period:
    """The first term of whoever joins on a day: a whole year, or the rest of the calendar year."""
    return rules.Period(day, rules.year_of(day, rule.year).ends_on)


def price(tier: Tier, account: Account, period: rules.Period, *, since: date | None = None) -> tuple[Decimal, Rate]:
    """What a tier costs for a period, pro-rated under the tier's rule; `since` is the day the year of dues began whose rate and rule
    hold, where that is not the period's first. Raises Refused where no rate is set.
    """
    begun = since or period.starts_on
    rate, rule = _rate(tier, account, begun), DuesRule.objects.of(tier, begun)
    whole = rules.year_of(begun, rule.year)
    if period.days >= whole.days:
        return rules.cents(rate.amount), rate
    return rules.prorate(rate.amount, period, whole, rule.proration), rate


def _dues_line(tier: Tier, period: rules.Period, net: Decimal) -> Line:
    return Line(_("Membership, %(tier)s") % {"tier": f"{tier.category.name} – {tier.name}"}, net, period)


@transaction.atomic
def invite_to_pay(organisation: Organisation, tier: Tier, *, by: Viewer | None) -> Invoice | None:
    """Post the first dues of an organisation that is not a member yet; None where its tier costs nothing. Part of an application's verbs."""
    account = account_of(organisation)
    rule = DuesRule.objects.of(tier, timezone.localdate())
    period = first_period(rule, timezone.localdate())
    net, rate = price(tier, account, period)
    return post(account, [_dues_line(tier, period, net)], currency=rate.currency, rule=rule, by=by) if net else None


@transaction.atomic
def renew(organisation: Organisation, *, by: Viewer | None, tier: Tier | None = None) -> Term | None:
    """Give the term that follows the last one and post its dues, payable by its first day. Renewed already: None.

    Raises NotAllowed, and Refused for whoever has resigned, has no term, or whose rate is not set.
    """
    require(by is None or can_keep_accounts(by))
    hold_still(organisation)
    account = account_of(organisation)
    today = timezone.localdate()
    last = Term.objects.counting().select_related("tier__category").filter(organisation=organisation).order_by("-ends_on").first()
    if last is None or last.tier is None:
        raise Refused(_("%(who)s has no term to renew.") % {"who": organisation})
    if organisation.has_resigned():
        raise Refused(_("%(who)s has resigned.") % {"who": organisation})
    tier = tier or last.tier
    rule = DuesRule.objects.of(tier, last.ends_on)
    if last.ends_on > today + timedelta(days=rule.renews_before):
        return None
    starts_on = max(last.ends_on, today)
    period = first_period(rule, starts_on)
    net, rate = price(tier, account, period)
    with as_system("give the next term with its dues"):
        term = admit(organisation, starts_on=period.starts_on, ends_on=period.ends_on, tier=tier, by=None)
    if net:
        post(account, [_dues_line(tier, period, net)], currency=rate.currency, rule=rule, by=by, term=term, due_on=period.starts_on)
    return term


@transaction.atomic
def change_tier(organisation: Organisation, tier: Tier, *, by: Viewer, reason: str) -> Invoice | None:
    """Change the tier from today to the end of the term: what the old one still holds is credited, the new one charged pro rata.

    Returns the document posted for the difference, an invoice or a credit note; None where it costs the same. Days gone by keep
    their tier. Raises NotAllowed, and Refused without a term, for the same tier, or for one of another category.
    """
    require(can_keep_accounts(by))
    reason = reason_given(reason)
    hold_still(organisation)
    account, today = account_of(organisation), timezone.localdate()
    term = organisation.term_on(today)
    if term is None or term.tier is None:
        raise Refused(_("%(who)s has no term today.") % {"who": organisation})
    if tier.category_id != organisation.category_id or tier == term.tier:
        raise Refused(_("Choose another tier of its own category."), field="tier")
    rest = rules.Period(today, term.ends_on)
    charges = list(term.charges.select_related("invoice").prefetch_related("invoice__lines", "invoice__credit_notes"))
    old = _still_held(charges, rest, DuesRule.objects.of(term.tier, term.starts_on).proration)
    new, rate = price(tier, account, rest, since=term.starts_on)
    before = term.tier
    if any(charge.invoice.currency != rate.currency for charge in charges):
        raise Refused(_("The term was charged in another currency than %(one)s: credit it and post anew.") % {"one": rate.currency}, field="tier")
    if term.starts_on < today:
        term.ends_on = today
        term.save(update_fields=["ends_on"])
        part = Term.objects.create(organisation=organisation, tier=tier, starts_on=today, ends_on=rest.ends_on)
        # What charged for the whole charges for its rest too: a difference that is credited again takes no term away.
        TermCharge.objects.bulk_create(TermCharge(space_id=row.space_id, invoice_id=row.invoice_id, term=part) for row in charges)
    else:
        term.tier = tier
        term.save(update_fields=["tier"])
        part = term
    record("dues.tier_changed", account, by=by, before=str(before), after=str(tier), reason=reason[:300], organisation=organisation.pk)
    document = None
    if new > old:
        lines = [_dues_line(tier, rest, new)]
        if old:
            lines.append(Line(_("Less what %(tier)s still holds") % {"tier": before.name}, -old, rest))
        document = post(account, lines, currency=rate.currency, rule=DuesRule.objects.of(tier, today), by=by, term=part)
    elif new < old:
        paid_for = max((charge.invoice for charge in charges), key=credit_left, default=None)
        if paid_for and (least := min(old - new, credit_left(paid_for))) > 0:
            document = credit(paid_for, net=least, reason=reason, by=by)
    for following in Term.objects.counting().filter(organisation=organisation, starts_on__gte=rest.ends_on, tier=before):
        _charge_anew(following, tier, account, reason=reason, by=by)
    follow_standing(organisation)
    return document


def _charge_anew(term: Term, tier: Tier, account: Account, *, reason: str, by: Viewer) -> None:
    """A term that was given and invoiced already, under another tier: what was charged is credited, and the new dues are posted."""
    for charge in term.charges.select_related("invoice").prefetch_related("invoice__credit_notes"):
        if (left := credit_left(charge.invoice)) > 0:
            credit(charge.invoice, net=left, reason=reason, by=by)
    term.tier = tier
    term.save(update_fields=["tier"])
    period = rules.Period(term.starts_on, term.ends_on)
    net, rate = price(tier, account, period)
    if net:
        rule = DuesRule.objects.of(tier, term.starts_on)
        post(account, [_dues_line(tier, period, net)], currency=rate.currency, rule=rule, by=by, term=term, due_on=term.starts_on)


def _still_held(charges: list[TermCharge], rest: rules.Period, how: str) -> Decimal:
    """What was charged for the rest of a term, without what of it was credited already."""
    held = Decimal(0)
    for charge in charges:
        invoice = charge.invoice
        timed = [(line.net, rules.Period(line.starts_on, line.ends_on)) for line in invoice.lines.all() if line.starts_on and line.ends_on]
        lines = sum((rules.remaining(net, whole, rest, how) for net, whole in timed), Decimal(0))
        held += lines * credit_left(invoice) / invoice.net if invoice.net else Decimal(0)
    return max(rules.cents(held), Decimal(0))


def credit_unbegun(organisation: Organisation, *, reason: str, by: Viewer | None) -> list[Invoice]:
    """Credit the dues of terms that will never begin, because the organisation has resigned."""
    gone = organisation.resignations.order_by("-takes_effect_on").first()
    if gone is None:
        return []
    unbegun = Invoice.objects.filter(organisation=organisation, term_charges__term__starts_on__gte=gone.takes_effect_on, posted_at__lte=gone.given_at)
    # One that also charges a term that had begun is for days that were had.
    begun = TermCharge.objects.filter(invoice=OuterRef("pk"), term__starts_on__lt=gone.takes_effect_on)
    unbegun = unbegun.filter(~Exists(begun)).distinct()
    return [
        credit(invoice, net=left, reason=reason, by=by) for invoice in unbegun.prefetch_related("credit_notes") if (left := credit_left(invoice)) > 0
    ]


# ---- the runs -------------------------------------------------------------------------------------------------------------------


def to_renew(day: date, *, until: date | None = None) -> QuerySet[Term]:
    """The last terms of those to be renewed on a day, or from it until another: whoever has resigned or whose category is suspended is left out."""
    later = Term.objects.counting().filter(organisation=OuterRef("organisation"), ends_on__gt=OuterRef("ends_on"))
    left = Resignation.objects.filter(organisation=OuterRef("organisation"), given_at__gte=OuterRef("given_at"))
    held = CategoryHold.objects.filter(category=OuterRef("organisation__category"), effect=CategoryHold.Effect.SUSPENDED, starts_on__lte=until or day)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gt=day))
    # Whoever has not paid past the grace is asked for no further year before they have.
    late = OpenItem.objects.filter(organisation=OuterRef("organisation"), invoice__late_from__lte=day)
    longest = max(DuesRule.objects.in_force(day).values_list("renews_before", flat=True), default=60)
    return (
        Term.objects.counting()
        .filter(ends_on__gte=day - STILL_RENEWED_FOR, ends_on__lte=(until or day) + timedelta(days=longest), tier__isnull=False)
        .filter(organisation__category__is_member=True)
        .exclude(organisation__category__kind=Category.Kind.COALITION)
        .filter(~Exists(later), ~Exists(left), ~Exists(held), ~Exists(late))
        .order_by("ends_on", "organisation_id")
    )


@dataclass
class Run:
    """What a run did."""

    done: int = 0
    refused: int = 0


def run_renewals(day: date | None = None) -> Run:
    """Renew everybody whose day has come; each in a transaction of its own, so that an interrupted run goes on where it stood."""
    run = Run()
    with as_system("find the terms to renew"):
        wanted = list(to_renew(day or timezone.localdate()).values_list("organisation_id", flat=True))
    for pk in wanted:
        try:
            with as_system("renew a membership"):
                run.done += renew(Organisation.objects.select_related("category", "audience").get(pk=pk), by=None) is not None
        except Refused as refusal:
            # One without a rate stops no other; the treasury reads it on its page.
            log.warning("Organisation %s was not renewed: %s", pk, refusal)
            run.refused += 1
    return run


def ladder(day: date) -> list[Rung]:
    return sorted(Rung.objects.in_force(day), key=lambda rung: rung.days)


def run_reminders(day: date | None = None) -> Run:
    """Send what the ladder has due today; the log makes a second run, or one that follows an interrupted one, harmless.

    Of several rungs whose day has come since the last run only the latest is sent; the others are logged as passed over.
    """
    day, run = day or timezone.localdate(), Run()
    rungs = {rung.days: rung for rung in ladder(day)}
    if not rungs:
        return run
    with as_system("find the reminders that are due"):
        open_items = list(
            OpenItem.objects.filter(due_on__lte=day - timedelta(days=min(rungs)))
            .order_by("due_on", "invoice_id")
            .values_list("invoice_id", "due_on", "invoice__issued_on")
        )
        done: dict[int, set[int]] = {}
        for invoice, days in Reminder.objects.filter(invoice__open_item__isnull=False).values_list("invoice_id", "rung__days"):
            done.setdefault(invoice, set()).add(days)
    for invoice, due_on, issued_on in open_items:
        due = rules.rungs_due(list(rungs), due_on, issued_on, frozenset(done.get(invoice, ())), day)
        if due:
            with as_system("remind of dues"):
                run.done += _remind(invoice, [rungs[days] for days in due], day)
    return run


def _remind(invoice_id: int, due: list[Rung], day: date) -> bool:
    # Whoever pays at this moment holds the row: paid, nothing is sent.
    item = OpenItem.objects.select_for_update(of=("self",)).select_related("invoice").filter(invoice_id=invoice_id).first()
    if item is None:
        return False
    try:
        with transaction.atomic():
            Reminder.objects.bulk_create(
                Reminder(space_id=item.space_id, invoice=item.invoice, rung=rung, sent_on=day, was_sent=rung is due[-1]) for rung in due
            )
    except IntegrityError:
        # Another run was first.
        return False
    record("dues.reminded", item.invoice, by=None, number=item.invoice.number, rung=due[-1].pk, when=str(due[-1]), organisation=item.organisation_id)
    return True
