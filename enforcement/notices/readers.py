from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import reader, verb


def _named(*names):
    return lambda event: [event.data.get(name) for name in names]


def _sender(event):
    from enforcement.notices.models import Notice

    return [Notice.objects.select_related("principal").get(pk=event.subject_id).principal.audience_id]


def _both_sides(event):
    from enforcement.notices.models import Notice

    notice = Notice.objects.select_related("principal", "platform__organisation").get(pk=event.subject_id)
    return [notice.principal.audience_id, notice.platform.organisation and notice.platform.organisation.audience_id]


verb("answers.brought", (_("read the answers {name}: one row"), _("read the answers {name}: {count} rows")))
verb("answers.entered", (_("answered one item by {name}"), _("answered {count} items by {name}")))
verb("notice.drafted", (_("drafted a notice about one item"), _("drafted a notice about {count} items")))
verb("notice.items_classified", (_("said {what} of one item"), _("said {what} of {count} items")))
verb("notice.items_left_out", (_("left one item out"), _("left {count} items out")))
verb("notice.discarded", _("gave up the draft"))
verb("notice.approval_asked", _("asks a colleague to approve {notice}"), tells=_named("people"))
verb("notice.countersigned", _("approved {notice}: it is handed in"), tells=_named("asked"))
verb("notice.not_countersigned", _("did not approve {notice}: {reason}"), tells=_named("asked"))
verb("notice.taken_back", _("took {notice} back before a colleague approved it: {reason}"))
verb("notice.two_people", _("wants two people behind each notice"))
verb("notice.one_person", _("wants one person behind a notice, as before"))
verb("notice.submitted", _("submitted the notice for vetting"), tells=_named("team"))
verb("notice.sent", _("sent the notice to the platform"), tells=_both_sides)
verb("notice.approved", _("approved the notice and sent it to the platform"), tells=_both_sides)
verb("notice.translated", _("translated the notice: {language}"), tells=_sender)
verb("notice.returned", _("returned the notice: {reason}"), tells=_sender)
verb("notice.edited", _("changed the draft"))
verb("notice.received", _("confirmed that it has the notice"), tells=_named("principal"))
verb("notice.answered", (_("answered one item: {outcome}"), _("answered {count} items: {outcome}")), tells=_named("principal"))
verb("notice.clarified", _("answered the platform’s question"), tells=_named("platform"))
verb("notice.overdue", _("the platform’s time to answer ran out"), tells=_named("platform", "principal"))
verb("notice.vetting_overdue", _("the time to vet ran out"), tells=_named("team"))
verb("dispute.raised", _("recorded a dispute about “{item}” on {notice}"), tells=_named("principal"))
verb("dispute.stood_behind", _("stood behind the claim, signed {signatory}"), tells=_named("platform"))
verb("dispute.withdrawn", _("withdrew the claim: {reason}"), tells=_named("platform"))
verb("dispute.lapsed", _("the clock ran out in silence; the claim lapsed"), tells=_named("platform", "principal"))
verb("dispute.conclusion_overdue", _("the platform’s time to say how it ends ran out"), tells=_named("platform", "principal"))
verb("complaint.made", _("complained about what became of “{item}” on {notice}"), tells=_named("platform"))
verb("complaint.answered", _("answered the complaint: {how}"), tells=_named("principal"))
verb("complaint.overdue", _("the platform’s time to look at a complaint ran out"), tells=_named("platform", "principal"))
verb("dispute.stays_down", _("decided that the item stays down"), tells=_named("principal"))
verb("dispute.reinstated", _("reinstated the item"), tells=_named("principal"))


@reader("relists")
def look_for_relists(event):
    """What an import brought is held against what was removed before."""
    from enforcement.market.models import Import
    from enforcement.notices.relists import find

    if event.verb == "import.done":
        find(Import.objects.get(pk=event.subject_id))
