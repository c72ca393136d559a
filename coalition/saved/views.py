from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import require, told_at
from coalition.saved import actions
from coalition.saved.forms import SaveForm, ViewForm
from coalition.saved.models import SavedView
from coalition.saved.permissions import can_change, can_save, can_share
from coalition.saved.registry import pages


def view_list(request):
    views = [{"view": view, "can_change": can_change(request.viewer, view)} for view in _mine(request).select_related("owner")]
    return render(request, "coalition/saved/list.html", {"views": views})


def _mine(request):
    return SavedView.objects.for_viewer(request.viewer).filter(page__in=pages)


def save(request):
    """Name the filters of the page one comes from."""
    require(can_save(request.viewer))
    given = request.POST or request.GET
    if given.get("page") not in pages:
        raise Http404
    form = SaveForm(request.POST or None, initial=request.GET.dict(), can_share=can_share(request.viewer))
    if form.is_bound and form.is_valid():
        with told_at(form):
            view = actions.save_view(by=request.viewer, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is saved.") % {"name": view.name})
            return redirect(view)
    context = {"form": form, "words": pages[given["page"]]}
    return render(request, "coalition/saved/form.html", context, status=422 if form.is_bound else 200)


def change(request, pk):
    view = get_object_or_404(_mine(request), pk=pk)
    require(can_change(request.viewer, view))
    own = view.owner_id == request.viewer.audience_id
    initial = {"name": view.name, "is_shared": view.is_shared}
    form = ViewForm(request.POST or None, initial=initial, can_share=own and can_share(request.viewer))
    if form.is_bound and form.is_valid():
        with told_at(form):
            # Of a colleague's the name alone can be changed: it stays shared.
            is_shared = form.cleaned_data.get("is_shared", False) if own else True
            actions.change_view(view, by=request.viewer, name=form.cleaned_data["name"], is_shared=is_shared)
            messages.success(request, _("Saved."))
            return redirect("saved:list")
    return render(request, "coalition/saved/form.html", {"form": form, "words": view.page_words, "view": view}, status=422 if form.is_bound else 200)


@require_POST
def drop(request, pk):
    view = get_object_or_404(_mine(request), pk=pk)
    actions.drop_view(view, by=request.viewer)
    messages.success(request, _("“%(name)s” is dropped.") % {"name": view.name})
    return redirect("saved:list")
