from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.access.models import Audience
from coalition.lists import whole
from coalition.members.viewers import viewer_of_seat
from groups.engagement import actions
from groups.engagement.forms import ChairForm, CharterForm, PostForm, TopicForm
from groups.engagement.models import Group, Meeting, Topic
from groups.engagement.permissions import can_amend, can_appoint_chair, can_call, can_join, can_post, leads

SHOWN = 50


def visible_group(request, slug):
    return get_object_or_404(Group.objects.visible_to(request.viewer).select_related("space", "chair__person", "chair__organisation"), slug=slug)


def visible_topic(request, slug, pk):
    topics = Topic.objects.visible_to(request.viewer).select_related("group", "space")
    return get_object_or_404(topics, pk=pk, group__slug=slug)


def group_list(request):
    groups = Group.objects.visible_to(request.viewer)
    topics = Topic.objects.visible_to(request.viewer).for_list().with_unread_for(request.viewer)[:15]
    return render(request, "groups/engagement/list.html", {"groups": groups, "topics": topics})


def group(request, slug, status=200, **forms_with_errors):
    group = visible_group(request, slug)
    chair = viewer_of_seat(group.chair_id) if group.chair_id else None
    topics = Topic.objects.visible_to(request.viewer).for_list().filter(group=group).with_unread_for(request.viewer)
    if before := whole(request.GET.get("before")):
        topics = topics.filter(pk__lt=before)
    context = {
        "group": group,
        "topics": list(topics[:SHOWN]),
        "meetings": list(Meeting.objects.visible_to(request.viewer).to_come().filter(group=group).select_related("group")[:5]),
        "can_call": can_call(request.viewer, group),
        "can_post": can_post(request.viewer, group),
        "can_join": can_join(request.viewer, group),
        "is_on_roster": group.audience_id in request.viewer.audience_ids,
        "chair": group.chair if leads(chair, group) else None,
        "chair_form": ChairForm() if can_appoint_chair(request.viewer) else None,
        "charter_form": CharterForm(initial={"charter": group.charter}) if can_amend(request.viewer, group) else None,
    }
    return render(request, "groups/engagement/group.html", context | forms_with_errors, status=status)


@require_POST
def appoint_chair(request, slug):
    found = visible_group(request, slug)
    require(can_appoint_chair(request.viewer))
    form = ChairForm(request.POST)
    if form.is_valid():
        with told_at(form):
            seat = actions.on_roster(found, form.cleaned_data["chair"]) if form.cleaned_data["chair"] else None
            actions.appoint_chair(found, seat, by=request.viewer)
            messages.success(request, _("Saved."))
            return redirect(found)
    return group(request, slug, status=422, chair_form=form)


@require_POST
def amend_charter(request, slug):
    found, form = visible_group(request, slug), CharterForm(request.POST)
    if acted(request, actions.amend_charter, found, form, _("The charter is written anew.")):
        return redirect(found)
    return group(request, slug, status=422, charter_form=form)


@require_POST
def join(request, slug):
    group = visible_group(request, slug)
    actions.enrol(group, Audience.objects.get(pk=request.viewer.organisation_audience_id), by=request.viewer)
    messages.success(request, _("%(who)s is on the roster now.") % {"who": request.viewer.organisation_name})
    return redirect(group)


def new_topic(request, slug):
    group = visible_group(request, slug)
    require(can_post(request.viewer, group))
    form = TopicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(actions.start_topic(group, by=request.viewer, **form.cleaned_data))
    return render(request, "groups/engagement/new_topic.html", {"group": group, "form": form})


def topic(request, slug, pk):
    topic = visible_topic(request, slug, pk)
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(actions.reply(topic, by=request.viewer, **form.cleaned_data))
    context = {
        "topic": topic,
        "posts": topic.posts.select_related("author").order_by("pk"),
        "form": form,
        "can_post": can_post(request.viewer, topic.group),
        "can_join": can_join(request.viewer, topic.group),
    }
    response = render(request, "groups/engagement/topic.html", context)
    if not request.viewer.is_anonymous:
        actions.mark_read(topic, by=request.viewer)
    return response
