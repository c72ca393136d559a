"""What staff set, as dues ask it: the rate of a tier and band, its rule, the tax and the issuer, each on a day; and what a period costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from coalition.access.errors import Refused
from coalition.dates import long_day
from coalition.dues import rules
from coalition.dues.models import Band, DuesRule, Issuer, Rate, TaxRule
from coalition.members.models import Tier


def _in_force(rows: list, day: date) -> list:
    """The rows that hold on a day, the newest first."""
    return sorted((row for row in rows if row.holds_on(day)), key=lambda row: row.valid_from, reverse=True)


class Tariff:
    """All dated rows of what staff set, each kind read once when it is first asked: one for a page, one for a run over thousands."""

    @cached_property
    def _rates(self) -> dict[int, list[Rate]]:
        rates: dict[int, list[Rate]] = {}
        for rate in Rate.objects.all():
            rates.setdefault(rate.tier_id, []).append(rate)
        return rates

    @cached_property
    def _rules(self) -> list[DuesRule]:
        return list(DuesRule.objects.all())

    @cached_property
    def _taxes(self) -> list[TaxRule]:
        return list(TaxRule.objects.all())

    @cached_property
    def _issuers(self) -> list[Issuer]:
        return list(Issuer.objects.all())

    def rate(self, tier: Tier, band: Band | None, day: date) -> Rate | None:
        """The rate of a tier and band on a day: the band's own, else the tier's for all bands, else None."""
        found = [rate for rate in _in_force(self._rates.get(tier.pk, []), day) if rate.band_id in (None, band.pk if band else None)]
        return min(found, key=lambda rate: rate.band_id is None, default=None)

    def rule(self, tier: Tier | None, day: date) -> DuesRule:
        """The rule of a tier on a day: its own, else the one for all."""
        found = [rule for rule in _in_force(self._rules, day) if rule.tier_id in (None, tier.pk if tier else None)]
        return min(found, key=lambda rule: rule.tier_id is None)

    def renews_before(self, day: date) -> int:
        """The most days before a term's end at which a rule of that day asks for the next."""
        return max((rule.renews_before for rule in _in_force(self._rules, day)), default=60)

    def issuer(self, day: date) -> Issuer:
        """Who issues documents on a day. Raises Refused where nobody does."""
        if found := _in_force(self._issuers, day):
            return found[0]
        raise Refused(_("No issuer of invoices is in force on %(day)s. Staff can add one.") % {"day": long_day(day)})

    def tax(self, scope: str, day: date) -> TaxRule:
        """The tax of a scope on a day. Raises Refused where none is set."""
        if found := [tax for tax in _in_force(self._taxes, day) if tax.scope == scope]:
            return found[0]
        raise Refused(_("No tax rule is in force on %(day)s. Staff can add one.") % {"day": long_day(day)})

    def tax_for(self, country: str, tax_number: str, day: date) -> TaxRule:
        """The tax on an invoice to somebody there, with or without a VAT number. Raises Refused where nobody issues or none is set."""
        return self.tax(rules.tax_scope(self.issuer(day).country, country, tax_number), day)

    def first_period(self, tier: Tier, day: date) -> rules.Period:
        """The first term of whoever joins on a day: a whole year, or the rest of the calendar year."""
        return rules.Period(day, rules.year_of(day, self.rule(tier, day).year).ends_on)

    def price(self, tier: Tier, band: Band | None, period: rules.Period, *, since: date | None = None) -> tuple[Decimal, Rate]:
        """What a tier costs for a period, pro-rated under the tier's rule; `since` is the day the year of dues began whose rate and rule
        hold, where that is not the period's first. Raises Refused where no rate is set.
        """
        begun = since or period.starts_on
        rate, rule = self.rate(tier, band, begun), self.rule(tier, begun)
        if rate is None and band is None and self._rates.get(tier.pk):
            said = _("What %(tier)s costs is by revenue band, and its band is not known: the treasury sets it on its account.") % {"tier": tier}
            raise Refused(said, field="tier")
        if rate is None:
            said = _("No dues are set for %(tier)s in its band on %(day)s. Set a rate first.") % {"tier": tier, "day": long_day(begun)}
            raise Refused(said, field="tier")
        whole = rules.year_of(begun, rule.year)
        if period.days >= whole.days:
            return rules.cents(rate.amount), rate
        return rules.prorate(rate.amount, period, whole, rule.proration), rate
