from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "coalition.applications"
    label = "applications"
    verbose_name = "Applications"

    def ready(self):
        from coalition.applications.pages import letters_waiting, waiting
        from coalition.applications.permissions import may_have_paper
        from coalition.files.registry import asked_too
        from coalition.pages.registry import home_panels
        from coalition.search.registry import kinds

        kinds["application"] = _("Application")
        asked_too.append(may_have_paper)
        home_panels["waiting"] += [letters_waiting, waiting]
