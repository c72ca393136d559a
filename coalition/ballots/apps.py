from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "coalition.ballots"
    label = "ballots"
    verbose_name = "Ballots"

    def ready(self):
        from coalition.ballots.pages import own_panel, waiting
        from coalition.members.registry import own_panels
        from coalition.pages.registry import home_panels

        own_panels.append(own_panel)
        home_panels["waiting"].append(waiting)
