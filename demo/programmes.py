"""The expedited lane: who takes part, what good faith is, who asks, and who is warned."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from coalition.access.models import Audience
from coalition.access.viewer import as_system, as_viewer
from coalition.members.models import Organisation
from demo.cast import ANALYSTS
from demo.times import ago
from enforcement.market.models import Platform
from enforcement.programmes import actions
from enforcement.programmes.models import Programme


def found() -> Programme:
    with ago(days=390), as_system("found the demo’s programme"):
        programme = actions.found(
            slug="marketlane",
            name="Market Lane",
            summary="Rights holders hand in listings; the coalition’s analysts vet them; the marketplaces answer within three working days. "
            "Claims go light on evidence, and whoever claims must be ready to stand behind it.",
            team=Audience.objects.get(kind=Audience.Kind.TEAM, label=ANALYSTS),
            platforms=list(Platform.objects.filter(slug__in=["bazaar", "bazaar-global"])),
            by=None,
        )
        actions.set_good_faith(
            programme, valid_from=date(2016, 1, 1), months=6, least_accuracy=Decimal(90), most_countered=Decimal(5), by_ground=True, least_items=10,
            rest_months=3, source="Modelled on a marketplace’s good-faith rules as published in 2018 and 2022; invented here.", by=None,
        )  # fmt: skip
        for slug in ("aurelia", "northpeak", "kestrel"):
            actions.enrol(programme, Organisation.objects.get(slug=slug), by=None)
        return programme


def tell(viewers) -> None:
    """A window is open, one asks, and the watch finds who fell short."""
    programme = Programme.objects.get(slug="marketlane")
    admin, asks = viewers["admin@coalition.example"], viewers["owner@lumiere.example"]
    with ago(days=30), as_viewer(admin):
        today = timezone.localdate()
        actions.open_window(programme, opens_on=today, closes_on=today + timedelta(days=75), by=admin)
        actions.amend(programme, summary=programme.summary, capacity=12, is_unanimous=True, by=admin)
    with ago(days=6), as_viewer(asks):
        actions.ask(programme, rights=["LUMIÈRE, Trademark 018112233 (EM)"], signatory="Amélie Roux", by=asks)
    with ago(days=3):
        actions.watch()
