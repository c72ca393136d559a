from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


def _members(event):
    return [event.data.get("members")]


def _told(event):
    return [event.data.get("told")]


verb("ballot.drafted", _("drafted the ballot {title}"))
verb("ballot.amended", _("amended the ballot {title}"))
verb("ballot.opened", _("opened the ballot {title} to {electors} electors until {day}"), tells=_members)
# What an elector does lies in its own office: that it voted, and never how.
verb("ballot.voted", _("voted for {organisation}"), tells=_told)
verb("ballot.proxy_given", _("gave the proxy of {organisation} to {to}"))
verb("ballot.proxy_entrusted", _("gave you the proxy of {organisation}"), tells=_told)
verb("ballot.proxy_ended", _("took the proxy of {organisation} back"), tells=_told)
verb("ballot.proxy_returned", _("stands aside: {organisation} votes itself again"), tells=_told)
verb("ballot.recused", _("stands aside for {organisation}: {reason}"))
verb("ballot.closed", _("closed the ballot {title}: {cast} of {electors} voted"), tells=_members)
verb("ballot.withdrawn", _("withdrew the ballot: {reason}"), tells=_members)
verb("ballot.voter_named", _("named {who} to vote, and {other} as alternate"), tells=_told)
