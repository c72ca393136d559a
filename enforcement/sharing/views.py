from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.access.models import Audience, belonging_to
from coalition.lists import Named, whole
from enforcement.sharing import actions
from enforcement.sharing.forms import DescribeForm, GatherForm, WhoForm
from enforcement.sharing.models import SharingGroup
from enforcement.sharing.pages import GroupPage
from enforcement.sharing.permissions import can_change, can_gather


def group_list(request):
    groups = Named(SharingGroup.objects.visible_to(request.viewer).standing().for_list().prefetch_related("editions"), request.GET, "name")
    newest = {group.pk: max(group.editions.all(), key=lambda edition: edition.number).audience_id for group in groups}
    inside = belonging_to(list(newest.values()))
    rows = [{"group": group, "members": inside.get(newest[group.pk], [])} for group in groups]
    return render(request, "enforcement/sharing/list.html", {"rows": rows, "pages": groups, "can_gather": can_gather(request.viewer)})


def new(request):
    require(can_gather(request.viewer))
    among = actions.organisations_and_teams().exclude(pk=request.viewer.organisation_audience_id)
    form = GatherForm(request.POST or None, among=among)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(actions.gather(by=request.viewer, **form.cleaned_data))
    return render(request, "enforcement/sharing/new.html", {"form": form}, status=422 if form.errors else 200)


def visible_group(request, pk) -> SharingGroup:
    return get_object_or_404(SharingGroup.objects.visible_to(request.viewer).select_related("space", "owner"), pk=pk)


def detail(request, pk, wrong=None, status=200, **more):
    page = GroupPage(visible_group(request, pk), request.viewer, wrong)
    return render(request, "enforcement/sharing/detail.html", {"page": page, "group": page.group, **more}, status=status)


@require_POST
def describe(request, pk):
    form = DescribeForm(request.POST)
    if acted(request, actions.describe, visible_group(request, pk), form, _("Put right.")):
        return redirect("sharing:detail", pk)
    return detail(request, pk, {"describe": form}, status=422)


@require_POST
def widen(request, pk):
    """Who would be in; it is written on the second step alone."""
    group = visible_group(request, pk)
    require(can_change(request.viewer, group))
    form = WhoForm(request.POST, among=GroupPage(group, request.viewer).addable)
    if not form.is_valid():
        return detail(request, pk, {"who": form}, status=422)
    if request.POST.get("step") != "confirm":
        return detail(request, pk, {"who": form}, joining=list(form.cleaned_data["who"]))
    with told_at(form):
        actions.widen(group, form.cleaned_data["who"], by=request.viewer)
        messages.success(request, _("They are in what is shared with the group from now on."))
        return redirect(group)
    return detail(request, pk, {"who": form}, status=422)


@require_POST
def take_out(request, pk):
    group = visible_group(request, pk)
    # Only somebody who is in: a number must not tell the name of anybody else.
    inside = [one.pk for one in actions.members(group)]
    who = get_object_or_404(Audience.objects.filter(pk__in=inside), pk=whole(request.POST.get("audience")))
    actions.take_out(group, who, by=request.viewer)
    messages.success(request, _("%(who)s reads nothing by the group any more.") % {"who": who})
    return redirect(group)


@require_POST
def leave(request, pk):
    group = visible_group(request, pk)
    actions.leave(group, by=request.viewer)
    messages.success(request, _("Your organisation left %(group)s.") % {"group": group})
    return redirect("sharing:list")


@require_POST
def end(request, pk):
    group = actions.end(visible_group(request, pk), by=request.viewer)
    messages.success(request, _("Nobody reads anything by %(group)s any more.") % {"group": group})
    return redirect(group)
