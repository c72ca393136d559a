"""The page of a programme: what it is for everybody, one's own part in it, and who takes part for those who run it."""

from __future__ import annotations

from functools import cached_property

from django.utils import timezone

from enforcement.programmes import actions, rules
from enforcement.programmes.models import Asking, Enrolment, GoodFaith, Programme, Warning, Window
from enforcement.programmes.permissions import can_ask, can_read_members, can_run


class OwnParts:
    """What one's own organisation asked, takes part in and is warned of, in every programme: by programme, the last first."""

    def __init__(self, viewer):
        self.viewer = viewer

    def _by_programme(self, rows) -> dict[int, list]:
        found: dict[int, list] = {}
        for programme, row in rows:
            found.setdefault(programme, []).append(row)
        return found

    @cached_property
    def enrolments(self) -> dict[int, list[Enrolment]]:
        own = Enrolment.objects.visible_to(self.viewer).filter(organisation=self.viewer.organisation_id).order_by("-pk")
        return self._by_programme((enrolment.programme_id, enrolment) for enrolment in own)

    @cached_property
    def askings(self) -> dict[int, list[Asking]]:
        own = Asking.objects.visible_to(self.viewer).filter(organisation=self.viewer.organisation_id).order_by("-pk")
        return self._by_programme((asking.programme_id, asking) for asking in own)

    @cached_property
    def warnings(self) -> dict[int, list[Warning]]:
        own = Warning.objects.visible_to(self.viewer).filter(enrolment__organisation=self.viewer.organisation_id).order_by("-pk")
        return self._by_programme((warning.enrolment.programme_id, warning) for warning in own.select_related("enrolment"))


class ProgrammePage:
    def __init__(self, programme: Programme, viewer, parts: OwnParts | None = None):
        self.programme, self.viewer, self.today = programme, viewer, timezone.localdate()
        self.parts = parts or OwnParts(viewer)

    @cached_property
    def rule(self) -> GoodFaith | None:
        return self.programme.good_faith_on(self.today)

    @cached_property
    def rules_to_come(self) -> list[GoodFaith]:
        return list(self.programme.good_faith.filter(valid_from__gt=self.today).order_by("valid_from"))

    @cached_property
    def window(self) -> Window | None:
        return self.programme.window_on(self.today)

    @cached_property
    def windows_to_come(self) -> list[Window]:
        return list(self.programme.windows.filter(opens_on__gt=self.today)[:5])

    @property
    def own(self) -> Enrolment | None:
        """The last part one's own organisation had, or has, in it."""
        return next(iter(self.parts.enrolments.get(self.programme.pk, [])), None)

    @property
    def takes_part(self) -> bool:
        return self.own is not None and self.own.until is None

    @property
    def own_askings(self) -> list[Asking]:
        """What one's own organisation asked, the last first."""
        return self.parts.askings.get(self.programme.pk, [])[:20]

    @property
    def own_warnings(self) -> list[Warning]:
        """How one's own organisation was warned, and what came of it."""
        return self.parts.warnings.get(self.programme.pk, [])[:20]

    @property
    def warning(self) -> Warning | None:
        return next((warning for warning in self.own_warnings if not warning.outcome), None)

    @property
    def asking(self) -> Asking | None:
        return next(iter(self.own_askings), None)

    @property
    def has_asked(self) -> bool:
        return self.asking is not None and self.asking.state == Asking.State.ASKED

    @property
    def may_ask(self) -> bool:
        """Whether an owner could ask today: it takes no part, waits for nothing, and a window is open or it took part before."""
        if not can_ask(self.viewer) or self.takes_part or self.has_asked:
            return False
        if self.own is None:
            return self.window is not None
        return self.own.rests_until is None or self.own.rests_until <= self.today

    @property
    def speaks_for_it(self) -> bool:
        """Whether one may take one's organisation out, or take its wish back."""
        return can_ask(self.viewer)

    @cached_property
    def runs_it(self) -> bool:
        return can_run(self.viewer)

    @cached_property
    def reads_members(self) -> bool:
        return can_read_members(self.viewer, self.programme)

    @cached_property
    def askings(self) -> list[Asking]:
        waiting = Asking.objects.visible_to(self.viewer).filter(programme=self.programme, state=Asking.State.ASKED)
        return list(waiting.select_related("organisation"))

    @cached_property
    def members(self) -> list[dict]:
        """Who takes part, with how each stands to good faith: those who fall short first."""
        enrolments = Enrolment.objects.visible_to(self.viewer).filter(programme=self.programme, until=None).select_related("organisation")
        warned = {warning.enrolment_id: warning for warning in Warning.objects.visible_to(self.viewer).filter(enrolment__in=enrolments, outcome="")}
        found = actions.judged(self.programme)
        rows = []
        for enrolment in enrolments:
            findings = found.get(enrolment.organisation_id, [])
            overall = {finding.what: finding for finding in findings if finding.ground == rules.OVERALL}
            row = {"enrolment": enrolment, "warning": warned.get(enrolment.pk), "broken": [finding for finding in findings if not finding.holds]}
            rows.append(row | {what: overall.get(what) for what in (rules.ACCURACY, rules.COUNTERED)})
        return sorted(rows, key=lambda row: (not row["broken"], row["enrolment"].organisation.name.casefold()))

    @cached_property
    def gone(self) -> list[Enrolment]:
        """Those who take part no more, the last to go first."""
        over = Enrolment.objects.visible_to(self.viewer).filter(programme=self.programme, until__isnull=False)
        return list(over.select_related("organisation").order_by("-until", "-pk")[:50])
