from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "enforcement.notices"
    label = "notices"
    verbose_name = "Notices"

    def ready(self):
        from coalition.members.registry import comes_of_leaving, uses
        from coalition.pages.registry import home_panels
        from coalition.search.registry import kinds
        from enforcement.cases.moving import MOVABLES, in_case
        from enforcement.cases.panels import Tab, registered, stories
        from enforcement.market import panels, signals
        from enforcement.notices import pages
        from enforcement.notices.models import CaseNotice
        from enforcement.notices.pages import notices_of_case, waiting
        from enforcement.notices.uses import USES

        kinds["notice"] = _("Notice")
        registered.append(Tab("notices", _("Notices"), "enforcement/notices/_case_tab.html", notices_of_case, pages.AS_TABLE))
        stories.append(pages.story_of_case)
        panels.registered.append(pages.seller_panel)
        signals.registered.append(pages.seller_signals)
        MOVABLES.append(in_case(CaseNotice, "notices", _("links to notices"), twins=pages.linked_there, named=pages.names_of_links))
        home_panels["waiting"].append(waiting)
        comes_of_leaving.append(pages.comes_of_leaving)
        uses += USES
