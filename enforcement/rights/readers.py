from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("right.entered", _("entered the right {name}"))
