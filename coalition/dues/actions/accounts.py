"""Accounts are opened and their billing details kept; staff set rates, as dated rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.exceptions import ValidationError

from coalition.access import actions as access
from coalition.access.errors import Refused, not_gone_by, reason_given, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.dues import rules
from coalition.dues.models import Account, Band, DuesRule, Issuer, Rate, TaxRule
from coalition.dues.permissions import can_change_billing, can_keep_accounts
from coalition.members.models import Organisation, Tier

TREASURY = "Treasury"
BANK = "Bank and rates"


def treasury() -> Audience:
    """The team that keeps the accounts."""
    return Audience.objects.get(kind=Audience.Kind.TEAM, label=TREASURY)


def bank_room() -> Space:
    """The treasury's own room: statements, rates, and what was done with them."""
    with as_system("find the treasury’s room"):
        if room := Space.objects.filter(kind=Space.Kind.HOUSE, label=BANK).first():
            return room
        return access.open_space(Space.Kind.HOUSE, by=None, owner=treasury(), label=BANK, mark=Tlp.AMBER_STRICT)


@transaction.atomic
def account_of(organisation: Organisation, *, email: str = "", band: Band | None = None) -> Account:
    """An organisation's account, opened when it is first asked for: led by the treasury, read by the organisation."""
    with as_system("open an organisation’s account"):
        if account := Account.objects.select_related("band", "organisation").filter(organisation=organisation).first():
            return account
        lock(organisation)
        if account := Account.objects.select_related("band", "organisation").filter(organisation=organisation).first():
            return account
        label = (_("Account of %(who)s") % {"who": organisation.name})[:120]
        space = access.open_space(Space.Kind.ACCOUNT, by=None, owner=treasury(), label=label, mark=Tlp.AMBER_STRICT)
        access.grant(space, organisation.finance, Grant.Role.READ, by=None, reason=_("its own account"))
        return Account.objects.create(
            space=space, organisation=organisation, name=organisation.name, country=organisation.country, email=email, band=band
        )


@transaction.atomic
def change_billing(account: Account, *, name: str, address: str, country: str, tax_number: str, email: str, order_number: str, by: Viewer) -> Account:
    """Change what the next documents are addressed to; those posted stay as they are. Raises Refused for a VAT number that cannot be one."""
    require(can_change_billing(by, account.organisation_id))
    try:
        number = rules.clean_tax_number(tax_number, country)
    except ValueError as wrong:
        raise Refused(str(wrong), field="tax_number") from None
    # An organisation reads its account's room and writes this one row of it, nothing else.
    with as_system("write an organisation’s billing details as it gave them"):
        account = lock(account, "organisation")
        account.name, account.address, account.country, account.tax_number = name.strip(), address.strip(), country, number
        account.email, account.order_number = email.strip(), order_number.strip()
        account.save()
        record("dues.billing_changed", account, by=by, treasury=treasury().pk)
    return account


@transaction.atomic
def set_band(account: Account, *, band: Band | None, reason: str, by: Viewer) -> Account:
    """Put an organisation in another revenue band, saying on what ground; the next invoice is by it."""
    require(can_keep_accounts(by))
    reason = reason_given(reason)
    account = lock(account, "organisation")
    before, account.band = str(account.band or "–"), band
    account.save(update_fields=["band"])
    record("dues.band_set", account, by=by, before=before, after=str(band or "–"), reason=reason[:300])
    return account


def _from_day(model, which: dict, values: dict, valid_from: date):
    """The dated row that holds from a day on; the one before ends there, and one that was announced for later stays.

    Raises Refused for a day gone by: what was charged stays explained.
    """
    not_gone_by(valid_from, "valid_from")
    same = model.objects.select_for_update().filter(**which)
    same.filter(valid_from=valid_from).delete()
    later = same.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    same.filter(valid_from__lt=valid_from).filter(Q(valid_to=None) | Q(valid_to__gt=valid_from)).update(valid_to=valid_from)
    return model.objects.create(**which, **values, valid_from=valid_from, valid_to=later.valid_from if later else None)


@transaction.atomic
def set_issuer(*, valid_from: date, by: Viewer, **facts: str) -> Issuer:
    """Say who issues the documents from a day on, and where they are paid to. Raises Refused for an IBAN or a VAT number that cannot be one."""
    require(can_keep_accounts(by))
    try:
        facts["iban"] = iban.validate(facts["iban"], check_country=False)
    except ValidationError:
        raise Refused(_("%(text)s is no IBAN.") % {"text": facts["iban"]}, field="iban") from None
    try:
        facts["tax_number"] = rules.clean_tax_number(facts.get("tax_number", ""), facts["country"])
    except ValueError as wrong:
        raise Refused(str(wrong), field="tax_number") from None
    issuer = _from_day(Issuer, {}, facts, valid_from)
    record("dues.issuer_set", issuer, by=by, space=bank_room(), name=issuer.name, day=valid_from.isoformat())
    return issuer


@transaction.atomic
def set_rule(*, tier: Tier | None, valid_from: date, by: Viewer, **facts) -> DuesRule:
    """Say how a tier's dues are asked from a day on: by which year, pro-rated how, payable when. Terms that run keep the rule they began under."""
    require(can_keep_accounts(by))
    rule = _from_day(DuesRule, {"tier": tier}, facts, valid_from)
    record("dues.rule_set", rule, by=by, space=bank_room(), tier=str(tier or _("every tier")), day=valid_from.isoformat())
    return rule


@transaction.atomic
def set_tax(*, scope: str, percent: Decimal, words: str, source: str, valid_from: date, by: Viewer) -> TaxRule:
    """Say what tax goes on an invoice of a scope from a day on, with the sentence that says why and where it comes from."""
    require(can_keep_accounts(by))
    tax = _from_day(TaxRule, {"scope": scope}, {"percent": percent, "words": words, "source": source}, valid_from)
    record("dues.tax_set", tax, by=by, space=bank_room(), scope=tax.get_scope_display(), percent=str(percent), day=valid_from.isoformat())
    return tax


@transaction.atomic
def set_rate(*, tier: Tier, band: Band | None, amount: Decimal, currency: str, valid_from: date, by: Viewer) -> Rate:
    """Set a rate from a day on; the one before ends there. Raises Refused for a day gone by: what was charged stays explained."""
    require(can_keep_accounts(by))
    if amount < 0:
        raise Refused(_("Dues are not negative."), field="amount")
    rate = _from_day(Rate, {"tier": tier, "band": band}, {"amount": rules.cents(amount), "currency": currency}, valid_from)
    record("dues.rate_set", rate, by=by, space=bank_room(), tier=str(tier), band=str(band or _("every band")), amount=f"{rate.amount} {currency}",
           day=valid_from.isoformat())  # fmt: skip
    return rate
