"""What each capability lets somebody do, in words; the dated rows say whom it is given to."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "read_directory": _("Read the directory, the library and ballots"),
    "see_enforcement": _("Read cases, listings and notices one is let into"),
    "import_listings": _("Import listings"),
    "open_case": _("Open cases"),
    "work_case": _("Work on cases one is let into"),
    "submit_notice": _("Send notices and stand behind them"),
    "answer_notice": _("Answer notices as a platform"),
    "join_group": _("Join Member Engagement Groups"),
    "post": _("Write in groups"),
    "comment": _("Comment on documents in consultation"),
    "chair_group": _("Chair a group"),
    "found_group": _("Found a group"),
    "publish_guidance": _("Publish guidance"),
    "vote": _("Vote in ballots"),
    "stand_for_board": _("Stand for the board"),
    "hold_ballot": _("Put questions to the vote"),
    "object_to_applicant": _("Object to an applicant"),
    "vet_applications": _("Vet applications"),
    "decide_applications": _("Decide about applications, on the committee"),
    "manage_seats": _("Invite people and manage seats"),
    "own_organisation": _("Sign for the organisation: policies, agents, resignation"),
    "see_dues": _("Read and pay dues"),
    "keep_accounts": _("Keep every member’s account"),
    "keep_register": _("Keep the register"),
    "run_programme": _("Run a programme"),
    "vet": _("Vet notices of a programme"),
    "publish_statistics": _("Publish statistics"),
    "break_glass": _("Break the glass"),
}


def in_words(capability: str) -> str:
    return str(WORDS.get(capability) or capability.replace("_", " ").capitalize())
