"""Statements of reasons, for the platform's own people: to send to its sellers, one by one or all of a notice."""

from django.db.models import Count, Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from coalition.access.errors import require
from coalition.lists import Keyset
from enforcement.notices.letters import language_of
from enforcement.notices.models import UPHELD
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


def _pdf(found: list[Statement], language: str) -> HttpResponse:
    response = HttpResponse(printed(found, at=timezone.now(), language=language), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="reasons-{found[0].values["number"]}-{language}.pdf"'
    return response


def reasons(request, reference):
    """The items of a notice that were taken down, each with its statement; a file for each seller."""
    notice, language = _notice(request, reference)
    owed = notice.items.filter(UPHELD)
    if (seller := request.GET.get("seller")) is not None and request.GET.get("format") == "pdf":
        found = statements(notice, list(owed.filter(seller_key=seller).order_by("pk")[:MOST_AT_ONCE]), language)
        if not found:
            raise Http404
        return _pdf(found, language)
    sellers = owed.order_by().values("seller_key").annotate(name=Max("seller_name"), n=Count("pk")).order_by("-n", "seller_key")
    context = {
        "notice": notice, "rows": Keyset(owed, request.GET), "language": language, "languages": LANGUAGES.items(), "most": MOST_AT_ONCE,
        "sellers": sellers[:MOST_AT_ONCE], "standing": Reasons.objects.in_force().filter(platform=notice.platform_id).first(),
    }  # fmt: skip
    return render(request, "enforcement/notices/reasons.html", context)


def reason(request, reference, pk):
    """One statement, to read and to print."""
    notice, language = _notice(request, reference)
    found = statements(notice, [get_object_or_404(notice.items.filter(UPHELD), pk=pk)], language)
    if not found:
        raise Http404
    if request.GET.get("format") == "pdf":
        return _pdf(found, language)
    context = {"notice": notice, "statement": found[0], "language": language, "languages": LANGUAGES.items()}
    return render(request, "enforcement/notices/reason.html", context)
