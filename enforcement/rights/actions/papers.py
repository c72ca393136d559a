"""Certificates and powers of attorney."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from coalition.access.models import Space
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.files.actions import attach
from enforcement.rights.actions.entering import held
from enforcement.rights.models import Paper, Right
from enforcement.rights.watch import PAPER


@transaction.atomic
def add_paper(right: Right, upload, *, kind: str, by: Viewer, ends_on: date | None = None) -> Paper:
    """Keep a certificate or a power of attorney with a right. Raises NotAllowed, and Refused for a file the store refuses."""
    right = held(right, by)
    file = attach(upload, space=Space.objects.get(pk=right.space_id), by=by)
    paper = Paper.objects.create(space_id=right.space_id, right=right, kind=kind, file=file, ends_on=ends_on)
    record("right.paper_added", right, by=by, what=str(paper.get_kind_display()), name=file.name)
    return paper


@transaction.atomic
def remove_paper(paper: Paper, *, by: Viewer) -> None:
    """Take a paper off a right; the file stays where events name it."""
    right = held(paper.right, by)
    if Paper.objects.filter(pk=paper.pk, removed_at=None).update(removed_at=timezone.now()):
        clocks.stop(PAPER, paper, outcome=Clock.Outcome.CANCELLED)
        record("right.paper_removed", right, by=by, what=str(paper.get_kind_display()), name=paper.file.name)
