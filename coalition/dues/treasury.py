"""The treasury's pages: what is open, one account, the bank, the ladder, rates and rules."""

from hashlib import sha256

from django.contrib import messages
from django.forms import Form
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import Refused, require, told_at
from coalition.dues import pages
from coalition.dues.actions import accounts, bank, payments, posting, renewals, terms
from coalition.dues.forms import (
    BandForm,
    BillingForm,
    CreditForm,
    IssuerForm,
    LineForm,
    MoveForm,
    PaymentForm,
    RateForm,
    RefundForm,
    RuleForm,
    StatementForm,
    TaxForm,
    TierForm,
)
from coalition.dues.models import Account, Invoice, Payment, Statement, StatementLine
from coalition.dues.permissions import can_keep_accounts
from coalition.dues.tasks import run
from coalition.dues.views import invoice, visible_invoice
from coalition.lists import export
from coalition.members.forms import ReasonForm
from coalition.members.models import Organisation

AGED = {
    _later("Invoice"): lambda item: item.invoice.number,
    _later("Organisation"): lambda item: item.organisation.name,
    _later("Category"): lambda item: item.organisation.category.name,
    _later("Issued"): lambda item: item.invoice.issued_on,
    _later("Due"): lambda item: item.due_on,
    _later("Late from"): lambda item: item.invoice.late_from,
    _later("Total"): lambda item: item.invoice.total,
    _later("Open"): lambda item: item.amount,
    _later("Currency"): lambda item: item.invoice.currency,
}


def ageing(request):
    require(can_keep_accounts(request.viewer))
    page = pages.AgeingPage(request.viewer, request.GET)
    if request.GET.get("export") in ("csv", "xlsx"):
        return export(page.items, AGED, name="open-invoices", format=request.GET["export"], viewer=request.viewer)
    return render(request, "coalition/dues/ageing.html", {"page": page})


def _account(request, slug) -> tuple[Organisation, Account]:
    require(can_keep_accounts(request.viewer))
    organisation = get_object_or_404(Organisation.objects.select_related("category", "audience", "finance"), slug=slug, category__is_member=True)
    return organisation, accounts.account_of(organisation)


def _account_called(name: str) -> Account:
    organisation = Organisation.objects.select_related("audience", "finance").called(name)
    if organisation is None:
        raise Refused(_("No member is called %(name)s.") % {"name": name}, field="organisation")
    return accounts.account_of(organisation)


def account(request, slug, status=200, **forms_with_errors):
    organisation, found = _account(request, slug)
    context = {
        "page": pages.AccountPage(organisation, found, request.viewer, request.GET), "organisation": organisation, "account": found,
        "billing_form": BillingForm(instance=found), "payment_form": PaymentForm(account=found), "tier_form": TierForm(organisation=organisation),
        "band_form": BandForm(initial={"band": found.band_id}),
    }  # fmt: skip
    return render(request, "coalition/dues/account.html", context | forms_with_errors, status=status)


def _keep(request, slug, act, thing, form, name, said):
    """One verb of the treasury on an account: done, or the page again with what was typed."""
    return redirect("dues:account", slug) if acted(request, act, thing, form, said) else account(request, slug, status=422, **{name: form})


@require_POST
def account_billing(request, slug):
    _organisation, found = _account(request, slug)
    return _keep(request, slug, accounts.change_billing, found, BillingForm(request.POST), "billing_form", _("Saved."))


@require_POST
def receive(request, slug):
    _organisation, found = _account(request, slug)

    def by_hand(account, *, by, **values):
        same = Payment.objects.filter(account=account, received_on=values["received_on"], reference=values["reference"], amount__gt=0)
        if same.filter(returned_by=None).exists():
            raise Refused(_("A payment of that day with that reference is booked already."), field="reference")
        # Two windows that book it at once make one key; one that was taken back before gives way to the next.
        told = sha256(values["reference"].encode()).hexdigest()[:32]
        payments.receive(account, by=by, key=f"hand:{account.pk}:{values['received_on']}:{told}:{same.count()}", **values)

    return _keep(request, slug, by_hand, found, PaymentForm(request.POST, account=found), "payment_form", _("Booked."))


@require_POST
def renew(request, slug):
    organisation, _found = _account(request, slug)
    if renewals.renew(organisation, by=request.viewer) is None:
        raise Refused(_("It is not time to renew: its last term runs on."))
    messages.success(request, _("The next term is given and invoiced."))
    return redirect("dues:account", slug)


