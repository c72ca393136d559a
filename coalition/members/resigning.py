"""The page on which an organisation leaves: what comes of it is read before it is confirmed, and it is taken back there."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require, told_at
from coalition.dates import long_day
from coalition.members import actions
from coalition.members.forms import ReasonForm, ResignForm
from coalition.members.models import Organisation
from coalition.members.pages import ResigningPage
from coalition.members.permissions import can_keep_register, can_resign


def _organisation(request, slug: str) -> Organisation:
    """One's own, or the one whose letter the staff enter."""
    if slug:
        require(can_keep_register(request.viewer))
    which = {"slug": slug} if slug else {"pk": request.viewer.organisation_id}
    organisation = get_object_or_404(Organisation.objects.select_related("category", "audience"), **which)
    require(can_resign(request.viewer, organisation))
    if not organisation.category.is_member:
        raise Http404
    return organisation


def resign(request, slug=""):
    """Asked for twice: first what comes of it is shown, with what was typed; then it is done."""
    organisation = _organisation(request, slug)
    form = ResignForm(request.POST or None)
    is_shown = False
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            if request.POST.get("sure"):
                gone = actions.resign(organisation, by=request.viewer, **form.cleaned_data)
                messages.success(request, _("The resignation takes effect on %(day)s.") % {"day": long_day(gone.takes_effect_on)})
                return redirect(_back(request, slug))
            actions.require_can_leave(organisation, form.cleaned_data["takes_effect_on"], by=request.viewer)
            is_shown = True
    return _shown(request, slug, organisation, form, is_shown)


@require_POST
def stay(request, slug=""):
    """Take the resignation back."""
    organisation, form = _organisation(request, slug), ReasonForm(request.POST)
    if acted(request, actions.take_back_resignation, organisation, form, _("The resignation is taken back.")):
        return redirect(_back(request, slug))
    return _shown(request, slug, organisation, ResignForm(), False, stay_form=form)


def _shown(request, slug, organisation, form, is_shown, stay_form=None):
    leaving = organisation.leaving()
    day = leaving.takes_effect_on if leaving else form.cleaned_data["takes_effect_on"] if is_shown else timezone.localdate()
    context = {
        "page": ResigningPage(organisation, leaving, day, request.viewer), "organisation": organisation, "form": form, "is_shown": is_shown,
        "stay_form": stay_form or ReasonForm(), "staff": bool(slug), "back": _back(request, slug),
    }  # fmt: skip
    wrong = form.errors or (stay_form and stay_form.errors)
    return render(request, "coalition/members/resign.html", context, status=422 if wrong else 200)


def _back(request, slug) -> str:
    """Where the organisation's membership is read."""
    return get_object_or_404(Organisation, slug=slug).get_absolute_url() if slug else "members:own"
