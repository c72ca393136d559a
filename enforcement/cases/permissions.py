"""In plain words: a member that may open cases does; whoever contributes adds and writes; whoever leads shares, marks and closes.

Both ask twice: whether the organisation was let in so far, and whether the seat may work cases at all; readers and finance seats read. Who else
enters is for the organisation itself to say, never for an agent that acts for it.
"""

from coalition.access import permissions as access
from coalition.access.models import Grant
from coalition.access.viewer import Viewer
from coalition.members.agents import firms_behind
from enforcement.cases.models import Case, Consent, Move, Task


def can_open(viewer: Viewer) -> bool:
    return viewer.may("open_case")


def can_keep_templates(viewer: Viewer) -> bool:
    """For the whole organisation, so never an agent."""
    return can_open(viewer) and not viewer.is_agent


def can_write(viewer: Viewer, space_id: int) -> bool:
    """In a case, or in one's own side room beside it."""
    return viewer.may("work_case") and access.can_contribute(viewer, space_id) and not would_show_firm(viewer, space_id)


def can_contribute(viewer: Viewer, case: Case) -> bool:
    return can_write(viewer, case.space_id)


def would_show_firm(viewer: Viewer, space_id: int) -> bool:
    """Whether an officer of law enforcement who is in would read the name of an agent's firm that has not agreed to it."""
    if not viewer.is_agent:
        return False
    live = Grant.objects.live().filter(space_id=space_id)
    if not live.filter(audience__seat__organisation__category__kind="partner").exists():
        return False
    agreed = Consent.objects.filter(space=space_id, about=Consent.OFFICERS).values_list("party_id", flat=True)
    return not firms_behind([viewer.audience_id]) & set(agreed)


def can_change_task(viewer: Viewer, task: Task) -> bool:
    """Whoever owes it, whoever's people added it, and whoever leads the case; a rival does not tick off what is another's."""
    if not can_write(viewer, task.space_id):
        return False
    return task.owed_by_id in viewer.audience_ids or task.added_for_id == viewer.organisation_audience_id or can_lead(viewer, task.case)


def can_lead(viewer: Viewer, case: Case) -> bool:
    return viewer.may("work_case") and not viewer.is_agent and access.can_lead(viewer, case.space_id)


def can_merge(viewer: Viewer, source: Case, target: Case) -> bool:
    """Whoever's case it is gives it up into another that they lead: nobody dissolves what is another's."""
    return can_split(viewer, source) and can_lead(viewer, target)


def can_split(viewer: Viewer, case: Case) -> bool:
    """Whoever's case it is."""
    return can_lead(viewer, case) and case.owner_id == viewer.organisation_audience_id


def can_undo(viewer: Viewer, move: Move) -> bool:
    return move.undone_at is None and can_merge(viewer, move.source, move.target)


def can_leave(viewer: Viewer) -> bool:
    """For the whole organisation, so never an agent; whoever was let in to read may also leave."""
    return viewer.may("work_case") and not viewer.is_agent


def can_decide(viewer: Viewer, case: Case) -> bool:
    """What an organisation does is for its own people to say, whoever leads the case; law enforcement decides elsewhere."""
    return can_leave(viewer) and viewer.organisation_kind != "partner" and bool(viewer.desk_id)


def can_consent(viewer: Viewer, case: Case) -> bool:
    """That a party's name is read by law enforcement is for the organisation itself to say, and for an agent's people of its own firm's."""
    return viewer.may("work_case") and viewer.organisation_kind not in ("partner", "coalition")


def can_agree_to_mark(viewer: Viewer, case: Case) -> bool:
    """How far a party's words go is for its own people to say."""
    return can_consent(viewer, case) and not viewer.is_agent


def can_open_side_room(viewer: Viewer, case: Case) -> bool:
    return can_contribute(viewer, case) and viewer.may("open_case")
