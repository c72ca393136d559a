from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("organisation.founded", _("was entered in the register"))
verb("organisation.admitted", _("was given a membership term until {until}"))
verb("seat.given", _("gave {who} a seat as {role}"))
verb("seat.ended", _("ended the seat of {who}"))
verb("space.glass_broken", _("broke the glass and may read this for one hour: {reason}"), tells=lambda event: [event.data["owner"]])
verb("space.shared", _("let {who} in ({role})"), tells=lambda event: [event.data["audience"]])
verb("space.withdrawn", _("ended the access of {who}"))
verb("space.marked", _("changed the mark from TLP:{before} to TLP:{after}"))
