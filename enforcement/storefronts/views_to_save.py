from django.utils.translation import gettext_lazy as _

from coalition.saved.registry import page

page("storefronts:list", _("Storefronts"))
