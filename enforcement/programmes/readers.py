from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("programme.enrolled", _("was enrolled in {programme}"))
