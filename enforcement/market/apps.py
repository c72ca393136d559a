from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MarketConfig(AppConfig):
    name = "enforcement.market"
    label = "market"
    verbose_name = "Market"

    def ready(self):
        from coalition.search.registry import kinds, readings
        from enforcement.market import proposing  # noqa: F401  registers what can be proposed

        kinds["listing"] = _("Listing")
        readings.append(canonical_address)
        post_migrate.connect(enter_platforms, sender=self)


def canonical_address(text: str) -> str | None:
    """Somebody pastes an address with whatever tracks them: the canonical one finds the listing."""
    from enforcement.market.keys import NotAnAddress, canonicalise

    if "/" not in text or " " in text.strip():
        return None
    try:
        return canonicalise(text).canonical
    except NotAnAddress:
        return None


def enter_platforms(sender, using, **kwargs):
    """Every platform that the key table names has its row."""
    from enforcement.market.key_rules import COUNTRIES, PLATFORMS

    platforms = sender.get_model("Platform").objects.using(using)
    rows = [sender.get_model("Platform")(slug=slug, name=name, countries=COUNTRIES.get(slug, [])) for slug, name in PLATFORMS.items()]
    platforms.bulk_create(rows, ignore_conflicts=True)