@require_POST
def change_tier(request, slug):
    """Asked for twice: first the documents it posts are shown with their amounts, then they are posted."""
    organisation, _found = _account(request, slug)
    form = TierForm(request.POST, organisation=organisation)
    if request.POST.get("sure"):
        return _keep(request, slug, terms.change_tier, organisation, form, "tier_form", _("The tier is another from today."))
    foreseen = None
    if form.is_valid():
        with told_at(form):
            foreseen = terms.what_change_posts(organisation, by=request.viewer, **form.cleaned_data)
    return account(request, slug, status=422 if form.errors else 200, tier_form=form, foreseen=foreseen)


@require_POST
def set_band(request, slug):
    _organisation, found = _account(request, slug)
    return _keep(request, slug, accounts.set_band, found, BandForm(request.POST), "band_form", _("The next invoice is by this band."))


def _payment(request, pk) -> Payment:
    require(can_keep_accounts(request.viewer))
    return get_object_or_404(Payment.objects.visible_to(request.viewer).select_related("account__organisation"), pk=pk)


def _on_payment(request, act, thing, form, slug, said):
    """A verb of one payment or credit note among many: refused, it leads back to the page, where what was typed is kept."""
    if not form.is_valid():
        raise Refused(next(error for errors in form.errors.values() for error in errors))
    act(thing, by=request.viewer, **form.cleaned_data)
    messages.success(request, said)
    return redirect("dues:account", slug)


@require_POST
def give_back(request, pk):
    payment = _payment(request, pk)
    return _on_payment(
        request, payments.give_back, payment, ReasonForm(request.POST), payment.account.organisation.slug, _("What it had settled is open again.")
    )


@require_POST
def move(request, pk):
    payment = _payment(request, pk)

    def to_whom(payment, *, organisation, reason, by):
        payments.move(payment, _account_called(organisation), reason=reason, by=by)

    return _on_payment(request, to_whom, payment, MoveForm(request.POST), payment.account.organisation.slug, _("Booked on the other account."))


@require_POST
def refund(request, pk):
    payment = _payment(request, pk)
    return _on_payment(request, payments.refund, payment, RefundForm(request.POST), payment.account.organisation.slug, _("The refund is booked."))


@require_POST
def refund_credit(request, number):
    require(can_keep_accounts(request.viewer))
    note = visible_invoice(request, number)
    return _on_payment(request, payments.refund, note, RefundForm(request.POST), note.organisation.slug, _("The refund is booked."))


@require_POST
def credit(request, number):
    require(can_keep_accounts(request.viewer))
    found, form = visible_invoice(request, number), CreditForm(request.POST)
    if form.is_valid():
        with told_at(form):
            note = posting.credit_by_hand(found, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("Credited with %(number)s.") % {"number": note.number})
            return redirect(found)
    return invoice(request, number, status=422, credit_form=form)


@require_POST
def reissue(request, number):
    require(can_keep_accounts(request.viewer))
    found, form = visible_invoice(request, number), ReasonForm(request.POST)
    if form.is_valid():
        with told_at(form):
            new = posting.reissue(found, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("Posted anew as %(number)s.") % {"number": new.number})
            return redirect(new)
    return invoice(request, number, status=422, reissue_form=form)


def members(request):
    """Names of members for a field that asks for one, by what is typed so far."""
    require(can_keep_accounts(request.viewer))
    words = request.GET.get("organisation", "").strip()
    found = Organisation.objects.filter(category__is_member=True, name__icontains=words).only("name").order_by("name")[:20] if words else []
    return render(request, "coalition/dues/_members.html", {"members": found})


def ladder(request):
    """Who gets what on which day; and the day's run, for those who do not wait for the hour."""
    require(can_keep_accounts(request.viewer))
    if request.method == "POST":
        run.delay()
        messages.success(request, _("The run has begun. What is due today goes out once, however often it runs."))
        return redirect("dues:ladder")
    return render(request, "coalition/dues/ladder.html", {"page": pages.LadderPage(request.viewer, request.GET)})


def sent(request):
    """What the ladder has sent, and when."""
    require(can_keep_accounts(request.viewer))
    return render(request, "coalition/dues/sent.html", {"page": pages.SentPage(request.viewer, request.GET)})


