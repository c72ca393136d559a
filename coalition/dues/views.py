"""Dues as an organisation sees its own: what it owes, one document, payment by card."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import Refused, require
from coalition.dues import card, pages
from coalition.dues.actions import accounts
from coalition.dues.forms import (
    BillingForm,
    CreditForm,
)
from coalition.dues.models import Account, Invoice
from coalition.dues.permissions import can_keep_accounts, can_see_dues
from coalition.dues.printing import printed
from coalition.files.views import as_download
from coalition.members.forms import ReasonForm
from coalition.members.middleware import without_viewer
from coalition.members.models import Organisation


def _own(request) -> Organisation:
    require(can_see_dues(request.viewer, request.viewer.organisation_id))
    return get_object_or_404(Organisation.objects.select_related("category", "audience", "finance"), pk=request.viewer.organisation_id)


def own(request, status=200, form=None):
    """What one's own organisation owes and has paid, and how it pays."""
    organisation = _own(request)
    account = Account.objects.visible_to(request.viewer).select_related("band").filter(organisation=organisation).first()
    if request.GET.get("paid") and card.is_on():
        messages.success(request, _("Thank you. The card service tells us when the money is in; it takes a moment."))
        return redirect("dues:own")
    initial = None if account else {"name": organisation.name, "country": organisation.country}
    context = {
        "page": pages.AccountPage(organisation, account, request.viewer, request.GET),
        "organisation": organisation,
        "form": form or BillingForm(instance=account, initial=initial),
    }
    return render(request, "coalition/dues/own.html", context, status=status)


def of(request, slug):
    """Where an account is read: the treasury's page of it, or one's own."""
    if can_keep_accounts(request.viewer):
        return redirect("dues:account", slug)
    if slug != request.viewer.organisation_slug:
        raise Http404
    return redirect("dues:own")


@require_POST
def billing(request):
    organisation = _own(request)
    form = BillingForm(request.POST)
    if acted(request, accounts.change_billing, accounts.account_of(organisation), form, _("Saved. The next document is addressed so.")):
        return redirect("dues:own")
    return own(request, status=422, form=form)


def visible_invoice(request, number) -> Invoice:
    invoices = Invoice.objects.visible_to(request.viewer).select_related("organisation", "account", "open_item", "credits")
    invoice = get_object_or_404(invoices, number=number)
    if not can_see_dues(request.viewer, invoice.organisation_id):
        raise Http404
    return invoice


def invoice(request, number, status=200, **forms_with_errors):
    found = visible_invoice(request, number)
    page = pages.InvoicePage(found, request.viewer)
    keeps = can_keep_accounts(request.viewer)
    context = {
        "invoice": found, "page": page, "keeps": keeps, "credit_form": CreditForm(initial={"net": page.credit_left}),
        "reissue_form": ReasonForm(auto_id="reissue-%s"),
    }  # fmt: skip
    return render(request, "coalition/dues/invoice.html", context | forms_with_errors, status=status)


def pdf(request, number):
    file = printed(visible_invoice(request, number)).file
    return as_download(file.blob, file.name, "application/pdf")


@require_POST
def pay(request, number):
    found = visible_invoice(request, number)
    if not card.is_on():
        raise Http404
    return redirect(card.checkout(found, by=request.viewer))


@csrf_exempt
@without_viewer
@login_not_required
@require_POST
def told_by_card(request):
    """What the card service tells: believed for its signature, and for nothing else."""
    if not card.is_on():
        raise Http404
    try:
        answer = card.told(request.body, request.headers.get("Stripe-Signature", ""))
    except Refused as refusal:
        return HttpResponse(str(refusal), status=400, content_type="text/plain")
    return HttpResponse(answer, content_type="text/plain")
