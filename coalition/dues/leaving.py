"""What leaving means for an organisation's money, and what of it is made good when it stays after all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from coalition.access.viewer import Viewer
from coalition.dates import long_day
from coalition.dues.actions.posting import credit_left
from coalition.dues.actions.settling import credits_of
from coalition.dues.actions.terms import unbegun
from coalition.dues.models import Account, OpenItem
from coalition.dues.permissions import can_see_dues
from coalition.members.models import Organisation


def comes_of_leaving(organisation: Organisation, day: date, viewer: Viewer) -> list[tuple]:
    """The dues that are credited, those that stay due, and that days paid for are not paid back; in figures for who may read its dues."""
    account = Account.objects.filter(organisation=organisation).first()
    if account is None:
        return []
    if not can_see_dues(viewer, organisation.pk):
        return [(_("Dues"), _("Dues of terms that never begin are credited; what is open otherwise stays due."))]
    credited = {invoice.pk: invoice for invoice in unbegun(organisation, day) if credit_left(invoice) > 0}
    rows = [(_("Dues"), _("%(what)s is credited: its term never begins.") % {"what": invoice}) for invoice in credited.values()]
    rows += [
        (_("Dues"), _("%(what)s stays due on %(day)s: %(amount)s are open.") % {
            "what": item.invoice, "day": long_day(item.due_on), "amount": f"{item.amount:,.2f} {item.currency}"
        })
        for item in OpenItem.objects.filter(organisation=organisation).exclude(invoice__in=credited).select_related("invoice").order_by("due_on")
    ]  # fmt: skip
    if (term := organisation.term_on(day)) and term.ends_on > day:
        rows.append((_("Dues"), _("What is charged for the rest of the term is not paid back by itself; the treasurer can credit it.")))
    rows += [
        (_("Credit"), _("%(amount)s are to its credit; the treasurer sends them back.") % {"amount": f"{amount:,.2f} {currency}"})
        for currency, amount in credits_of(account).items()
        if amount > Decimal(0)
    ]
    return rows
