from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RightsConfig(AppConfig):
    name = "enforcement.rights"
    label = "rights"
    verbose_name = "Rights"

    def ready(self):
        from coalition.search.registry import kinds

        kinds["right"] = _("Right")
