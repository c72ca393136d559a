"""What people write, in a case and in its side rooms."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import require
from coalition.lists import Keyset
from enforcement.cases import actions
from enforcement.cases.forms import FileForm, NoteForm
from enforcement.cases.models import SideRoom
from enforcement.cases.pages.case import CasePage
from enforcement.cases.pages.kept import KeptRoom, kept_rooms
from enforcement.cases.permissions import can_write
from enforcement.cases.views.case import visible_case


@require_POST
def note(request, reference):
    return _write(request, visible_case(request, reference), None)


def visible_room(request, reference, pk):
    rooms = SideRoom.objects.visible_to(request.viewer).select_related("space", "party")
    return get_object_or_404(rooms, pk=pk, case=visible_case(request, reference))


def kept(request):
    """One's own side rooms beside cases that one is in no more."""
    rooms = kept_rooms(request.viewer).select_related("space").order_by("-pk")
    return render(request, "enforcement/cases/kept.html", {"rows": Keyset(rooms, request.GET)})


def kept_room(request, pk):
    """What one's own people wrote and kept beside a case, read after the organisation left it; of the case itself nothing."""
    room = get_object_or_404(kept_rooms(request.viewer).select_related("space"), pk=pk)
    return render(request, "enforcement/cases/kept_room.html", {"page": KeptRoom(room, request.viewer), "room": room})


def side_room(request, reference, pk):
    if kept_rooms(request.viewer).filter(pk=pk).exists():
        return redirect("cases:kept_room", pk)
    room = visible_room(request, reference, pk)
    case = visible_case(request, reference)
    if request.method == "POST":
        return _write(request, case, room)
    return room_page(request, case, room)


def room_page(request, case, room, wrong=None, status=200):
    page = CasePage(case, request.viewer, room, wrong)
    context = {"page": page, "case": case, "room": room, "note_form": NoteForm(), "file_form": FileForm()}
    return render(request, "enforcement/cases/side_room.html", context, status=status)


def _write(request, case, room):
    form = NoteForm(request.POST)
    place = room or case
    require(can_write(request.viewer, place.space_id))
    if "file" in request.FILES:
        actions.add_file(case, request.FILES["file"], by=request.viewer, room=room)
        messages.success(request, _("The file was added."))
    elif form.is_valid():
        actions.write_note(case, by=request.viewer, room=room, **form.cleaned_data)
        body = form.cleaned_data["body"]
        if "@" in body and (names := actions.unheard(body, actions.may_mention(case, request.viewer, room))):
            said = _("Nobody who reads this is called %(names)s: nobody was told.") % {"names": ", ".join(f"@{name}" for name in names[:5])}
            messages.warning(request, said)
    else:
        messages.error(request, _("Write something first."))
    return redirect(place)


@require_POST
def open_side_room(request, reference):
    return redirect(actions.open_side_room(visible_case(request, reference), by=request.viewer))
