"""The list of one's rights and one right's page."""

from __future__ import annotations

from functools import cached_property

from django.utils import timezone

from coalition.activity.models import Event
from coalition.lists import ROWS, Named, label_fields
from coalition.members.forms import ReasonForm
from enforcement.rights import rules
from enforcement.rights.filters import RightFilter
from enforcement.rights.forms import AskForm, DescribedForm, DesignationForm, EndForm, PaperForm, RecordationForm, StatusForm
from enforcement.rights.models import Right
from enforcement.rights.permissions import can_enter, can_keep


class ListPage:
    def __init__(self, viewer, query):
        self.viewer, self.query, self.today = viewer, query, timezone.localdate()
        own = Right.objects.visible_to(viewer)
        self.has_any = own.exists()
        self.filter = RightFilter(query, own)
        label_fields(self.filter.form)
        self.found = self.filter.qs

    @cached_property
    def rows(self) -> Named:
        return Named(self.found.with_facts().prefetch_related("recordations"), self.query, "name", ROWS)

    @cached_property
    def shown(self) -> list[dict]:
        return [{"right": right, "in_force": right.is_in_force(self.today), "where": _where(right)} for right in self.rows]

    @property
    def can_enter(self) -> bool:
        return can_enter(self.viewer)


def _where(right: Right) -> str:
    """Its register, and what it designates."""
    codes = [part.territory for part in right.protections.all() if part.territory != right.jurisdiction]
    return ", ".join([right.jurisdiction, *codes])


class RightPage:
    """One right: what it is, how it stands where, and what can be asked of it."""

    def __init__(self, right: Right, viewer, wrong: dict | None = None):
        # Forms that were refused, by name and, where there are many, by what they are about.
        self.right, self.viewer, self.wrong, self.today = right, viewer, wrong or {}, timezone.localdate()

    @property
    def can_keep(self) -> bool:
        return can_keep(self.viewer, self.right)

    @cached_property
    def in_force(self) -> bool:
        return self.right.is_in_force(self.today)

    def _form(self, name: str, make):
        return self.wrong.get(name) or make()

    @cached_property
    def protections(self) -> list[dict]:
        """Each territory with how it stands today, its history, and what may follow."""
        rows = []
        for part in self.right.protections.all():
            statuses = list(part.statuses.all())
            stages = [rules.Stage(row.state, row.since, row.until) for row in sorted(statuses, key=lambda row: (row.since, row.pk))]
            now = rules.stage_on(stages, self.today)
            name = f"status-{part.pk}"
            is_own = part.territory == self.right.jurisdiction
            form = self._form(
                name, lambda part=part, last=stages[-1].state, is_own=is_own: StatusForm(before=last, is_own=is_own, auto_id=f"status-{part.pk}-%s")
            )
            rows.append({
                "part": part, "now": now, "words": rules.STATES[now.state] if now else "", "is_live": rules.is_live(now, self.today),
                "is_over": now is not None and now.state in rules.LIVE and not rules.is_live(now, self.today),
                "statuses": statuses, "form": form if form.fields["state"].choices else None, "is_wrong": name in self.wrong,
                "back": ReasonForm(auto_id=f"back-{part.pk}-%s") if len(statuses) > 1 else None,
            })  # fmt: skip
        return rows

    @cached_property
    def papers(self):
        return list(self.right.papers.filter(removed_at=None).select_related("file"))

    @cached_property
    def recordations(self) -> list[dict]:
        return [{"row": row, "end": EndForm(auto_id=f"end-{row.pk}-%s")} for row in self.right.recordations.all()]

    @cached_property
    def events(self):
        return list(Event.objects.visible_to(self.viewer).newest().about(self.right)[:40])

    @cached_property
    def describe_form(self):
        initial = {field: getattr(self.right, field) for field in ("name", "holder", "classes", "goods")}
        return self._form("describe", lambda: DescribedForm(initial=initial, auto_id="describe-%s"))

    @cached_property
    def designation_form(self):
        return self._form("designate", DesignationForm)

    @cached_property
    def paper_form(self):
        return self._form("paper", PaperForm)

    @cached_property
    def recordation_form(self):
        return self._form("recordation", RecordationForm)

    @cached_property
    def ask_form(self):
        return self._form("ask", AskForm)

    @cached_property
    def answer(self) -> rules.Verdict | None:
        """The answer to what was asked of it, where it was."""
        form = self.ask_form
        return self.right.valid(**form.cleaned_data) if form.is_bound and form.is_valid() else None
