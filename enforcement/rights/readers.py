from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("right.entered", _("entered the right {name}"))
verb("right.amended", _("put the right’s description right: {what}"))
verb("right.status", _("noted: in {where} {state} since {day}"))
verb("right.status_taken_back", _("took back “{state} since {day}” in {where}: {reason}"))
verb("right.designated", _("added the designation of {where}, since {day}"))
verb("right.paper_added", _("added a {what}: {name}"))
verb("right.paper_removed", _("took off a {what}: {name}"))
verb("right.recorded", _("noted the recordation {number} with {where}, from {day}"))
verb("right.recordation_ended", _("ended the recordation with {where} on {day}: {reason}"))
verb("right.ends", _("will end, unless it is renewed: {what}, last day {day}"), tells=lambda event: [event.data["members"]])
verb("right.ended", _("ended on {day} and was not renewed: {what}"), tells=lambda event: [event.data["members"]])
verb("rights.brought", (_("read the rights {name}: one row"), _("read the rights {name}: {count} rows")))
verb("rights.entered", (_("entered one right of {name}"), _("entered {count} rights of {name}")))
verb("rights.undone", _("took {count} rights of {name} out again; {stay} stay"))
