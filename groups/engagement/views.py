from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import require
from coalition.access.models import Audience
from coalition.lists import whole
from groups.engagement import actions
from groups.engagement.forms import PostForm, TopicForm
from groups.engagement.models import Group, Topic
from groups.engagement.permissions import can_join, can_post

SHOWN = 50


def visible_group(request, slug):
    return get_object_or_404(Group.objects.visible_to(request.viewer).select_related("space"), slug=slug)


def visible_topic(request, slug, pk):
    topics = Topic.objects.visible_to(request.viewer).select_related("group", "space")
    return get_object_or_404(topics, pk=pk, group__slug=slug)


def group_list(request):
    groups = Group.objects.visible_to(request.viewer)
    topics = Topic.objects.visible_to(request.viewer).for_list().with_unread_for(request.viewer)[:15]
    return render(request, "groups/engagement/list.html", {"groups": groups, "topics": topics})


def group(request, slug):
    group = visible_group(request, slug)
    topics = Topic.objects.visible_to(request.viewer).for_list().filter(group=group).with_unread_for(request.viewer)
    if before := whole(request.GET.get("before")):
        topics = topics.filter(pk__lt=before)
    context = {
        "group": group,
        "topics": list(topics[:SHOWN]),
        "can_post": can_post(request.viewer, group),
        "can_join": can_join(request.viewer, group),
        "is_on_roster": group.audience_id in request.viewer.audience_ids,
    }
    return render(request, "groups/engagement/group.html", context)


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
    }
    response = render(request, "groups/engagement/topic.html", context)
    if not request.viewer.is_anonymous:
        actions.mark_read(topic, by=request.viewer)
    return response
