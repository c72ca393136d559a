"""The case page: what it gathers, one property a panel."""

from __future__ import annotations

from functools import cached_property
from operator import itemgetter

from django.db.models import Count, F, Max, Q

from coalition.access.actions import live_grants
from coalition.access.models import Audience, Grant, belonging_to
from coalition.access.tlp import Tlp
from coalition.activity.models import Event
from coalition.files.models import Attachment
from coalition.members.agents import firms_behind
from enforcement.cases.actions import may_mention, may_owe, merged_here, silent
from enforcement.cases.forms import ChangeTaskForm, DecideForm, DescribeForm, EnterForm, KeepForm, RelateForm, SellerForm, StageForm, TaskForm
from enforcement.cases.models import PAP_MEANINGS, Case, CaseListing, Consent, Move, Note, OwnDecision, Pap, Related, SideRoom, Task
from enforcement.cases.panels import stories
from enforcement.cases.permissions import (
    can_agree_to_mark,
    can_change_task,
    can_consent,
    can_contribute,
    can_decide,
    can_keep_templates,
    can_lead,
    can_leave,
    can_open_side_room,
    can_split,
    can_undo,
    can_write,
    would_show_firm,
)
from enforcement.market.permissions import can_import
from enforcement.proposals.permissions import can_propose
from enforcement.sharing.actions import joined_since

SHOWN = 60


