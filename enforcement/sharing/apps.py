from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "enforcement.sharing"
    label = "sharing"
    verbose_name = "Sharing groups"

    def ready(self):
        from coalition.search.registry import kinds

        kinds["sharing_group"] = _("Sharing group")
