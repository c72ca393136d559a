"""The two pages that every app's files of rows have; what is entered and undone is the app's own."""

from django.shortcuts import redirect, render

from coalition.access.errors import told_at
from coalition.brought.pages import BroughtPage
from coalition.lists import export


def files(request, kind, *, form, bring, template):
    """Bring a file in, and the files that were brought. `form` has a file, and beside it what `bring` takes."""
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            values = dict(form.cleaned_data)
            return redirect(bring(values.pop("file"), by=request.viewer, **values))
    brought = kind.objects.visible_to(request.viewer).select_related("brought_by").order_by("-pk")[:50]
    return render(request, template, {"form": form, "imports": brought}, status=422 if form.errors else 200)


def file(request, brought, *, template, name):
    """One file with its verdicts; its rows to take away, as `name`."""
    page = BroughtPage(brought, request.GET)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(page.found, page.exported, name=name, format=request.GET["export"], viewer=request.viewer)
    return render(request, template, {"page": page, "brought": page.brought})
