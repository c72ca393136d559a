from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "enforcement.cases"
    label = "cases"
    verbose_name = "Cases"

    def ready(self):
        from coalition.files.registry import told_of
        from coalition.members.registry import Handing, handings, uses
        from coalition.pages.registry import home_panels
        from coalition.search.registry import kinds
        from enforcement.cases import proposing  # noqa: F401  registers what can be proposed
        from enforcement.cases.actions import note_file_taken
        from enforcement.cases.handings import move_tasks, tasks_of
        from enforcement.cases.pages.panels import own_cases, seller_panel, sharing_panel, tasks_waiting
        from enforcement.cases.uses import USES
        from enforcement.market.panels import registered
        from enforcement.sharing.panels import registered as known_of_groups

        kinds["case"] = _("Case")
        kinds["file"] = _("File")
        registered.append(seller_panel)
        known_of_groups.append(sharing_panel)
        told_of.append(note_file_taken)
        home_panels["cases"].append(own_cases)
        home_panels["waiting"].append(tasks_waiting)
        handings.append(Handing(_("tasks"), tasks_of, move_tasks, str))
        uses += USES
