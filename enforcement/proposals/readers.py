from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


def _other(event):
    return [event.data["members"]]


verb("proposal.made", _("proposed to {asked}: {name}"), tells=_other)
verb("proposal.accepted", _("accepted the proposal of {name}"), tells=_other)
verb("proposal.declined", _("declined the proposal of {name}: {reason}"), tells=_other)
verb("proposal.withdrawn", _("took back the proposal of {name}: {reason}"), tells=_other)
verb("proposal.lapsed", _("{asked} did not answer in time: {name}"), tells=lambda event: event.data["parties"])
