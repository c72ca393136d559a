from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ActivityConfig(AppConfig):
    name = "coalition.activity"
    label = "activity"
    verbose_name = "Activity"

    def ready(self):
        autodiscover_modules("readers")
