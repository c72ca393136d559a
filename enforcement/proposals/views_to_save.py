from django.utils.translation import gettext_lazy as _

from coalition.saved.registry import page

page("proposals:list", _("Proposals"))
