from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "enforcement.proposals"
    label = "proposals"
    verbose_name = "Proposals"

    def ready(self):
        from coalition.search.registry import kinds

        kinds["proposal"] = _("Proposal")
