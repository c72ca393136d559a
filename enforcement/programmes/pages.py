"""The page of a programme: what it is for everybody, one's own part in it, and who takes part for those who run it."""

from __future__ import annotations

from functools import cached_property

from django.utils import timezone

from enforcement.programmes import actions, rules
from enforcement.programmes.models import Asking, Enrolment, GoodFaith, Programme, Warning, Window
from enforcement.programmes.permissions import can_ask, can_read_members, can_run


class ProgrammePage:
    def __init__(self, programme: Programme, viewer):
        self.programme, self.viewer, self.today = programme, viewer, timezone.localdate()

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

    @cached_property
    def own(self) -> Enrolment | None:
        """The last part one's own organisation had, or has, in it."""
        own = Enrolment.objects.visible_to(self.viewer).filter(programme=self.programme, organisation=self.viewer.organisation_id)
        return own.order_by("-pk").first()

    @property
    def takes_part(self) -> bool:
        return self.own is not None and self.own.until is None

    @cached_property
    def own_askings(self) -> list[Asking]:
        """What one's own organisation asked, the last first."""
        own = Asking.objects.visible_to(self.viewer).filter(programme=self.programme, organisation=self.viewer.organisation_id)
        return list(own.order_by("-pk")[:20])

    @cached_property
    def own_warnings(self) -> list[Warning]:
        """How one's own organisation was warned, and what came of it."""
        own = Warning.objects.visible_to(self.viewer).filter(enrolment__programme=self.programme, enrolment__organisation=self.viewer.organisation_id)
        return list(own.order_by("-pk")[:20])

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
