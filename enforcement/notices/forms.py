from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.dates import DayField
from coalition.members.countries import COUNTRIES, NAMES
from coalition.members.forms import PickMany
from enforcement.notices.models import Dispute, Ground, Notice, NoticeItem, Why
from enforcement.notices.rules import ANSWERS, COURT, COURT_OR_AUTHORITY, DOWN
from enforcement.rights.models import Right
from enforcement.shapes import rules as shapes
from enforcement.shapes.models import form_of
from enforcement.shapes.rules import LANGUAGES, Wanted


class NoticeForm(forms.ModelForm):
    ground = forms.ChoiceField(label=_("Ground"), choices=[("", _("Choose…")), *Ground.choices], required=False)

    class Meta:
        model = Notice
        fields = ["ground", "right", "statement", "signatory", "contact", "in_good_faith", "not_genuine"]
        labels = {
            "right": _("Right"),
            "statement": _("Why the items infringe"),
            "signatory": _("Signed by"),
            "contact": _("Reached at"),
            "in_good_faith": _("I believe in good faith that this is accurate and complete, and I may act for the owner of the right."),
            "not_genuine": _("Genuine goods sold on, parallel imports, fair use and other exceptions were considered and do not apply."),
        }
        help_texts = {"contact": _("Postal address, telephone, e-mail of who signs. The platform reads it and may pass it to the seller.")}
        widgets = {"statement": forms.Textarea(attrs={"rows": 4, "data-keep": ""})}

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["right"].queryset = Right.objects.on_desk_of(viewer)
        self.fields["right"].empty_label = _("Choose…")
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=self.instance.revision)
        self.own = form_of(self.instance.platform_id)
        for one in self.own:
            self.fields[f"own_{one.name}"] = own_field(one, self.instance.said.get(one.name))
        for field in self.fields.values():
            # A draft may be saved without; a notice is not sent without.
            field.is_needed_later = True

    @property
    def own_fields(self) -> list:
        """The fields of the platform's own form, each with the grounds it is asked for on."""
        return [(self[f"own_{one.name}"], one) for one in self.own]

    @property
    def our_fields(self) -> list:
        """The fields every notice has."""
        return [field for field in self if not field.name.startswith("own_")]

    def clean(self):
        given = super().clean() or {}
        known = {f"own_{one.name}" for one in self.own}
        for name in self.data:
            if name.startswith("own_") and name not in known and (said := ", ".join(self.data.getlist(name))):
                told = _("The platform’s form asks for “%(name)s” no more; it said: %(said)s. Save again to leave it out.")
                self.add_error(None, told % {"name": name.removeprefix("own_"), "said": said[:500]})
        # One dictionary, as it is kept.
        given["said"] = {one.name: value for one in self.own if shapes.is_said(value := given.pop(f"own_{one.name}", None))}
        return given


def own_field(one: Wanted, said) -> forms.Field:
    """One field of a platform's form, as it is filled in here. A draft may lack it or say too much; what is wrong is told when it is sent."""
    common: dict[str, Any] = {"label": one.label, "required": False, "initial": said if one.takes(said) else None, "help_text": _hint(one)}
    if one.kind == shapes.TICK:
        return forms.BooleanField(**common)
    if one.kind == shapes.COUNTRIES:
        return forms.MultipleChoiceField(choices=COUNTRIES, widget=PickMany({"placeholder": _("Countries")}), **common)
    if one.kind == shapes.CHOICE:
        return forms.ChoiceField(choices=[("", _("Choose…")), *((option.code, option.words()) for option in one.options)], **common)
    widget = forms.Textarea(attrs={"rows": 3, "data-keep": ""}) if one.kind == shapes.TEXT else forms.TextInput()
    return forms.CharField(max_length=shapes.LONGEST_SAID, widget=widget, **common)


