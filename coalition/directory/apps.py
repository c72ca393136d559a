from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "coalition.directory"
    label = "directory"
    verbose_name = "Directory"

    def ready(self):
        from coalition.directory.actions import cards_listed
        from coalition.directory.pages import card_rows
        from coalition.members import registry
        from coalition.search.registry import kinds, still_shown

        registry.card_rows.append(card_rows)
        kinds["person"] = _("Person")
        still_shown["person"] = cards_listed
