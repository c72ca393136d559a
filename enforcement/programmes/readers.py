from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


def _who(event):
    return [event.data.get("who")]


def _house(event):
    return [event.data.get("house")]


verb("programme.enrolled", _("was enrolled in {programme}"), tells=_who)
verb("programme.amended", _("put right what {programme} says of itself"))
verb("programme.window_opened", _("opened {programme} to whoever asks from {first} until {last}"))
verb("programme.good_faith_set", _("said what good faith is in {programme} from {since} on"))
verb("programme.asked", _("{who} asks to take part in {programme}"), tells=_house)
verb("programme.withdrawn", _("{who} asks no more to take part in {programme}"), tells=_house)
verb("programme.declined", _("declined the wish to take part in {programme}: {reason}"), tells=_who)
verb("programme.left", _("left {programme}: {reason}"), tells=_house)
verb("programme.ended", _("ended the part in {programme}: {reason}"), tells=_who)
verb("programme.warned", _("{programme} warns: notices fell short of good faith"), tells=_who)
verb("programme.warning_lifted", _("took the warning of {programme} back: {reason}"), tells=_who)
verb("programme.warning_ran_out", _("the warning of {who} in {programme} ran out: lift it, or suspend"), tells=_house)
verb("programme.mended", _("the warning of {programme} is over: good faith holds again"), tells=_who)
verb("programme.suspended", _("suspended from {programme}: {reason}"), tells=_who)
