from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import Conflict, require, told_at
from coalition.dates import read_moment
from coalition.lists import ROWS
from coalition.members.forms import ReasonForm
from groups.engagement import actions
from groups.engagement.calendars import calendar_of
from groups.engagement.forms import CallOffForm, MeetingForm, MinutesForm
from groups.engagement.models import Attendee, Meeting, Minutes
from groups.engagement.permissions import can_answer, can_call, can_finish_minutes
from groups.engagement.views.groups import visible_group

CALLED_WITH = ("title", "starts_at", "ends_at", "place", "agenda", "counsel")


def visible_meeting(request, slug, pk):
    meetings = Meeting.objects.visible_to(request.viewer).select_related("group", "space", "called_by", "minuted_by", "reviewed_by")
    return get_object_or_404(meetings, pk=pk, group__slug=slug)


def meeting_list(request, slug):
    group = visible_group(request, slug)
    meetings, now = Meeting.objects.visible_to(request.viewer).filter(group=group).select_related("group"), timezone.now()
    context = {
        "group": group,
        "to_come": meetings.to_come(),
        "page": Paginator(meetings.filter(Q(ends_at__lte=now) | Q(called_off_at__isnull=False)), ROWS).get_page(request.GET.get("page")),
        "can_call": can_call(request.viewer, group),
    }
    return render(request, "groups/engagement/meetings.html", context)


def meeting(request, slug, pk, status=200, **forms_with_errors):
    meeting, viewer = visible_meeting(request, slug, pk), request.viewer
    attendees = list(meeting.attendees.select_related("seat__person", "seat__organisation"))
    keeps = can_call(viewer, meeting.group)
    context = {
        "meeting": meeting,
        "there": [one for one in attendees if one.was_there],
        "coming": [one for one in attendees if one.answer == Attendee.Answer.COMING],
        "apologies": [one for one in attendees if one.answer == Attendee.Answer.APOLOGIES and not one.was_there],
        "own": next((one for one in attendees if one.seat_id == viewer.seat_id), None),
        "keeps": keeps,
        "is_open": not meeting.has_begun and not meeting.called_off_at,
        "can_answer": can_answer(viewer, meeting.group),
        "can_finish": can_finish_minutes(viewer, meeting) and not meeting.final_at,
        # Until they are reviewed they lie in a room of those who keep them.
        "minutes": Minutes.objects.visible_to(viewer).filter(meeting=meeting).first(),
        "call_off_form": CallOffForm(),
        "send_back_form": ReasonForm(auto_id="send-back-%s"),
    }
    return render(request, "groups/engagement/meeting.html", context | forms_with_errors, status=status)


def call(request, slug):
    group = visible_group(request, slug)
    require(can_call(request.viewer, group))
    form = MeetingForm(request.POST or None)
    if form.is_valid():
        with told_at(form):
            called = actions.call_meeting(group, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("The meeting is called: its roster is told."))
            return redirect(called)
    return render(request, "groups/engagement/call_meeting.html", {"group": group, "form": form}, status=422 if form.errors else 200)


def change(request, slug, pk):
    meeting = visible_meeting(request, slug, pk)
    require(can_call(request.viewer, meeting.group))
    form = MeetingForm(request.POST or None, initial={name: getattr(meeting, name) for name in (*CALLED_WITH, "is_cleared")}, seen=meeting.changes)
    if request.method == "POST" and acted(request, actions.amend_meeting, meeting, form, _("Saved: of what changed the roster is told.")):
        return redirect(meeting)
    context = {"group": meeting.group, "meeting": meeting, "form": form}
    return render(request, "groups/engagement/call_meeting.html", context, status=422 if form.errors else 200)


@require_POST
def call_off(request, slug, pk):
    found, form = visible_meeting(request, slug, pk), CallOffForm(request.POST)
    if acted(request, actions.call_off, found, form, _("The meeting is called off: its roster is told why.")):
        return redirect(found)
    return meeting(request, slug, pk, status=422, call_off_form=form)


@require_POST
def answer(request, slug, pk):
    found = visible_meeting(request, slug, pk)
    actions.answer_meeting(found, answer=request.POST.get("answer", ""), by=request.viewer)
    messages.success(request, _("Your answer is noted."))
    return redirect(found)


def minutes(request, slug, pk):
    meeting = visible_meeting(request, slug, pk)
    require(can_call(request.viewer, meeting.group))
    was_there = meeting.attendees.filter(was_there=True) if meeting.minuted_at else meeting.attendees.filter(answer=Attendee.Answer.COMING)
    before = Minutes.objects.visible_to(request.viewer).filter(meeting=meeting).first()
    written = {"counsel": meeting.counsel, "there": was_there, "seen": meeting.minuted_at.isoformat() if meeting.minuted_at else ""}
    if before:
        written |= {"minutes": before.text, "statement_read": before.statement_read}
    form = MinutesForm(request.POST or None, meeting=meeting, initial=written)
    if request.method == "POST" and acted(request, actions.minute, meeting, form, _("The minutes are written; somebody else reviews them.")):
        return redirect(meeting)
    return render(request, "groups/engagement/minutes.html", {"meeting": meeting, "form": form}, status=422 if form.errors else 200)


def _seen(request):
    """Which minutes were read."""
    seen = read_moment(request.POST.get("seen", ""))
    if seen is None:
        raise Conflict(_("Read the minutes first."))
    return seen


@require_POST
def send_back(request, slug, pk):
    found, form = visible_meeting(request, slug, pk), ReasonForm(request.POST, auto_id="send-back-%s")
    act = partial(actions.send_back_minutes, seen=_seen(request))
    if acted(request, act, found, form, _("Whoever wrote them is asked to write them anew.")):
        return redirect(found)
    return meeting(request, slug, pk, status=422, send_back_form=form)


@require_POST
def finish(request, slug, pk):
    meeting = visible_meeting(request, slug, pk)
    actions.finish_minutes(meeting, seen=_seen(request), by=request.viewer)
    messages.success(request, _("The minutes are final: whoever reads this group reads them."))
    return redirect(meeting)


def calendar(request, slug, pk):
    meeting = visible_meeting(request, slug, pk)
    content = calendar_of(meeting, address=request.build_absolute_uri(meeting.get_absolute_url()), host=request.get_host())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="meeting-{meeting.pk}.ics"'
    return response
