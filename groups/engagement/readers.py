from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb
from groups.engagement.models import Topic


def _roster(event):
    return [Topic.objects.select_related("group").get(pk=event.subject_id).group.audience_id]


verb("group.founded", _("founded the group"))
verb("group.joined", _("put {who} on the roster"))
verb("group.chair_appointed", _("made {who} the chair"), tells=lambda event: [event.data["told"]])
verb("group.led_by_nobody", _("ended the chair’s time"))
verb("group.chartered", _("wrote the charter anew"))
verb("topic.started", _("started a topic"), tells=_roster)
verb("topic.replied", _("replied"), tells=_roster)
