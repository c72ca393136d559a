from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "coalition.directory"
    label = "directory"
    verbose_name = "Directory"

    def ready(self):
        from coalition.search.registry import kinds

        kinds["person"] = _("Person")
