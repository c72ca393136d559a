"""An approved applicant pays its first dues, or has them waived, and is a member."""

from __future__ import annotations

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.applications.actions.common import State, about, locked, move_to
from coalition.applications.models import Application
from coalition.applications.permissions import can_vet
from coalition.dates import last_day
from coalition.directory.actions import begin_card
from coalition.dues import card
from coalition.dues.actions import terms as dues
from coalition.dues.actions.accounts import account_of
from coalition.dues.actions.posting import credit, credit_left
from coalition.dues.models import Band, Invoice, OpenItem, TermCharge
from coalition.dues.rules import Period
from coalition.dues.tariff import Tariff
from coalition.members import actions as members
from coalition.members.models import Organisation, Policy, Term, Tier
from coalition.members.references import free_prefix, free_slug


@transaction.atomic
def invite_to_pay(application: Application, *, tier: Tier, by: Viewer) -> Invoice | None:
    """Ask an approved applicant for its first dues: it is founded with an account and gets its invoice. A tier that costs nothing makes
    it a member at once, and there is no invoice.

    Raises NotAllowed, Conflict when it was asked already, and Refused for a tier of another category or without a rate.
    """
    application = locked(application)
    require(by.may("keep_register") and can_vet(by, application))
    if application.state != State.APPROVED or application.organisation_id:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    if tier.category_id != application.category_id:
        raise Refused(_("Choose a tier of its own category."), field="tier")
    if not tier.is_offered_on(timezone.localdate()):
        raise Refused(_("The tier %(tier)s is closed to new members.") % {"tier": tier}, field="tier")
    contacts = application.answers["contacts"]
    # Its desk and its account are its own from the first moment: nobody of the staff who vet enters them, not even to furnish them.
    with as_system("found an approved applicant and post its first dues"):
        organisation = members.found_organisation(
            slug=free_slug(application.name, _taken("slug")), name=application.name, prefix=free_prefix(application.name, _taken("prefix")),
            category=application.category, country=application.country, about=about(application)[:2000], by=by,
        )  # fmt: skip
        begin_card(organisation, website=application.answers["organisation"].get("website", ""))
        band = Band.objects.filter(slug=application.band).first()
        account = account_of(organisation, email=contacts["billing_email"], band=band)
        account.address = contacts.get("billing_address", "")
        account.tax_number = application.tax_number
        account.save()
        invoice = dues.invite_to_pay(organisation, tier, by=by)
    application.organisation, application.tier = organisation, tier
    application.save(update_fields=["organisation", "tier"])
    if invoice is None:
        activate(application, by=by)
    else:
        record("application.invited_to_pay", application, by=by, number=invoice.number, total=f"{invoice.total:,.2f} {invoice.currency}")
    return invoice


def first_dues(application: Application) -> Invoice | None:
    """The invoice of an applicant's first dues, once it was asked for them. Ask as who may read its account."""
    if application.organisation_id is None:
        return None
    # The newest: one that was posted anew stands in place of the other.
    posted = Invoice.objects.filter(organisation=application.organisation_id, kind=Invoice.Kind.INVOICE).order_by("-pk")
    return posted.select_related("open_item", "account").first()


@transaction.atomic
def waive_first_dues(application: Application, *, reason: str, by: Viewer) -> Organisation:
    """Make an approved applicant a member without its first dues, saying why; an invoice it has is credited whole."""
    application = locked(application)
    require(by.may("keep_register") and can_vet(by, application))
    reason = reason_given(reason)
    if application.state != State.APPROVED or application.tier is None:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    with as_system("waive an applicant’s first dues"):
        credit_first_dues(application, reason)
    return activate(application, by=by, waived=reason)


def credit_first_dues(application: Application, reason: str) -> None:
    """Credit what is left of an applicant's first dues, where it was asked for any."""
    invoice = first_dues(application)
    if invoice and (left := credit_left(invoice)) > 0:
        credit(invoice, net=left, reason=reason, by=None)


@transaction.atomic
def activate(application: Application, *, by: Viewer | None, waived: str = "") -> Organisation:
    """Make an approved applicant a member from today, its first dues being in or waived, and invite its owner to the first seat.

    Asked again it does nothing. `by` is None where the payment itself does it.
    """
    application = locked(application)
    if application.state == State.ACTIVE and application.organisation:
        return application.organisation
    if application.organisation is None or application.tier is None:
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    answers, today = application.answers, timezone.localdate()
    signed, organisation, tier = answers["signatory"], application.organisation, application.tier
    with as_system("make an approved applicant a member"):
        period = Tariff().first_period(tier, today)
        if (posted := first_dues(application)) and not waived and (line := posted.lines.first()) and line.starts_on and line.ends_on:
            # As long as what was paid for, from the day it was paid: not a year for the rest of another.
            is_year = line.ends_on == line.starts_on + relativedelta(years=1)
            period = Period(today, today + (relativedelta(years=1) if is_year else line.ends_on - line.starts_on))
        # It was founded when it was asked to pay: it joins now.
        organisation.joined_on = today
        organisation.save(update_fields=["joined_on"])
        term: Term = members.admit(organisation, starts_on=period.starts_on, ends_on=period.ends_on, tier=tier, by=None)
        if (invoice := first_dues(application)) and not waived:
            TermCharge.objects.create(space_id=invoice.space_id, invoice=invoice, term=term)
        policies = list(Policy.objects.filter(pk__in=signed["policies"]))
        members.accept_policies(organisation, signatory=f"{signed['signatory']}, {signed['function']}", by=None, signed=policies)
        members.invite(organisation, email=answers["contacts"]["contact_email"], role="owner", by=None)
    move_to(application, State.ACTIVE)
    paid = waived[:200] or (_("invoice %(number)s") % {"number": invoice.number} if invoice else _("none due"))
    record("application.activated", application, by=by, reference=paid, until=last_day(term.ends_on).isoformat())
    return organisation


def pay_by_card(application: Application) -> str:
    """The address at which an applicant pays its first dues by card. Raises Refused when nothing is open."""
    with as_system("an applicant pays its first dues by card"):
        invoice = first_dues(application)
        if invoice is None or application.state != State.APPROVED:
            raise Refused(_("There is nothing to pay."))
        return card.checkout(invoice, by=None)


def first_dues_are_in(invoice: Invoice) -> None:
    """The first dues of an applicant were paid: it is a member. Called when an invoice is settled; for every other one it does nothing."""
    application = Application.objects.filter(organisation=invoice.organisation_id, state=State.APPROVED).first()
    if application and not OpenItem.objects.filter(organisation=invoice.organisation_id).exists() and credit_left(invoice) > 0:
        activate(application, by=None)


def _taken(name: str) -> set[str]:
    return set(Organisation.objects.values_list(name, flat=True))
