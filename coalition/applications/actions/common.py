"""What every verb of an application needs: the coalition's own organisation, an application held still, its next state."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict
from coalition.access.locking import lock
from coalition.access.models import Audience
from coalition.applications import rules
from coalition.applications.models import Application

State = Application.State
VETTING_TEAM = "Membership staff"


def vetters() -> Audience:
    """Those of the coalition who vet applications: the rooms are theirs, and not all of its people's."""
    return Audience.objects.get(kind=Audience.Kind.TEAM, label=VETTING_TEAM)


def locked(application: Application) -> Application:
    """The application as it is, held until the transaction ends."""
    related = ("category", "space", "organisation__category", "organisation__audience", "tier__category")
    return lock(application, *related)


def move_to(application: Application, state: str, **changes) -> None:
    """Write its next state. Raises Conflict where that may not follow the present one."""
    if not rules.may_follow(application.state, state):
        raise Conflict(_("This application is %(state)s.") % {"state": application.get_state_display()})
    application.state, application.changed_at = state, timezone.now()
    for name, value in changes.items():
        setattr(application, name, value)
    application.save()


def about(application: Application) -> str:
    """What members may read of an applicant: the sentence it wrote for them, and nothing that it told staff."""
    return application.answers.get("organisation", {}).get("line", "")


def found_by(application: Application) -> str:
    """What staff who vet find an application by."""
    answers = application.answers
    told = answers.get("brands", {}).get("brands") or answers.get("services", {}).get("services") or answers.get("practice", {}).get("practice") or ""
    return f"{about(application)}\n{told}"
