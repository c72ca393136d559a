from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "coalition.pages"
    label = "pages"
    verbose_name = "Pages"

    def ready(self):
        from coalition.dues.pages import waiting as dues_waiting
        from coalition.members.pages import waiting as members_waiting
        from coalition.pages.registry import home_panels

        home_panels["waiting"] += [members_waiting, dues_waiting]
