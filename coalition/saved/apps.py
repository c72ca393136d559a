from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SavedConfig(AppConfig):
    name = "coalition.saved"
    label = "saved"
    verbose_name = "Saved views"

    def ready(self):
        autodiscover_modules("views_to_save")
