from django.apps import AppConfig


class DuesConfig(AppConfig):
    name = "coalition.dues"
    label = "dues"
    verbose_name = "Dues"

    def ready(self):
        from coalition.dues import leaving, pages, standing
        from coalition.members import registry

        registry.tell_dues(standing.facts)
        registry.own_panels.append(pages.own_panel)
        registry.comes_of_leaving.append(leaving.comes_of_leaving)
