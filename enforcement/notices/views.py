from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.actions import live_grants
from coalition.access.errors import Conflict, Refused, require, told_at
from coalition.clocks.models import Clock
from coalition.lists import Keyset, chips, export, label_fields, labels_of, whole, wholes
from coalition.members.models import Organisation
from enforcement.cases.models import Case
from enforcement.cases.views.case import chosen_listings
from enforcement.market.models import Listing
from enforcement.notices import actions
from enforcement.notices.actions.common import action_asked_of
from enforcement.notices.filters import NoticeFilter
from enforcement.notices.forms import AnswerForm, DisputeForm, NoticeForm, StandBehindForm, WithdrawForm
from enforcement.notices.models import Dispute, Notice, NoticeItem, TwoPeople
from enforcement.notices.pages import NoticePage, to_act_on, unconfirmed
from enforcement.notices.permissions import can_answer, can_answer_notices, can_compose, can_conclude, can_end_dispute, can_set_two_people

# A notice holds no more than a platform takes at once: the largest cap is 300.
MOST_SHOWN = 300
# So many of what waits stand beside the chosen one.
QUEUE = 50
SHOWN_WITH = ("platform__organisation", "programme", "principal", "space")
MOST_CONFIRMED = 500

EXPORTED = {
    _("Reference"): lambda notice: notice.reference,
    _("Principal"): lambda notice: notice.principal,
    _("Platform"): lambda notice: notice.platform,
    _("Ground"): lambda notice: notice.get_ground_display(),
    _("Right"): lambda notice: notice.right_text,
    _("State"): lambda notice: notice.get_state_display(),
    _("Items"): lambda notice: notice.item_count,
    _("Decided"): lambda notice: notice.decided_count,
    _("Submitted"): lambda notice: notice.submitted_at,
    _("Sent"): lambda notice: notice.sent_at,
    _("Due"): lambda notice: notice.due_at,
}


def notice_list(request):
    found = NoticeFilter(request.GET, Notice.objects.visible_to(request.viewer).for_list(), request=request)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(found.qs, EXPORTED, name="notices", format=request.GET["export"], viewer=request.viewer)
    label_fields(found.form)
    context = {
        "rows": Keyset(found.qs, request.GET),
        "filter": found,
        "chips": chips(request.GET, labels_of(found.form)),
        "can_compose": can_compose(request.viewer),
        "has_queue": can_answer_notices(request.viewer) or request.viewer.may("vet"),
    }
    return render(request, "enforcement/notices/list.html", context)


def queue(request):
    """What must be vetted or answered, by clock; the chosen one beside it, else the most urgent."""
    rows = to_act_on(request.viewer, QUEUE)
    more = {
        "can_bring_answers": can_answer_notices(request.viewer),
        "here": request.get_full_path(),
        "can_vet_several": request.viewer.may("vet") and sum(notice.state == Notice.State.VETTING for notice in rows) > 1,
        "unconfirmed": unconfirmed(request.viewer).count(),
    }
    if not rows:
        return render(request, "enforcement/notices/queue.html", {"rows": [], **more})
    chosen = next((notice for notice in rows if notice.reference == request.GET.get("notice")), rows[0])
    return _show(request, visible_notice(request, chosen.reference), "enforcement/notices/queue.html", {"rows": rows, **more})


def visible_notice(request, reference):
    notices = Notice.objects.visible_to(request.viewer).select_related(*SHOWN_WITH)
    return get_object_or_404(notices, reference=reference)


@require_POST
def compose(request):
    case = None
    if reference := request.POST.get("case", "").strip():
        case = get_object_or_404(Case.objects.visible_to(request.viewer), reference=reference)
    listings = chosen_listings(request)
    if case is not None and not request.POST.getlist("listing"):
        brought = case.listings.filter(brought_by_id=request.viewer.organisation_audience_id)
        listings = Listing.objects.visible_to(request.viewer).filter(pk__in=brought.values("listing_id"))
        listings, left_out = actions.not_yet_noticed(listings, by=request.viewer)
        if left_out:
            said = ngettext(
                "%(n)d is in a notice of yours already, and left out: tick it among your listings to send another.",
                "%(n)d are in notices of yours already, and left out: tick them among your listings to send others.",
                left_out,
            )
            messages.info(request, said % {"n": left_out})
    drafts = actions.compose(listings, by=request.viewer, case=case)
    if elsewhere := actions.where_none_is_taken(listings, by=request.viewer):
        said = _("Left out, for no notices are taken there yet: %(what)s.")
        messages.warning(request, said % {"what": ", ".join(f"{name} ({n})" for name, n in elsewhere)})
    if len(drafts) == 1:
        return redirect("notices:edit", drafts[0].reference)
    messages.success(request, _("%(n)d drafts were made, one a platform.") % {"n": len(drafts)})
    return redirect("notices:list")


