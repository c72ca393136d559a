from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb
from groups.engagement.models import Meeting, Topic


def _roster_of(model):
    """Tells everybody on the roster of the group in which a thing of this model lies."""
    return lambda event: [model.objects.select_related("group").get(pk=event.subject_id).group.audience_id]


_told_by_topic, _told_by_meeting = _roster_of(Topic), _roster_of(Meeting)


verb("group.founded", _("founded the group"))
verb("group.joined", _("put {who} on the roster"))
verb("group.chair_appointed", _("made {who} the chair"), tells=lambda event: [event.data["told"]])
verb("group.led_by_nobody", _("ended the chair’s time"))
verb("group.chartered", _("wrote the charter anew"))
verb("topic.started", _("started a topic"), tells=_told_by_topic)
verb("topic.replied", _("replied"), tells=_told_by_topic)
verb("meeting.called", _("called the meeting “{title}” for {moment}"), tells=_told_by_meeting)
verb("meeting.moved", _("moved the meeting “{title}” to {moment} (changed: {what}): say again whether you come"), tells=_told_by_meeting)
verb("meeting.amended", _("changed {what} of the meeting “{title}” on {moment}"), tells=_told_by_meeting)
verb("meeting.called_off", _("called the meeting “{title}” of {moment} off: {reason}"), tells=_told_by_meeting)
verb("meeting.answered", _("answered: {answer}"))
verb("meeting.minuted", _("wrote the minutes of “{title}”, to be reviewed"))
verb("meeting.minutes_sent_back", _("sent the minutes of “{title}” back: {reason}"), tells=lambda event: [event.data["told"]])
verb("meeting.minutes_final", _("made the minutes of “{title}” final"), tells=_told_by_meeting)
