"""What happens when clocks of notices run out."""

from coalition.activity.actions import record
from coalition.clocks.registry import lapse
from enforcement.notices import actions
from enforcement.notices.models import Complaint, Dispute, Notice


@lapse(actions.STAND_BEHIND)
def dispute_lapsed(clock):
    actions.lapse(Dispute.objects.get(pk=clock.subject_id))


@lapse(actions.ANSWER)
def answer_overdue(clock):
    """A late answer is still an answer: the notice stays open, and both sides are told."""
    notice = Notice.objects.select_related("principal").get(pk=clock.subject_id)
    record("notice.overdue", notice, by=None, platform=clock.owed_by_id, principal=notice.principal.audience_id)


@lapse(actions.VETTING)
def vetting_overdue(clock):
    notice = Notice.objects.get(pk=clock.subject_id)
    record("notice.vetting_overdue", notice, by=None, space=notice.vetting_space_id, team=clock.owed_by_id)


@lapse(actions.CONCLUDE)
def conclusion_overdue(clock):
    """A late word is still a word: the item stays down meanwhile, and both sides are told."""
    found = Dispute.objects.select_related("item__notice__principal").get(pk=clock.subject_id)
    record("dispute.conclusion_overdue", found, by=None, platform=clock.owed_by_id, principal=found.item.notice.principal.audience_id)


@lapse(actions.COMPLAINT)
def complaint_overdue(clock):
    found = Complaint.objects.select_related("item__notice__principal").get(pk=clock.subject_id)
    record("complaint.overdue", found, by=None, platform=clock.owed_by_id, principal=found.item.notice.principal.audience_id)
