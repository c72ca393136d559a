from django.http import JsonResponse
from django.shortcuts import render

from coalition.search.actions import MOST, search
from coalition.search.registry import kinds


def results(request):
    text, kind = request.GET.get("q", "").strip()[:200], request.GET.get("kind", "")
    chosen = [kind] if kind in kinds else None
    found = search(text, by=request.viewer, kinds=chosen) if text else []
    if request.GET.get("as") == "palette":
        rows = [{"title": e.title, "detail": e.detail, "address": e.address, "kind": str(kinds.get(e.kind, e.kind))} for e in found[:8]]
        return JsonResponse({"results": rows})
    context = {"found": found, "text": text, "kind": kind, "kinds": kinds, "is_capped": len(found) == MOST}
    return render(request, "coalition/search/results.html", context)
