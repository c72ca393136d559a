from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "groups.library"
    label = "library"
    verbose_name = "Library"

    def ready(self):
        from coalition.search.registry import kinds

        kinds["document"] = _("Document")
