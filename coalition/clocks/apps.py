from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ClocksConfig(AppConfig):
    name = "coalition.clocks"
    label = "clocks"
    verbose_name = "Clocks"

    def ready(self):
        autodiscover_modules("lapses")