def detail(request, reference):
    return _show(request, visible_notice(request, reference), "enforcement/notices/detail.html", {})


def show_notice(request, notice, wrong, status=200):
    """The page of a notice with a form of one of its sections that was refused."""
    return _show(request, notice, "enforcement/notices/detail.html", {}, status, wrong=wrong)


def _show(request, notice, template, context, status=200, answer_form=None, wrong=None):
    page = NoticePage(notice, request.viewer, wrong, request.GET)
    items = page.items.with_relists().order_by("pk")
    shown = list(items.filter(pk__gt=whole(request.GET.get("after")))[:101])
    ticked = context.get("ticked", {})
    for item in shown:
        item.dispute = page.disputes.get(item.pk)
        item.exchange = page.exchanges.get(item.pk, [])
        item.complaint = page.complaints.get(item.pk)
        # Ticked by somebody who knew it as it is now; what has changed since is looked at again.
        item.is_ticked = ticked.get(item.pk) == item.decisions
    context |= {
        "page": page, "notice": notice, "items": shown[:100], "next": shown[99].pk if len(shown) > 100 else None,
        "answer_form": answer_form or AnswerForm(notice=notice),
    }  # fmt: skip
    return render(request, template, context, status=status)


def edit(request, reference):
    notice = visible_notice(request, reference)
    page = NoticePage(notice, request.viewer)
    require(page.can_edit, _("%(ref)s is %(state)s: it cannot be changed now.") % {"ref": reference, "state": notice.get_state_display()})
    form = NoticeForm(request.POST or None, instance=visible_notice(request, reference), viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            notice = actions.edit(notice, by=request.viewer, **form.cleaned_data)
        except Conflict as conflict:
            # What was written stays in the form; saved once more, it is a change of the newer draft.
            form = NoticeForm(_as_seen(request, notice), instance=visible_notice(request, reference), viewer=request.viewer)
            form.add_error(None, str(conflict))
            context = {
                "form": form,
                "notice": notice,
                "page": page,
                "items": notice.items.with_relists().order_by("pk")[:MOST_SHOWN],
            }
            return render(request, "enforcement/notices/edit.html", context, status=409)
        if "submit" not in request.POST:
            messages.success(request, _("Saved."))
            return redirect("notices:edit", reference)
        # It was saved: what is mended on this page is a change of that.
        form = NoticeForm(_as_seen(request, notice), instance=visible_notice(request, reference), viewer=request.viewer)
        form.is_valid()
        with told_at(form):
            notice = actions.submit(notice, by=request.viewer)
            state = notice.get_state_display()
            messages.success(request, _("%(ref)s is %(state)s.") % {"ref": reference, "state": state})
            return redirect(notice)
        page = NoticePage(visible_notice(request, reference), request.viewer)
    items = notice.items.with_relists().exclude(outcome=NoticeItem.Outcome.WITHDRAWN).order_by("pk")[:MOST_SHOWN]
    context = {"form": form, "notice": notice, "page": page, "items": items}
    return render(request, "enforcement/notices/edit.html", context, status=422 if form.errors else 200)


def _as_seen(request, notice):
    """What was typed, as a change of the notice as it is now."""
    typed = request.POST.copy()
    typed["seen"] = str(notice.revision)
    return typed


@require_POST
def leave_out(request, reference):
    chosen = wholes(request.POST.getlist("item"))
    count = actions.leave_out(visible_notice(request, reference), chosen, by=request.viewer)
    messages.success(request, ngettext("%(n)d item was left out.", "%(n)d items were left out.", count) % {"n": count})
    return redirect("notices:edit", reference)


@require_POST
def classify(request, reference):
    """Say of which Nice class the goods of the ticked items are."""
    chosen, given = wholes(request.POST.getlist("item")), request.POST.get("nice_class", "")
    number = whole(given) if given.strip() else None
    count = actions.classify(visible_notice(request, reference), chosen, nice_class=number, by=request.viewer)
    messages.success(request, ngettext("Said of %(n)d item.", "Said of %(n)d items.", count) % {"n": count})
    return redirect("notices:edit", reference)


@require_POST
def submit(request, reference):
    notice = actions.submit(visible_notice(request, reference), by=request.viewer)
    messages.success(request, _("%(ref)s is %(state)s.") % {"ref": reference, "state": notice.get_state_display()})
    return redirect(notice)


@require_POST
def countersign(request, reference):
    notice = actions.countersign(visible_notice(request, reference), by=request.viewer)
    messages.success(request, _("%(ref)s is %(state)s.") % {"ref": reference, "state": notice.get_state_display()})
    return redirect(notice)


@require_POST
def send_back(request, reference):
    notice = visible_notice(request, reference)
    actions.send_back(notice, reason=request.POST.get("reason", ""), by=request.viewer)
    messages.success(request, _("%(ref)s is a draft again.") % {"ref": reference})
    return redirect(notice)


def two_people(request):
    """Whether one's organisation wants two of its people behind each notice; its owner says."""
    require(request.viewer.may("submit_notice"))
    organisation = get_object_or_404(Organisation, pk=request.viewer.organisation_id)
    if request.method == "POST":
        wants = request.POST.get("wants") == "two"
        actions.set_two_people(organisation, wants=wants, by=request.viewer)
        said = _("From now on a colleague approves each notice.") if wants else _("From now on one person hands a notice in.")
        messages.success(request, said)
        return redirect("notices:two_people")
    rows = TwoPeople.objects.on_desk_of(request.viewer).select_related("set_by", "ended_by")
    context = {"rows": rows, "is_wanted": any(row.until is None for row in rows), "may": can_set_two_people(request.viewer)}
    return render(request, "enforcement/notices/two_people.html", context)


@require_POST
def discard(request, reference):
    actions.discard(visible_notice(request, reference), by=request.viewer)
    messages.success(request, _("The draft was given up."))
    return redirect("notices:list")


@require_POST
def approve(request, reference):
    actions.approve(visible_notice(request, reference), by=request.viewer)
    messages.success(request, _("%(ref)s went to the platform.") % {"ref": reference})
    return redirect("notices:queue")


@require_POST
def vet_several(request):
    """Several notices of the queue at once: passed on, or returned for one reason; those that cannot be are named, and stay."""
    require(request.viewer.may("vet"))
    references = request.POST.getlist("notice")[:QUEUE]
    found = list(Notice.objects.visible_to(request.viewer).select_related(*SHOWN_WITH).filter(reference__in=references).order_by("due_at", "pk"))
    if not found:
        raise Refused(_("Tick the notices first."))
    request.viewer.learn_roles([notice.space_id for notice in found])
    approves = request.POST.get("verb") == "approve"
    done, refused = actions.vet_all(found, approves=approves, reason=request.POST.get("reason", ""), by=request.viewer)
    if done:
        said = (
            ngettext("%(n)d notice went to its platform.", "%(n)d notices went to their platforms.", len(done)) if approves
            else ngettext("%(n)d notice went back to its sender.", "%(n)d notices went back to their senders.", len(done))
        )  # fmt: skip
        messages.success(request, said % {"n": len(done)})
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect("notices:queue")


@require_POST
def give_back(request, reference):
    asked = {whole(name[5:]): text for name, text in request.POST.items() if name.startswith("item-") and whole(name[5:])}
    actions.give_back(visible_notice(request, reference), reason=request.POST.get("reason", ""), items=asked, by=request.viewer)
    messages.success(request, _("%(ref)s went back to its sender.") % {"ref": reference})
    return redirect("notices:queue")


@require_POST
def answer(request, reference):
    """Decide the ticked items, or all that are undecided; what was typed is kept when it cannot be done."""
    notice = visible_notice(request, reference)
    require(can_answer(request.viewer, notice))
    form = AnswerForm(request.POST, notice=notice)
    if request.POST.get("scope") == "undecided":
        answers = dict(NoticePage(notice, request.viewer, query=request.POST).undecided_items.values_list("pk", "decisions"))
    else:
        answers = {whole(pk): whole(seen) for pk, _dash, seen in (v.partition(":") for v in request.POST.getlist("item")) if whole(pk)}
    template = "enforcement/notices/detail.html"
    if not form.is_valid() or not answers:
        form.add_error(None, _("Choose items first.")) if not answers else None
        return _show(request, notice, template, {"ticked": answers}, status=422, answer_form=form)
    with told_at(form):
        count = actions.answer(notice, answers, by=request.viewer, **form.cleaned_data)
        messages.success(request, ngettext("%(n)d item was answered.", "%(n)d items were answered.", count) % {"n": count})
        return _back(request, notice)
    return _show(request, visible_notice(request, reference), template, {"ticked": answers}, status=422, answer_form=form)


def _back(request, notice):
    """To where the form stood: the queue, else the notice."""
    here = request.POST.get("next", "")
    return redirect(here if here.startswith(reverse("notices:queue")) else notice)


@require_POST
def acknowledge(request, reference):
    actions.acknowledge(visible_notice(request, reference), by=request.viewer)
    messages.success(request, _("The rights holder knows that you have it."))
    return _back(request, visible_notice(request, reference))


@require_POST
def acknowledge_all(request):
    """Confirm every notice that has come in."""
    require(can_answer_notices(request.viewer))
    count = 0
    for notice in unconfirmed(request.viewer).order_by("sent_at")[:MOST_CONFIRMED]:
        actions.acknowledge(notice, by=request.viewer)
        count += 1
    messages.success(request, ngettext("%(n)d notice was confirmed.", "%(n)d notices were confirmed.", count) % {"n": count})
    return redirect("notices:queue")


@require_POST
def clarify(request, reference, pk):
    notice = visible_notice(request, reference)
    item = get_object_or_404(notice.items, pk=pk)
    actions.clarify(notice, item, text=request.POST.get("text", ""), by=request.viewer)
    messages.success(request, _("The platform has your answer."))
    return redirect(notice)


def new_dispute(request, reference, pk):
    notice = visible_notice(request, reference)
    require(can_answer(request.viewer, notice))
    item = get_object_or_404(notice.items.select_related("notice"), pk=pk)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(actions.dispute(item, by=request.viewer, **form.cleaned_data))
    return render(request, "enforcement/notices/new_dispute.html", {"notice": notice, "item": item, "form": form})


def visible_dispute(request, pk):
    disputes = Dispute.objects.visible_to(request.viewer).select_related(
        "item__notice__platform__organisation", "item__notice__principal", "item__notice__programme", "raised_by", "space"
    )
    return get_object_or_404(disputes, pk=pk)


def dispute(request, pk, stand_form=None, withdraw_form=None, status=200):
    found = visible_dispute(request, pk)
    clocks = Clock.objects.visible_to(request.viewer).filter(subject_type="notices.dispute", subject_id=pk)
    clock = clocks.select_related("policy").order_by("-pk").first()
    context = {
        "dispute": found,
        "notice": found.item.notice,
        "clock": clock,
        "grants": live_grants(found.space_id),
        "decisions": found.item.decided.select_related("decided_by", "clarification__written_by").order_by("number"),
        "can_end": can_end_dispute(request.viewer, found),
        "can_conclude": can_conclude(request.viewer, found),
        "stand_form": stand_form
        or StandBehindForm(prefix="stand", initial={"signatory": request.viewer.person_name}, asked=action_asked_of(found.item.notice)),
        "withdraw_form": withdraw_form or WithdrawForm(prefix="withdraw"),
    }
    return render(request, "enforcement/notices/dispute.html", context, status=status)


@require_POST
def stand_behind(request, pk):
    form = StandBehindForm(request.POST, prefix="stand", asked=action_asked_of(visible_dispute(request, pk).item.notice))
    return _end(request, pk, form, "stand_form", actions.stand_behind, _("You stand behind this claim."))


@require_POST
def withdraw(request, pk):
    form = WithdrawForm(request.POST, prefix="withdraw")
    return _end(request, pk, form, "withdraw_form", actions.withdraw, _("The claim was withdrawn; the item is reinstated."))


def _end(request, pk, form, name, verb, said):
    found = visible_dispute(request, pk)
    return redirect(found) if acted(request, verb, found, form, said) else dispute(request, pk, **{name: form}, status=422)


@require_POST
def conclude(request, pk):
    found = visible_dispute(request, pk)
    if request.POST.get("result") not in ("down", "up"):
        raise Http404
    actions.conclude(found, stays_down=request.POST["result"] == "down", by=request.viewer)
    messages.success(request, _("Recorded."))
    return redirect(found)