class CasePage:
    """A case, or one of its side rooms, as one viewer sees it."""

    def __init__(self, case: Case, viewer, room: SideRoom | None = None, wrong: dict | None = None):
        # Forms that were refused, by name.
        self.case, self.viewer, self.room, self.wrong = case, viewer, room, wrong or {}
        self.space = room.space if room else case.space

    @cached_property
    def grants(self) -> list[Grant]:
        return live_grants(self.space.pk)

    @cached_property
    def doors(self) -> list[dict]:
        """Who is in, and of a sharing group who joined it since and is not."""
        return [{"grant": grant, **self._joined(grant)} for grant in self.grants]

    def _joined(self, grant: Grant) -> dict:
        newer = joined_since(grant.audience, self.viewer) if grant.audience.kind == Audience.Kind.SHARING_GROUP else None
        if newer is None:
            return {}
        inside = {one.pk for one in grant.within}
        return {"newer": newer, "joined": [one for one in belonging_to([newer.audience_id])[newer.audience_id] if one.pk not in inside]}

    @property
    def can_contribute(self) -> bool:
        return can_write(self.viewer, self.space.pk)

    @property
    def can_leave(self) -> bool:
        return not self.can_lead and can_leave(self.viewer)

    @property
    def can_keep(self) -> bool:
        return self.room is None and can_keep_templates(self.viewer)

    @property
    def keep_form(self) -> KeepForm:
        return self.wrong.get("keep") or KeepForm()

    @cached_property
    def silent(self) -> list[Audience]:
        """The parties whose name no officer of law enforcement may read yet."""
        return silent(self.case, self.viewer)

    @property
    def can_consent(self) -> bool:
        """Whoever is in beside others, and does not lead: who lets an officer in agrees by that."""
        return self.room is None and not self.can_lead and can_consent(self.viewer, self.case)

    @cached_property
    def _agreed_to(self) -> set[str]:
        viewer = self.viewer
        own = firms_behind([viewer.audience_id]) if viewer.is_agent else {viewer.organisation_audience_id, viewer.audience_id}
        return set(Consent.objects.visible_to(self.viewer).filter(case=self.case, party__in=own).values_list("about", flat=True))

    @cached_property
    def waits_for_firm(self) -> bool:
        """Whether an agent writes nothing here until its firm has agreed that the officer who is in reads its name."""
        return would_show_firm(self.viewer, self.case.space_id)

    @property
    def has_consented(self) -> bool:
        return Consent.OFFICERS in self._agreed_to

    @property
    def is_asked_for_mark(self) -> bool:
        """Whether a laxer mark that another asked for waits for this party's word."""
        asked = self.case.asked_mark
        if not asked or self.room is not None or asked in self._agreed_to or not can_agree_to_mark(self.viewer, self.case):
            return False
        asking = Event.objects.about(self.case).filter(space_id=self.case.space_id, verb="case.mark_asked").newest().first()
        return asking is None or asking.organisation_id != self.viewer.organisation_audience_id

    @property
    def can_lead(self) -> bool:
        return self.room is None and can_lead(self.viewer, self.case)

    @property
    def can_open_side_room(self) -> bool:
        return self.room is None and not self.side_room and can_open_side_room(self.viewer, self.case)

    @property
    def can_add(self) -> bool:
        return can_contribute(self.viewer, self.case) and self.case.state == Case.State.OPEN

    @cached_property
    def side_room(self) -> SideRoom | None:
        return SideRoom.objects.visible_to(self.viewer).filter(case=self.case).select_related("party").first()

    @cached_property
    def merged(self) -> list[Case]:
        return merged_here(self.case, self.viewer)

    @cached_property
    def old_rooms(self) -> list[SideRoom]:
        """One's own side rooms beside the cases that were merged into this one."""
        if not self.merged:
            return []
        return list(SideRoom.objects.visible_to(self.viewer).filter(case__in=self.merged).select_related("party", "case"))

    @property
    def can_split(self) -> bool:
        return self.room is None and self.case.state == Case.State.OPEN and can_split(self.viewer, self.case)

    @cached_property
    def moves(self) -> list[dict]:
        """Merges and splits of this case that were not undone, as far as one sees both sides."""
        found = Move.objects.visible_to(self.viewer).filter(Q(source=self.case) | Q(target=self.case), undone_at=None)
        found = found.select_related("source__space", "target__space", "done_by").order_by("-pk")[:20]
        return [{"move": move, "can_undo": can_undo(self.viewer, move)} for move in found]

    @cached_property
    def timeline(self) -> list[dict]:
        """What people wrote and what happened, newest first, in one stream."""
        notes = self.notes.order_by("-pk")[:SHOWN]
        # The history of what was merged into it stays in the rooms where it happened.
        merged = {} if self.room else {case.space_id: case.reference for case in self.merged}
        spaces = [self.space.pk, *merged]
        events = Event.objects.visible_to(self.viewer).newest().filter(space__in=spaces).exclude(verb__in=["case.noted", "case.noted_for"])
        # Told in both rooms, it is read once.
        events = events.exclude(verb="case.move_undone", space__in=merged)[:SHOWN]
        entries = [{"at": note.written_at, "note": note} for note in notes]
        for tell in [] if self.room else stories:
            kind, names = tell(self.case, self.viewer)
            if names:
                told = Event.objects.visible_to(self.viewer).newest().filter(subject_type=kind, subject_id__in=names)[:SHOWN]
                entries += [{"at": event.at, "event": event, "of": names[event.subject_id]} for event in told]
        entries += [{"at": event.at, "event": event, "of": merged.get(event.space_id, "")} for event in events]
        return sorted(entries, key=itemgetter("at"), reverse=True)[:SHOWN]

    @property
    def notes(self):
        return Note.objects.visible_to(self.viewer).filter(space=self.space, case=self.case).select_related("author").order_by("pk")

    @property
    def names(self) -> list[str]:
        """Whom a note can name, to be offered as one types; in full where two have one name."""
        labels = [person.label for person in may_mention(self.case, self.viewer, self.room)]
        names = [label.partition(" · ")[0] for label in labels]
        return [label if names.count(name) > 1 else name for label, name in zip(labels, names, strict=True)]

    @cached_property
    def listings(self):
        return (
            CaseListing.objects.visible_to(self.viewer)
            .filter(case=self.case)
            .select_related("platform", "brought_by__organisation", "verified_by", "case")
            .order_by("-pk")
        )

    def brought_by_several(self, rows) -> dict[str, int]:
        """Of some of its listings those that more than one party brought, by key, with how many."""
        found = self.listings.order_by().filter(key__in={row.key for row in rows}).values("key").annotate(n=Count("brought_by", distinct=True))
        return {row["key"]: row["n"] for row in found if row["n"] > 1}

    @cached_property
    def different_count(self) -> int:
        """How many different listings they are: the same, brought by two parties, is one."""
        return self.listings.order_by().values("key").distinct().count()

    @cached_property
    def unverified_count(self) -> int:
        return self.listings.filter(verified_at=None).count()

    @cached_property
    def related(self) -> list[dict]:
        """Cases that belong with this one, said here or there, as far as this viewer may read both."""
        links = Related.objects.visible_to(self.viewer).filter(Q(case=self.case) | Q(other=self.case)).order_by("-pk")[:50]
        others = {link.other_id if link.case_id == self.case.pk else link.case_id for link in links}
        seen = Case.objects.visible_to(self.viewer).in_bulk(others)
        pairs = [(link, seen.get(link.other_id if link.case_id == self.case.pk else link.case_id)) for link in links]
        return [{"link": link, "case": case, "is_here": link.case_id == self.case.pk} for link, case in pairs if case]

    @property
    def describe_form(self) -> DescribeForm:
        initial = {"title": self.case.title, "summary": self.case.summary, "tags": ", ".join(self.case.tags), "seen": self.case.wording}
        return self.wrong.get("describe") or DescribeForm(initial=initial)

    @property
    def stage_form(self) -> StageForm:
        return StageForm(initial={"stage": self.case.stage})

    @property
    def can_propose(self) -> bool:
        """Of another member's case."""
        return self.room is None and not self.can_lead and can_propose(self.viewer) and self.case.space.tlp != Tlp.RED

    @property
    def can_question(self) -> bool:
        """Whether one may propose that what another brought is not theirs; also whose case it is may."""
        return self.room is None and self.can_add and can_propose(self.viewer) and self.case.space.tlp != Tlp.RED

    @property
    def can_decide(self) -> bool:
        return self.room is None and can_decide(self.viewer, self.case)

    @cached_property
    def own_decisions(self) -> list[OwnDecision]:
        """What one's own organisation decided, the newest first; of what was merged into the case too."""
        found = OwnDecision.objects.on_desk_of(self.viewer).filter(case__in=[self.case, *self.merged])
        return list(found.select_related("decided_by").order_by("-pk")[:20])

    @property
    def decide_form(self) -> DecideForm:
        return self.wrong.get("decide") or DecideForm()

    @property
    def pap_means(self):
        return PAP_MEANINGS[Pap(self.case.pap)]

    @property
    def can_enter(self) -> bool:
        return self.room is None and self.can_add and can_import(self.viewer)

    @property
    def enter_form(self) -> EnterForm:
        return self.wrong.get("enter") or EnterForm()

    @property
    def seller_form(self) -> SellerForm:
        return self.wrong.get("seller") or SellerForm()

    @property
    def relate_form(self) -> RelateForm:
        return self.wrong.get("relate") or RelateForm()

    @cached_property
    def listing_count(self) -> int:
        return self.listings.count()

    @cached_property
    def sellers(self) -> list[dict]:
        """The sellers of the case's listings, those that several parties know first."""
        found = (
            self.listings.order_by()
            .exclude(seller_key="")
            .values("seller_key", "platform__name")
            .annotate(name=Max("seller_name"), listings=Count("pk"), parties=Count("brought_by", distinct=True))
        )
        return list(found.order_by("-parties", "-listings", "seller_key")[:100])

    @cached_property
    def _tasks(self):
        return Task.objects.visible_to(self.viewer).filter(case=self.case, space=self.space).select_related("owed_by", "ended_by", "case")

    @cached_property
    def owed(self) -> list[Task]:
        """The open ones by their last day."""
        return list(self._tasks.filter(state=Task.State.OPEN).order_by(F("due_on").asc(nulls_last=True), "pk")[:200])

    @cached_property
    def ended(self) -> list[Task]:
        """Those that ended lately."""
        return list(self._tasks.exclude(state=Task.State.OPEN).order_by("-ended_at")[:50])

    @cached_property
    def tasks(self) -> list[dict]:
        """The open ones, then those that ended lately; each with what this viewer may do."""
        return [{"task": task, "can_change": can_change_task(self.viewer, task), "form": self._task_form(task)} for task in (*self.owed, *self.ended)]

    def _task_form(self, task: Task) -> ChangeTaskForm:
        initial = {"owed_by": task.owed_by_id, "due_on": task.due_on}
        return self.wrong.get(f"task-{task.pk}") or ChangeTaskForm(initial=initial, owing=self.may_owe, auto_id=f"task-{task.pk}-%s")

    @cached_property
    def may_owe(self) -> list[Audience]:
        return may_owe(self.case, self.viewer, self.room)

    @property
    def task_form(self) -> TaskForm:
        return self.wrong.get("task") or TaskForm(owing=self.may_owe)

    @cached_property
    def open_tasks(self) -> int:
        return Task.objects.visible_to(self.viewer).filter(case=self.case, space=self.space, state=Task.State.OPEN).count()

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.visible_to(self.viewer).filter(space=self.space).select_related("blob", "attached_by").order_by("-pk")[:100])
