from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.doors import may_pass
from coalition.accounts.actions import change_profile
from coalition.accounts.forms import ProfileForm
from coalition.activity.actions import mark_read
from coalition.activity.models import InboxItem, with_subjects
from coalition.clocks.models import Clock
from coalition.lists import Keyset, whole
from coalition.members.middleware import without_viewer
from coalition.pages.home import HomePage
from coalition.pages.membership import MembershipPage
from coalition.pages.registry import front_sentences


@login_not_required
def front(request):
    """The public's way in; members go straight to their home."""
    if request.user.is_authenticated:
        return redirect("home")
    sentences = [sentence for say in front_sentences if (sentence := say())]
    return render(request, "coalition/pages/front.html", {"sentences": sentences})


@login_not_required
def membership(request):
    """Who can join, what it gives and what it costs: all of it as the dated rows have it today."""
    return render(request, "coalition/pages/membership.html", {"page": MembershipPage()})


def home(request):
    return render(request, "coalition/pages/home.html", {"page": HomePage(request.viewer)})


def inbox(request):
    items = InboxItem.objects.of(request.viewer).select_related("event__actor", "event__organisation")
    page = Keyset(items, request.GET)
    rows = list(page)
    events = {event.pk: event for event in with_subjects([item.event for item in rows], request.viewer)}
    for item in rows:
        item.event = events[item.event_id]
    # Of a part of the portal that the membership gives no more nothing is told.
    shown = [item for item in rows if item.event.subject is None or may_pass(request.viewer, item.event.subject.get_absolute_url())]
    return render(request, "coalition/pages/inbox.html", {"rows": page, "items": shown})


@require_POST
def inbox_read(request):
    """Mark one item, or all, as read; an item leads on to what it is about."""
    items = InboxItem.objects.of(request.viewer)
    if pk := request.POST.get("item", ""):
        item = get_object_or_404(items.select_related("event"), pk=whole(pk))
        mark_read([item], by=request.viewer)
        (event,) = with_subjects([item.event], request.viewer)
        return redirect(event.subject.get_absolute_url() if event.subject else "inbox")
    mark_read(items.unread(), by=request.viewer)
    messages.success(request, _("Everything is read."))
    return redirect("inbox")


def due(request):
    clocks = Clock.objects.of(request.viewer).select_related("policy")[:200]
    return render(request, "coalition/pages/due.html", {"clocks": clocks})


def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        change_profile(request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "coalition/pages/profile.html", {"form": form})


def styleguide(request):
    if not settings.DEBUG:
        raise Http404
    return render(request, "coalition/pages/styleguide.html")


@login_not_required
def nothing(request):
    raise Http404


@without_viewer
@login_not_required
def healthz(request):
    """Whether this process can reach its database. Says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@without_viewer
@login_not_required
def robots(request):
    return HttpResponse("User-agent: *\nDisallow: /enforcement/\nDisallow: /accounts/\n", content_type="text/plain")
