"""Who is in, under which mark."""

from datetime import datetime, time

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import Refused, require
from coalition.access.models import Grant
from coalition.access.tlp import MEANINGS, Tlp, is_laxer
from coalition.lists import whole
from enforcement.cases import actions
from enforcement.cases.forms import MarkForm, PapForm, ShareForm
from enforcement.cases.pages.case import CasePage
from enforcement.cases.pages.seen_as import SeenAs
from enforcement.cases.permissions import can_lead
from enforcement.cases.views.case import visible_case


def share(request, reference):
    """Who is in now, who would be then, and what changes; the grant is written on the second step alone."""
    case = visible_case(request, reference)
    require(can_lead(request.viewer, case))
    form, change = ShareForm(request.POST or None, choices=actions.may_let_in(request.viewer)), {}
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["expires_on"]
        end = timezone.make_aware(datetime.combine(day, time.max)) if day else None
        audience, role = form.cleaned_data["audience"], form.cleaned_data["role"]
        terms = {"role": role, "by": request.viewer, "expires_at": end}
        try:
            actions.check_sharing(case, audience, **terms)
            if request.POST.get("step") == "confirm":
                actions.share(case, audience, **terms)
                messages.success(request, _("%(who)s can read this now.") % {"who": audience})
                return redirect(case)
        except Refused as refusal:
            form.add_error({"role": "role", "expires_at": "expires_on"}.get(refusal.field, "audience"), refusal.message)
        else:
            change = {"difference": actions.difference(case, audience), "role": Grant.Role(role).label, "until": day}
    return _share_page(request, case, form, tlp=case.space.tlp, **change)


def _share_page(request, case, form, *, tlp, **more):
    context = {
        "case": case,
        "page": CasePage(case, request.viewer),
        "form": form,
        "mark_form": MarkForm(initial={"tlp": tlp}),
        "pap_form": PapForm(initial={"pap": case.pap}),
        **more,
    }
    return render(request, "enforcement/cases/share.html", context, status=422 if form.errors else 200)


def view_as(request, reference):
    """The case as one of those who are in sees it."""
    case = visible_case(request, reference)
    require(can_lead(request.viewer, case))
    grants = CasePage(case, request.viewer).grants
    grant = next((grant for grant in grants if grant.audience_id == whole(request.GET.get("party"))), None)
    if grant is None:
        raise Http404
    context = {"case": case, "seen": SeenAs(case, grant, request.viewer), "grants": grants}
    return render(request, "enforcement/cases/seen_as.html", context)


@require_POST
def consent(request, reference):
    """A party's word that officers may read its name, given or taken back."""
    case = visible_case(request, reference)
    if request.POST.get("agree"):
        actions.consent(case, by=request.viewer)
        messages.success(request, _("Officers of law enforcement who are let in may read your name."))
    else:
        actions.take_back_consent(case, by=request.viewer)
        messages.success(request, _("You agree no longer; no officer reads this case now."))
    return redirect(case)


@require_POST
def unshare(request, reference):
    case = visible_case(request, reference)
    # Only somebody who is in: a number must not tell the name of anybody else.
    grant = get_object_or_404(Grant.objects.live().select_related("audience"), space=case.space_id, audience_id=whole(request.POST.get("audience")))
    audience = grant.audience
    actions.unshare(case, audience, by=request.viewer)
    messages.success(request, _("%(who)s can no longer read this.") % {"who": audience})
    return redirect("cases:share", case.reference)


@require_POST
def leave(request, reference):
    case = visible_case(request, reference)
    actions.leave(case, by=request.viewer)
    messages.success(request, _("Your organisation left %(case)s.") % {"case": case.reference})
    return redirect("cases:list")


@require_POST
def mark(request, reference):
    """A stricter mark at once; a laxer one once it was said what it lets happen."""
    case = visible_case(request, reference)
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a TLP mark."))
    tlp = form.cleaned_data["tlp"]
    if is_laxer(tlp, case.space.tlp) and request.POST.get("step") != "confirm":
        require(can_lead(request.viewer, case))
        form = ShareForm(choices=actions.may_let_in(request.viewer))
        to_agree = actions.to_agree(case, tlp, by=request.viewer)
        return _share_page(request, case, form, tlp=tlp, lower=tlp, means=MEANINGS[Tlp(tlp)], to_agree=to_agree)
    actions.mark(case, by=request.viewer, **form.cleaned_data)
    messages.success(request, _("The mark is TLP:%(mark)s now.") % {"mark": form.cleaned_data["tlp"]})
    return redirect("cases:share", case.reference)


@require_POST
def ask_for_mark(request, reference):
    """Ask the parties whether what they brought and wrote may go as far as a laxer mark."""
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a TLP mark."))
    case = visible_case(request, reference)
    actions.ask_for_mark(case, by=request.viewer, **form.cleaned_data)
    messages.success(request, _("They are asked; what they say stands in the timeline."))
    return redirect("cases:share", case.reference)


@require_POST
def agree_to_mark(request, reference):
    """A party's word that what it brought and wrote may go as far as the mark that was asked for."""
    case = visible_case(request, reference)
    actions.agree_to_mark(case, tlp=request.POST.get("tlp", ""), by=request.viewer)
    messages.success(request, _("You agreed."))
    return redirect(case)


@require_POST
def set_pap(request, reference):
    case = actions.set_pap(visible_case(request, reference), pap=request.POST.get("pap", ""), by=request.viewer)
    messages.success(request, _("The case is PAP:%(mark)s now.") % {"mark": case.pap})
    return redirect("cases:share", case.reference)
