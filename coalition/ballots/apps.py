from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BallotsConfig(AppConfig):
    name = "coalition.ballots"
    label = "ballots"
    verbose_name = "Ballots"

    def ready(self):
        from coalition.ballots.pages import comes_of_leaving, own_panel, waiting
        from coalition.ballots.uses import votes_cast
        from coalition.members import registry
        from coalition.pages.registry import home_panels

        registry.own_panels.append(own_panel)
        registry.comes_of_leaving.append(comes_of_leaving)
        registry.uses.append(registry.Use(_("Ballots it voted in"), votes_cast))
        home_panels["waiting"].append(waiting)
