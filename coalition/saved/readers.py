from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("view.shared", _("shares the view “{name}” of {page} with the organisation"))
verb("view.dropped", _("shares the view “{name}” of {page} no more"))
