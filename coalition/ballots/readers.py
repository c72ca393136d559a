from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


def _members(event):
    return [event.data.get("members")]


def _told(event):
    return [event.data.get("told")]


verb("ballot.drafted", _("drafted the ballot {title}"))
verb("ballot.opened", _("opened the ballot {title} to {electors} electors until {day}"), tells=_members)
# Who voted is said, and never how.
verb("ballot.voted", _("voted for {organisation}"))
verb("ballot.proxy_given", _("gave the proxy of {organisation} to {to}"), tells=_told)
verb("ballot.recused", _("stands aside for {organisation}: {reason}"))
verb("ballot.closed", _("closed the ballot {title}: {cast} of {electors} voted"), tells=_members)
verb("ballot.withdrawn", _("withdrew the ballot: {reason}"), tells=_members)
verb("ballot.voter_named", _("named {who} to vote, and {other} as alternate"), tells=_told)