def bank_statements(request):
    require(can_keep_accounts(request.viewer))
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(bank.bring(form.cleaned_data["file"], by=request.viewer))
    statements = Statement.objects.visible_to(request.viewer).select_related("brought_by").order_by("-pk")[:50]
    return render(request, "coalition/dues/bank.html", {"form": form, "statements": statements}, status=422 if form.errors else 200)


def _statement(request, pk) -> Statement:
    require(can_keep_accounts(request.viewer))
    return get_object_or_404(Statement.objects.visible_to(request.viewer), pk=pk)


def statement(request, pk, status=200, wrong=None):
    """A statement's movements; `wrong` is the movement and the form of it that was refused."""
    found = _statement(request, pk)
    page = pages.StatementPage(found, request.viewer, request.GET, wrong)
    return render(request, "coalition/dues/statement.html", {"statement": found, "page": page}, status=status)


@require_POST
def accept_certain(request, pk):
    found = _statement(request, pk)
    count = bank.accept_certain(found, by=request.viewer)
    messages.success(request, ngettext("One movement is booked.", "%(n)d movements are booked.", count) % {"n": count})
    return redirect(found)


def _line(request, pk) -> StatementLine:
    require(can_keep_accounts(request.viewer))
    return get_object_or_404(StatementLine.objects.visible_to(request.viewer).select_related("statement"), pk=pk)


def _on_line(request, line, name, act, form, said):
    """A verb on one movement among many: done, or its row open with what was typed and why it could not be."""
    if acted(request, act, line, form, said):
        query = request.GET.urlencode()
        return redirect(f"{line.statement.get_absolute_url()}{'?' if query else ''}{query}#movement-{line.pk}")
    return statement(request, line.statement_id, status=422, wrong=(line.pk, name, form))


@require_POST
def accept(request, pk):
    def as_typed(line, *, invoice, organisation, by):
        chosen = owner = None
        if invoice:
            chosen = Invoice.objects.visible_to(by).select_related("account__organisation").filter(number=invoice, kind="invoice").first()
            if chosen is None:
                raise Refused(_("No invoice has the number %(number)s.") % {"number": invoice}, field="invoice")
        elif organisation:
            owner = _account_called(organisation)
        bank.accept(line, invoice=chosen, account=owner, by=by)

    line = _line(request, pk)
    return _on_line(request, line, "accept", as_typed, LineForm(request.POST, auto_id=f"accept-{pk}-%s"), _("Booked."))


@require_POST
def unbook(request, pk):
    said = _("The booking is taken back; the movement is to be matched again.")
    return _on_line(request, _line(request, pk), "unbook", bank.unbook, ReasonForm(request.POST, auto_id=f"unbook-{pk}-%s"), said)


@require_POST
def leave(request, pk):
    return _on_line(request, _line(request, pk), "leave", bank.leave, ReasonForm(request.POST, auto_id=f"leave-{pk}-%s"), _("Left aside."))


@require_POST
def take_up(request, pk):
    return _on_line(request, _line(request, pk), "take_up", bank.take_up, Form(request.POST), _("It is to be matched again."))


# What the page of rates and rules sets: the form, the verb, and what is said when it is done.
SETTERS = {
    "rate": (RateForm, accounts.set_rate, _later("The rate is set.")),
    "rule": (RuleForm, accounts.set_rule, _later("The rule is set.")),
    "tax": (TaxForm, accounts.set_tax, _later("The tax is set.")),
    "issuer": (IssuerForm, accounts.set_issuer, _later("The issuer is set.")),
}


def rates(request):
    """What a year costs, how it is asked and taxed, and who issues the documents: dated rows, each set from a day on."""
    require(can_keep_accounts(request.viewer))
    page = pages.RatesPage()
    initial = {"issuer": page.issuer.as_printed() if page.issuer else {}}
    forms = {name: form(auto_id=f"{name}-%s", initial=initial.get(name)) for name, (form, _act, _said) in SETTERS.items()}
    chosen = request.POST.get("set", "rate") if request.method == "POST" else ""
    if chosen in SETTERS:
        form_class, act, said = SETTERS[chosen]
        form = forms[chosen] = form_class(request.POST, auto_id=f"{chosen}-%s")
        if form.is_valid():
            with told_at(form):
                act(by=request.viewer, **form.cleaned_data)
                messages.success(request, said)
                return redirect("dues:rates")
    return render(request, "coalition/dues/rates.html", {"page": page, "forms": forms}, status=422 if chosen else 200)
