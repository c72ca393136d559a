from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import everybody_in, verb

verb("sharing_group.gathered", _("gathered the sharing group with {who}"), tells=everybody_in)
verb("sharing_group.described", _("changed what the sharing group {before} is called and for: {after}"), tells=everybody_in)
verb("sharing_group.widened", _("added {who}: they are in what is shared with the group from then on"), tells=everybody_in)
verb("sharing_group.narrowed", _("took out {who}"), tells=everybody_in)
verb("sharing_group.left", _("left the sharing group"), tells=everybody_in)
verb("sharing_group.ended", _("ended the sharing group: nobody reads anything by it any more"), tells=everybody_in)
