from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "enforcement.programmes"
    label = "programmes"
    verbose_name = "Programmes"
