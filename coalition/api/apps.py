from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "coalition.api"
    label = "api"
    verbose_name = "API"

    def ready(self):
        from coalition.api import schema  # noqa: F401  registers the token scheme with the OpenAPI generator
