from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "coalition.files"
    label = "files"
    verbose_name = "Files"
