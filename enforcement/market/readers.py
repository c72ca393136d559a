from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


def _starter(event):
    return [event.data["started_by"]]


verb("import.uploaded", _("uploaded {name}"))
verb("import.columns_chosen", _("said what {count} columns of the file mean"))
verb("import.narrowed", _("left out {count} rows that are not on {platform}"))
verb("import.given_up", _("gave up the import of {name}"))
verb("import.confirmed", _("confirmed an import of {new} new listings"))
verb("import.done", _("{written} listings came in from {name}"))
verb("import.waits", _("{name} waits for somebody to look at it: {because}"), tells=_starter)
verb("import.undone", _("undid the import of {name}"))
verb("import.refused", _("an import was refused: {problem}"), tells=_starter)
verb(
    "import.relists",
    (_("one of its listings looks like one that was removed before"), _("{count} of its listings look like ones that were removed before")),
    tells=_starter,
)
verb(
    "listings.rekeyed",
    (
        _("the table of addresses is version {version} now: one listing has a new key"),
        _("the table of addresses is version {version} now: {count} listings have new keys"),
    ),
)
verb("listing.judged", _("judged: {verdict} ({of})"))
verb("seller.linked", _("judged {one} and {other}: {verdict} ({source})"))
verb("seller.allowed", _("put {name} on {platform} on the allow list: {reason}"))
verb("seller.allowance_ends", _("{name} leaves the allow list unless renewed, last day {day}"), tells=lambda event: [event.data["members"]])
verb("seller.allowance_ended", _("{name} left the allow list, last day {day}"), tells=lambda event: [event.data["members"]])
verb("seller.allowed_no_more", _("took {name} off the allow list: {reason}"))
verb("allow_list.brought", (_("read the allow list {name}: one row"), _("read the allow list {name}: {count} rows")))
verb("allow_list.entered", (_("put one seller of {name} on the allow list"), _("put {count} sellers of {name} on the allow list")))
verb("allow_list.undone", _("took {count} sellers of {name} off the allow list again; {stay} stay"))
verb("platform.amended", _("put right what {name} is like: goods in {where}, at most {most} items in a notice"))
