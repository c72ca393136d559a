from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "coalition.ballots"
    label = "ballots"
    verbose_name = "Ballots"

    def ready(self):
        from coalition.ballots.pages import comes_of_leaving, own_panel, waiting
        from coalition.members import registry
        from coalition.pages.registry import home_panels

        registry.own_panels.append(own_panel)
        registry.comes_of_leaving.append(comes_of_leaving)
        home_panels["waiting"].append(waiting)
