from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "coalition.access"
    label = "access"
    verbose_name = "Access"

    def ready(self):
        from coalition.access import checks, policies

        register(checks.database_role, Tags.database)
        post_migrate.connect(policies.install_after_migrate, sender=self)