def _hint(one: Wanted) -> str:
    """What is said under it: its own hint, how much it holds, for which grounds it is asked, and by which rule."""
    parts = [one.hint]
    if one.most:
        parts.append(str(_("at most %(n)d letters") % {"n": one.most}))
    if one.grounds:
        parts.append(str(_("for %(grounds)s") % {"grounds": ", ".join(str(Ground(ground).label) for ground in one.grounds)}))
    return " · ".join(filter(None, [*parts, one.source]))


ANSWER_CHOICES = [("", _("Choose an answer…")), *((value, NoticeItem.Outcome(value).label) for value in ANSWERS["pending"])]


class AnswerForm(forms.Form):
    """The bar below the items: what is answered to those that are ticked."""

    outcome = forms.ChoiceField(
        label=_("Answer"), choices=ANSWER_CHOICES, error_messages={"required": _("Choose an answer.")}, widget=forms.Select({"class": "short"})
    )
    why = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason…")), *Why.choices], required=False, widget=forms.Select({"class": "short"})
    )
    reason = forms.CharField(
        label=_("In words"), max_length=300, required=False, widget=forms.TextInput({"class": "short", "placeholder": _("In words")})
    )
    territories = forms.MultipleChoiceField(
        label=_("Countries"), required=False, widget=PickMany({"aria-label": _("Countries in which it was disabled"), "placeholder": _("Countries")})
    )

    def __init__(self, *args, notice: Notice, **kwargs):
        super().__init__(*args, **kwargs)
        territories = cast(forms.MultipleChoiceField, self.fields["territories"])
        territories.choices = [(code, NAMES[code]) for code in notice.platform.countries if code in NAMES] or COUNTRIES


class DisputeForm(forms.Form):
    kind = forms.ChoiceField(label=_("Who disputes it"), choices=Dispute.Kind)
    statement = forms.CharField(
        label=_("The seller’s words, or your question"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5, "data-keep": ""})
    )


class StandBehindForm(forms.Form):
    """Signed, proved, and with the action that was brought over it, where there is one or the law asks for one."""

    signatory = forms.CharField(label=_("Signed by"), max_length=120, help_text=_("The person who answers for this claim by name."))
    evidence = forms.CharField(label=_("What proves it"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5, "data-keep": ""}))
    filed_with = forms.ChoiceField(label=_("Have you gone to somebody over it?"), choices=[*Dispute.Filed.choices], required=False)
    filed_where = forms.CharField(label=_("Which court or authority"), max_length=160, required=False)
    filed_number = forms.CharField(label=_("Its number"), max_length=60, required=False)
    filed_on = DayField(label=_("Filed on"), required=False)

    def __init__(self, *args, asked: str, **kwargs):
        super().__init__(*args, **kwargs)
        told = {
            COURT: _("Here the law lets the item stay down only where an action was filed with a court (17 USC 512(g)(2)(C))."),
            COURT_OR_AUTHORITY: _("Here the law lets the item stay down only where you went to an authority or a court (E-Commerce Law art. 43)."),
        }
        self.fields["filed_with"].help_text = told.get(asked) or _("Where a court decides, the item stays down until it has.")


class ComplaintForm(forms.Form):
    text = forms.CharField(label=_("What the platform should look at"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6, "data-keep": ""}))


class ComplaintAnswerForm(forms.Form):
    """The decision is kept, or changed to what takes the item down."""

    outcome = forms.ChoiceField(
        label=_("What becomes of it"), required=False,
        choices=[("", _("the decision is kept")), *((value, NoticeItem.Outcome(value).label) for value in (*DOWN, "seller_removed", "gone"))],
    )  # fmt: skip
    territories = forms.MultipleChoiceField(label=_("Where it is disabled"), required=False, choices=COUNTRIES, widget=PickMany())
    text = forms.CharField(label=_("Why"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}))


class TranslationForm(forms.Form):
    language = forms.ChoiceField(label=_("Into"), choices=list(LANGUAGES.items()))
    text = forms.CharField(label=_("Translation"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}))


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "data-keep": ""}))
