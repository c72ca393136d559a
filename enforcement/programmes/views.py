from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require
from coalition.members.forms import ReasonForm
from coalition.members.permissions import can_read_directory
from enforcement.programmes import actions
from enforcement.programmes.forms import AcceptForm, AmendForm, AskForm, GoodFaithForm, WindowForm
from enforcement.programmes.models import Asking, Enrolment, Programme, Warning
from enforcement.programmes.pages import OwnParts, ProgrammePage
from enforcement.programmes.permissions import can_read_members, can_run
from enforcement.rights.models import Right


def programme_list(request):
    require(can_read_directory(request.viewer))
    parts = OwnParts(request.viewer)
    pages = [ProgrammePage(programme, request.viewer, parts) for programme in Programme.objects.prefetch_related("platforms", "windows")]
    return render(request, "enforcement/programmes/list.html", {"pages": pages})


def _programme(request, slug) -> Programme:
    require(can_read_directory(request.viewer))
    return get_object_or_404(Programme.objects.prefetch_related("platforms").select_related("team"), slug=slug)


def _rights(viewer) -> list[str]:
    return [right.in_full for right in Right.objects.on_desk_of(viewer)[:300]]


def _show(request, programme, status=200, **wrong):
    page = ProgrammePage(programme, request.viewer)
    context = {
        "page": page,
        "programme": programme,
        "reason_form": ReasonForm(),
        "ask_form": AskForm(rights=_rights(request.viewer), initial={"signatory": request.viewer.person_name}) if page.may_ask else None,
    }
    return render(request, "enforcement/programmes/detail.html", context | wrong, status=status)


def detail(request, slug):
    return _show(request, _programme(request, slug))


def _do(request, programme, verb, thing, form, name, said):
    """One verb with its form: done, or the programme's page with what was typed."""
    if acted(request, verb, thing, form, said):
        return redirect(programme)
    return _show(request, programme, status=422, **{name: form})


@require_POST
def ask(request, slug):
    form = AskForm(request.POST, rights=_rights(request.viewer))

    def act(programme, promises, **values):
        actions.ask(programme, **values)

    programme = _programme(request, slug)
    return _do(request, programme, act, programme, form, "ask_form", _("The coalition has your wish: the board decides."))


@require_POST
def leave(request, slug):
    programme = _programme(request, slug)
    own = get_object_or_404(
        Enrolment.objects.visible_to(request.viewer), programme=programme, organisation=request.viewer.organisation_id, until=None
    )
    return _do(request, programme, actions.leave, own, ReasonForm(request.POST), "reason_form", _("Your organisation takes part no more."))


@require_POST
def withdraw(request, slug):
    programme = _programme(request, slug)
    mine = Asking.objects.visible_to(request.viewer).filter(programme=programme, organisation=request.viewer.organisation_id)
    actions.withdraw(get_object_or_404(mine, state=Asking.State.ASKED), by=request.viewer)
    messages.success(request, _("Your wish was taken back."))
    return redirect(programme)


# ---- for those who run it -----------------------------------------------------------------------------------------------------


def _members(request, programme, status=200, **wrong):
    require(can_read_members(request.viewer, programme))
    context = {"page": ProgrammePage(programme, request.viewer), "programme": programme, "wrong": None}
    return render(request, "enforcement/programmes/members.html", context | wrong, status=status)


def members(request, slug):
    return _members(request, _programme(request, slug))


def _on(request, kind, pk, verb, form, said):
    """One verb on a wish, an enrolment or a warning, from the list of members."""
    require(can_run(request.viewer))
    related = ["enrolment__programme"] if kind is Warning else ["programme", "organisation"]
    thing = get_object_or_404(kind.objects.visible_to(request.viewer).select_related(*related), pk=pk)
    programme = thing.enrolment.programme if kind is Warning else thing.programme
    if acted(request, verb, thing, form, said):
        return redirect("programmes:members", programme.slug)
    return _members(request, programme, status=422, wrong=form)


@require_POST
def accept(request, pk):
    return _on(request, Asking, pk, actions.accept, AcceptForm(request.POST), _("It takes part from today."))


@require_POST
def decline(request, pk):
    return _on(request, Asking, pk, actions.decline, ReasonForm(request.POST), _("Declined; it reads why."))


@require_POST
def warn(request, pk):
    form = ReasonForm(request.POST)
    form.fields["reason"].required = False
    return _on(request, Enrolment, pk, actions.warn, form, _("It is warned, and its clock runs."))


@require_POST
def suspend(request, pk):
    return _on(request, Enrolment, pk, actions.suspend, ReasonForm(request.POST), _("It is suspended from today."))


@require_POST
def end(request, pk):
    return _on(request, Enrolment, pk, actions.end, ReasonForm(request.POST), _("It takes part no more."))


@require_POST
def lift(request, pk):
    return _on(request, Warning, pk, actions.lift, ReasonForm(request.POST), _("The warning was taken back."))


def manage(request, slug, status=200, **wrong):
    """What holds in it: summary and capacity, windows, good faith."""
    programme = _programme(request, slug)
    require(can_run(request.viewer))
    context = {
        "page": ProgrammePage(programme, request.viewer), "programme": programme, "amend_form": AmendForm(instance=programme),
        "window_form": WindowForm(prefix="window"), "rule_form": GoodFaithForm(prefix="rule"),
    }  # fmt: skip
    return render(request, "enforcement/programmes/manage.html", context | wrong, status=status)


def _set(request, slug, verb, form, name, said):
    programme = _programme(request, slug)
    if acted(request, verb, programme, form, said):
        return redirect("programmes:manage", slug)
    return manage(request, slug, status=422, **{name: form})


@require_POST
def amend(request, slug):
    # Of a copy: the form writes nothing, the verb does.
    form = AmendForm(request.POST, instance=_programme(request, slug))
    return _set(request, slug, actions.amend, form, "amend_form", _("Saved."))


@require_POST
def open_window(request, slug):
    return _set(request, slug, actions.open_window, WindowForm(request.POST, prefix="window"), "window_form", _("The window stands."))


@require_POST
def set_good_faith(request, slug):
    form = GoodFaithForm(request.POST, prefix="rule")
    return _set(request, slug, actions.set_good_faith, form, "rule_form", _("It holds from that day on."))
