from django.utils.translation import gettext_lazy as _

from coalition.access.models import Audience
from coalition.activity.registry import verb


def _members(event):
    return [Audience.members().pk]


verb("document.written", _("began a document"))
verb("document.revised", _("wrote version {number}"))
verb("document.consulted", _("opened a consultation"), tells=_members)
verb("document.published", _("published a document"), tells=_members)
verb("document.commented", _("commented on version {number}"), tells=lambda event: [event.data["publisher"]])
verb("document.consultation_ended", _("the consultation ended"), tells=lambda event: [event.data["publisher"]])
