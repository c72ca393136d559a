from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "groups.library"
    label = "library"
    verbose_name = "Library"

    def ready(self):
        from coalition.members.registry import Use, uses
        from coalition.register.uses import acts_of
        from coalition.search.registry import kinds

        kinds["document"] = _("Document")
        uses.append(Use(_("Documents published and comments made"), acts_of("document.published", "document.commented")))
