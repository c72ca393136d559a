"""What an applicant would pay."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused
from coalition.applications.models import Application
from coalition.dates import last_day, long_day
from coalition.dues.models import Band
from coalition.dues.rules import tax_on
from coalition.dues.tariff import Tariff
from coalition.members.models import Tier


class Quotes:
    """What the first invoice of a tier would ask of an applicant today, tax and all."""

    def __init__(self, application: Application):
        self.tariff, self.country, self.tax_number = Tariff(), application.country, application.tax_number
        self.band = Band.objects.filter(slug=application.band).first()

    def of(self, tier: Tier) -> str:
        """The tier's name and its first dues in words."""
        today = timezone.localdate()
        period = self.tariff.first_period(tier, today)
        try:
            net, rate = self.tariff.price(tier, self.band, period)
            tax = tax_on(net, self.tariff.tax_for(self.country, self.tax_number, today).percent)
        except Refused:
            return f"{tier.name} – {_('no dues are set')}"
        return _("%(tier)s – %(net)s + %(tax)s tax = %(total)s %(currency)s, until %(day)s") % {
            "tier": tier.name, "net": f"{net:,.2f}", "tax": f"{tax:,.2f}", "total": f"{net + tax:,.2f}", "currency": rate.currency,
            "day": long_day(last_day(period.ends_on)),
        }  # fmt: skip
