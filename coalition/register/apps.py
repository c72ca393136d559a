from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    name = "coalition.register"
    label = "register"
    verbose_name = "Register"

    def ready(self):
        from coalition.files.registry import asked_too
        from coalition.members.registry import Use, own_panels, uses
        from coalition.register.pages import own_panel
        from coalition.register.permissions import may_have_file
        from coalition.register.uses import seats_of_members

        uses.append(Use(_("People with a seat"), seats_of_members))
        own_panels.append(own_panel)
        asked_too.append(may_have_file)
