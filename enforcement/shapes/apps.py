from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShapesConfig(AppConfig):
    name = "enforcement.shapes"
    label = "shapes"
    verbose_name = _("Forms of platforms")
