from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.actions import live_grants
from coalition.access.errors import Refused, require
from coalition.access.models import Space
from coalition.access.permissions import can_break_glass
from coalition.members import actions, pages
from coalition.members.forms import BreakGlassForm
from coalition.members.middleware import SEAT
from coalition.members.models import Organisation
from coalition.members.permissions import can_read_directory


@require_POST
def switch(request):
    """Act for another organisation: only a seat this person holds now."""
    seats = {str(seat.seat_id): seat for seat in request.viewer.other_seats}
    seat = seats.get(request.POST.get("seat", ""))
    if seat is None:
        raise Http404
    request.session[SEAT] = seat.seat_id
    messages.success(request, _("You now act for %(name)s.") % {"name": seat.organisation_name})
    return redirect("home")


def directory(request):
    require(can_read_directory(request.viewer))
    organisations = Organisation.objects.select_related("category")
    if kind := request.GET.get("category"):
        organisations = organisations.filter(category__kind=kind)
    if words := request.GET.get("q", "").strip():
        organisations = organisations.filter(name__icontains=words)
    page = pages.DirectoryPage(organisations, request.GET)
    return render(request, "coalition/members/list.html", {"page": page})


def detail(request, slug):
    require(can_read_directory(request.viewer))
    organisation = get_object_or_404(Organisation.objects.select_related("category"), slug=slug)
    page = pages.OrganisationPage(organisation, request.viewer)
    return render(request, "coalition/members/detail.html", {"page": page, "organisation": organisation})


def who_can_see(request, space_id):
    """Who can see this, and why; asked by somebody who can."""
    if not request.viewer.role_in(space_id):
        raise Http404
    space = get_object_or_404(Space.objects.select_related("owner"), pk=space_id)
    page = pages.WhoCanSeePage(space, live_grants(space_id), request.viewer)
    back = request.GET.get("back", "")
    back = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/") else ""
    return render(request, "coalition/members/who_can_see.html", {"page": page, "space": space, "back": back})


def break_glass(request):
    if not can_break_glass(request.viewer):
        raise Http404
    form = BreakGlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            thing = actions.break_glass(by=request.viewer, **form.cleaned_data)
        except Refused as refusal:
            refusal.tell(form)
        else:
            messages.warning(request, _("You may read this for one hour. Its owner has been told."))
            return redirect(thing.get_absolute_url())
    return render(request, "coalition/members/break_glass.html", {"form": form})
