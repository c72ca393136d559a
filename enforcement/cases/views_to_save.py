from django.utils.translation import gettext_lazy as _

from coalition.saved.registry import page

page("cases:list", _("Cases"))
page("cases:tasks", _("Tasks"))
page("cases:board", _("Board of cases"))
