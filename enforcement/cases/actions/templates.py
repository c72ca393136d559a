"""Templates: what an organisation's cases of one sort begin with, and what its reports on cases say."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.locks import one_at_a_time
from enforcement.cases.actions.cases import tags_of
from enforcement.cases.actions.tasks import add_tasks
from enforcement.cases.models import Case, CaseTemplate, ReportTemplate, Task
from enforcement.cases.permissions import can_keep_templates
from enforcement.cases.reports import check

MOST_TASKS = 30
T = TypeVar("T", bound=CaseTemplate | ReportTemplate)


@transaction.atomic
def keep_template(
    template: CaseTemplate | None, *, name: str, by: Viewer, title: str = "", summary: str = "", tlp: str = "", tags: str = "", tasks=()
) -> CaseTemplate:
    """Keep a template on one's organisation's desk, a new one or one that stands there.

    `tasks` are dicts of a `title` and, perhaps, `days`: how many after the case is opened is the last day. Raises NotAllowed, and Refused, at its
    field, for a name that another has, tags or tasks that are too many.
    """
    require(can_keep_templates(by))
    template = _held(template, by) if template else None
    name = _own_name(name, CaseTemplate, template, by)
    kept = [{"title": task["title"].strip(), "days": task.get("days")} for task in tasks if task.get("title", "").strip()]
    if len(kept) > MOST_TASKS:
        raise Refused(_("At most %(most)d tasks.") % {"most": MOST_TASKS})
    template = template or CaseTemplate(space_id=by.desk_id)
    template.name, template.title, template.summary, template.tags, template.tasks = name, title.strip(), summary.strip(), tags_of(tags), kept
    template.tlp = tlp or template.tlp
    template.changed_by_id, template.changed_at = by.audience_id, timezone.now()
    template.save()
    record("case_template.kept", template, by=by, name=name)
    return template


def _held(template: T, by: Viewer) -> T:
    """One of one's own organisation, locked. Raises NotAllowed."""
    require(can_keep_templates(by) and template.space_id == by.desk_id)
    return lock(template)


def _own_name(name: str, model: type[CaseTemplate | ReportTemplate], kept: CaseTemplate | ReportTemplate | None, by: Viewer) -> str:
    """A name that no other template of the organisation has."""
    one_at_a_time(f"templates of {by.desk_id}")
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give it a name."), field="name")
    if model._default_manager.filter(space_id=by.desk_id, name__iexact=name).exclude(pk=kept and kept.pk).exists():
        raise Refused(_("Your organisation has a template of this name."), field="name")
    return name


@transaction.atomic
def keep_report_template(template: ReportTemplate | None, *, name: str, body: str, by: Viewer) -> ReportTemplate:
    """Keep what reports on cases say, a new template or one that stands. Raises NotAllowed, and Refused, at its field, as `reports.check` does."""
    require(can_keep_templates(by))
    template = _held(template, by) if template else None
    name, body = _own_name(name, ReportTemplate, template, by), check(body)
    template = template or ReportTemplate(space_id=by.desk_id)
    template.name, template.body, template.changed_by_id, template.changed_at = name, body, by.audience_id, timezone.now()
    template.save()
    record("report_template.kept", template, by=by, name=name)
    return template


def template_of(case: Case, *, name: str, by: Viewer) -> CaseTemplate:
    """Keep what one sees of a case as a template of one's own organisation.

    Of another's case only the tags and one's own people's tasks are taken: its words are theirs. Raises as `keep_template` does.
    """
    require(can_keep_templates(by))
    is_own = case.owner_id == by.organisation_audience_id
    tasks = Task.objects.visible_to(by).filter(case=case, space_id=case.space_id).order_by("pk")
    if not is_own:
        tasks = tasks.filter(added_for_id=by.organisation_audience_id)
    began = timezone.localdate(case.opened_at)
    kept = [{"title": task.title, "days": max((task.due_on - began).days, 0) if task.due_on else None} for task in tasks[:MOST_TASKS]]
    words = {"title": case.title, "summary": case.summary, "tlp": case.space.tlp} if is_own else {}
    return keep_template(None, name=name, tags=", ".join(case.tags), tasks=kept, by=by, **words)


@transaction.atomic
def drop_template(template: CaseTemplate | ReportTemplate, *, by: Viewer) -> None:
    """Take a template away; the cases that began with it, and the reports it made, stay as they are. Raises NotAllowed."""
    template = _held(template, by)
    record("case_template.dropped" if isinstance(template, CaseTemplate) else "report_template.dropped", template, by=by, name=template.name)
    template.delete()


@transaction.atomic
def begin_with(case: Case, template: CaseTemplate, *, by: Viewer) -> int:
    """Give a case the tasks of a template, owed by one's own organisation; returns how many. Raises NotAllowed."""
    require(template.space_id == by.desk_id)
    us, today = Audience.objects.get(pk=by.organisation_audience_id), timezone.localdate()
    # Under TLP:RED only the person who opened it is in.
    owed_by = us if case.space.tlp != "RED" else Audience.objects.get(pk=by.audience_id)
    tasks = [(task["title"], today + timedelta(days=task["days"]) if task["days"] is not None else None) for task in template.tasks]
    return add_tasks(case, tasks, owed_by=owed_by, by=by, said=template.name)
