"""Statements of reasons, for the platform's own people: to send to its sellers, one by one or all of a notice."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from coalition.access.errors import require
from coalition.lists import Keyset
from enforcement.notices import rules
from enforcement.notices.letters import language_of
from enforcement.notices.permissions import can_answer
from enforcement.notices.reasons import MOST_AT_ONCE, Statement, printed, statements
from enforcement.notices.views import visible_notice
from enforcement.shapes.models import Reasons
from enforcement.shapes.rules import LANGUAGES


def _notice(request, reference):
    notice = visible_notice(request, reference)
    require(can_answer(request.viewer, notice))
    asked = request.GET.get("language")
    return notice, asked if asked in LANGUAGES else language_of(notice)


def _pdf(request, found: list[Statement], language: str) -> HttpResponse:
    who = f"{request.viewer.person_name}, {request.viewer.organisation_name}"
    response = HttpResponse(printed(found, at=timezone.now(), by=who, language=language), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="reasons-{found[0].values["number"]}-{language}.pdf"'
    return response


def reasons(request, reference):
    """The items of a notice that were taken down, each with its statement."""
    notice, language = _notice(request, reference)
    down = notice.items.filter(outcome__in=rules.DOWN, decided_at__isnull=False)
    if request.GET.get("format") == "pdf":
        found = statements(notice, list(down.order_by("pk")[:MOST_AT_ONCE]), language)
        if not found:
            raise Http404
        return _pdf(request, found, language)
    context = {
        "notice": notice, "rows": Keyset(down, request.GET), "language": language, "languages": LANGUAGES.items(),
        "standing": Reasons.objects.in_force().filter(platform=notice.platform_id).first(),
    }  # fmt: skip
    return render(request, "enforcement/notices/reasons.html", context)


def reason(request, reference, pk):
    """One statement, to read and to print."""
    notice, language = _notice(request, reference)
    found = statements(notice, [get_object_or_404(notice.items, pk=pk)], language)
    if not found:
        raise Http404
    if request.GET.get("format") == "pdf":
        return _pdf(request, found, language)
    context = {"notice": notice, "statement": found[0], "language": language, "languages": LANGUAGES.items()}
    return render(request, "enforcement/notices/reason.html", context)
