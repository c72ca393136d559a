from django.utils.translation import gettext_lazy as _

from coalition.access.models import Grant
from coalition.activity.registry import verb


def _everybody_in(event):
    return Grant.objects.live().filter(space_id=event.space_id).values_list("audience_id", flat=True)


verb("sharing_group.gathered", _("gathered the sharing group with {who}"), tells=_everybody_in)
verb("sharing_group.described", _("changed what the sharing group {before} is called and for: {after}"), tells=_everybody_in)
verb("sharing_group.widened", _("added {who}: they are in what is shared with the group from then on"), tells=_everybody_in)
verb("sharing_group.narrowed", _("took out {who}"), tells=_everybody_in)
verb("sharing_group.left", _("left the sharing group"), tells=_everybody_in)
verb("sharing_group.ended", _("ended the sharing group: nobody reads anything by it any more"), tells=_everybody_in)
