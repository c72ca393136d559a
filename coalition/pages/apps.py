from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "coalition.pages"
    label = "pages"
    verbose_name = "Pages"
