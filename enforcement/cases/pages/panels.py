"""What other pages show of cases: the home page, the page of a seller."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.models import Grant, Space
from enforcement.cases.models import Case, CaseListing, Task
from enforcement.sharing.models import SharingGroup


def tasks_waiting(viewer) -> list[dict]:
    """For the home page: what one owes without a day; what has one stands among what is due."""
    if not viewer.may("work_case"):
        return []
    tasks = Task.objects.visible_to(viewer).filter(state=Task.State.OPEN, due_on=None, owed_by__in=viewer.audience_ids)
    return [
        {"title": task.title, "detail": task.case.reference, "address": task.get_absolute_url(), "due_at": None}
        for task in tasks.select_related("case").order_by("pk")[:8]
    ]


def own_cases(viewer) -> list[dict]:
    """For the home page: the open cases one is in, the last touched first."""
    if not viewer.may("see_enforcement"):
        return []
    cases = Case.objects.visible_to(viewer).filter(state=Case.State.OPEN).select_related("owner").order_by("-pk")[:6]
    return [
        {"title": f"{case.reference} · {case.title}", "detail": str(case.owner), "address": case.get_absolute_url(), "at": case.changed_at}
        for case in cases
    ]


def sharing_panel(group: SharingGroup, viewer) -> dict | None:
    """The cases that are shared with a sharing group, on its page, as far as the viewer is in them."""
    newest = group.current()
    grants = Grant.objects.live().filter(kind=Space.Kind.CASE, audience__edition__group=group).values_list("space", "audience")
    shared = dict(grants.order_by("audience__edition__number"))
    cases = Case.objects.visible_to(viewer).filter(space__in=shared).order_by("-changed_at")[:100]
    rows = [
        {"address": case.get_absolute_url(), "words": f"{case.reference} {case.title}", "at": case.changed_at,
         "more": "" if shared[case.space_id] == newest.audience_id else _("without those who joined the group since")}
        for case in cases
    ]  # fmt: skip
    return {"title": _("Shared with it"), "rows": rows} if rows else None


def seller_panel(key: str, viewer) -> dict | None:
    """The cases in which a seller occurs, on its page."""
    found = CaseListing.objects.visible_to(viewer).filter(seller_key=key)
    counts = dict(found.order_by().values_list("case").annotate(Count("pk")))
    if not counts:
        return None
    cases = Case.objects.visible_to(viewer).filter(pk__in=counts).order_by("-changed_at")[:20]
    return {
        "title": _("Cases"), "name": found.exclude(seller_name="").values_list("seller_name", flat=True).first() or "",
        "rows": [
            {"address": case.get_absolute_url(), "words": f"{case.reference} {case.title}", "at": case.changed_at,
             "more": ngettext("one listing of it", "%(n)d listings of it", counts[case.pk]) % {"n": counts[case.pk]}}
            for case in cases
        ],
    }  # fmt: skip
