from dateutil.relativedelta import relativedelta
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.accounts.actions import one_line
from coalition.accounts.models import Person
from coalition.dates import DayField, LastDayField
from coalition.members.capabilities import MEMBERS_MAY, WORDS
from coalition.members.models import Category, CategoryHold, Policy, Seat, Tier


class PickMany(forms.SelectMultiple):
    """Some of a long list, found as one types; a plain list without JavaScript."""

    class Media:
        css = {"all": ["vendor/tom-select.css"]}
        js = ["vendor/tom-select.js"]

    def __init__(self, attrs=None, choices=()):
        super().__init__({"data-pick": "", "size": 6, **(attrs or {})}, choices)


def tiers_of_members(_request=None):
    """The tiers of every category of members; the coalition's own staff pay nothing."""
    return Tier.objects.select_related("category").filter(category__is_member=True).exclude(category__kind=Category.Kind.COALITION)


class WithCategory:
    """A choice among tiers of several categories: two may have one of the same name."""

    def label_from_instance(self, tier):
        return tier.full_name


class TierField(WithCategory, forms.ModelChoiceField):
    pass


class Beside:
    """A form that stands beside others on one page: the ids of its fields are its own."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)


class InviteForm(Beside, forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Seat.Role, initial=Seat.Role.MEMBER)
    title = forms.CharField(label=_("Function"), max_length=100, required=False)

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles


class ReasonForm(Beside, forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "data-keep": ""}))


class FromDayForm(ReasonForm):
    starts_on = DayField(label=_("From"), initial=timezone.localdate)
    field_order = ["starts_on", "reason"]


class TermForm(ReasonForm):
    tier = forms.ModelChoiceField(label=_("Tier"), queryset=Tier.objects.none(), empty_label=_("Choose…"))
    starts_on = DayField(label=_("From"))
    ends_on = LastDayField(label=_("Last day"))
    is_free = forms.BooleanField(label=_("Nothing is charged for it"), required=False)
    field_order = ["tier", "starts_on", "ends_on", "is_free", "reason"]

    def __init__(self, *args, organisation, **kwargs):
        last = organisation.last_counting_term()
        start = max(timezone.localdate(), last.until) if last else timezone.localdate()
        initial = {"tier": last and last.tier_id, "starts_on": start, "ends_on": start + relativedelta(years=1)}
        super().__init__(*args, initial=initial, **kwargs)
        tiers = Tier.objects.filter(category_id=organisation.category_id)
        self.fields["tier"].queryset = tiers.offered(start, beside=last.tier if last else None)


class VouchForm(ReasonForm):
    domain = forms.CharField(label=_("Mail domain"), max_length=190, help_text=_("As it claimed it."))
    is_shared = forms.BooleanField(label=_("It is theirs though others write from it or from a name like it"), required=False)
    field_order = ["domain", "reason", "is_shared"]


class OwnerForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class PolicyForm(Beside, forms.Form):
    kind = forms.ChoiceField(label=_("Which"), choices=Policy.Kind)
    title = forms.CharField(label=_("Title"), max_length=120)
    body = forms.CharField(label=_("Text"), max_length=60_000, widget=forms.Textarea(attrs={"rows": 8, "data-keep": ""}))
    in_force_on = DayField(label=_("In force from"), initial=timezone.localdate)
    accept_by = DayField(label=_("To be accepted by"))


class HoldForm(FromDayForm):
    effect = forms.ChoiceField(label=_("What it does"), choices=CategoryHold.Effect, widget=forms.RadioSelect)
    field_order = ["effect", "starts_on", "reason"]


class ReleaseForm(ReasonForm):
    hold = forms.IntegerField(widget=forms.HiddenInput)


class CategoryForm(Beside, forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    summary = forms.CharField(
        label=_("Who it is for, in a sentence or two"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "data-keep": ""})
    )
    is_public = forms.BooleanField(
        label=_("Shown on the public page, where applicants choose it; hidden, nobody can apply"), required=False, initial=True
    )


class OpenCategoryForm(CategoryForm):
    kind = forms.ChoiceField(
        label=_("What its applicants are asked"), choices=[(value, words) for value, words in Category.Kind.choices if value != "coalition"],
        help_text=_("The pages of the application, the checks and the sponsors are those of this kind of member."),
    )  # fmt: skip
    like = forms.ModelChoiceField(
        label=_("Gives at first the same as"), queryset=Category.objects.exclude(kind="coalition"), required=False, empty_label=_("nothing yet"),
        to_field_name="slug",
    )  # fmt: skip
    opens_on = DayField(label=_("Open to applicants from"), initial=timezone.localdate)
    reason = forms.CharField(label=_("Decided by whom, and why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "data-keep": ""}))
    field_order = ["name", "summary", "kind", "like", "opens_on", "is_public", "reason"]


class SeatsForm(Beside, forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=10_000, required=False, help_text=_("Empty for any number."))


class AmendTierForm(SeatsForm, ReasonForm):
    field_order = ["name", "seats", "reason"]


class CloseTierForm(ReasonForm):
    closes_on = DayField(label=_("Nobody new from"), initial=timezone.localdate)
    field_order = ["closes_on", "reason"]


class CapabilityForm(ReasonForm):
    """Whose capability it is: what `give` and `end` have in common."""

    capability = forms.ChoiceField(label=_("What it may"), choices=[(name, WORDS[name]) for name in MEMBERS_MAY])
    roles = forms.MultipleChoiceField(
        label=_("Whose"), choices=[("", _("everybody with a seat")), *Seat.Role.choices], widget=forms.CheckboxSelectMultiple,
        help_text=_("Decisions are usually for the owner, managers and members."), required=False,
    )  # fmt: skip
    tier = forms.ModelChoiceField(
        label=_("On the tier"), queryset=Tier.objects.none(), required=False, empty_label=_("every tier"), to_field_name="slug"
    )

    def __init__(self, *args, category, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = category.tiers.all()


class GiveForm(CapabilityForm):
    valid_from = DayField(label=_("From"), initial=timezone.localdate)
    field_order = ["capability", "roles", "tier", "valid_from", "reason"]


class EndGivenForm(CapabilityForm):
    valid_to = DayField(label=_("No more from"), initial=timezone.localdate)
    field_order = ["valid_to", "reason"]


class ResignForm(ReasonForm):
    takes_effect_on = DayField(label=_("With effect from"), initial=timezone.localdate)
    field_order = ["takes_effect_on", "reason"]


class AcceptForm(Beside, forms.Form):
    signatory = forms.CharField(label=_("Signed by"), max_length=250, help_text=_("Name and function of somebody who may bind the organisation."))


class JoinForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(
        label=_("Choose a password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Twelve characters or more."),
    )  # fmt: skip

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self):
        # One line: it stands in letters.
        return one_line(self.cleaned_data["name"])

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password, Person(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class BreakGlassForm(forms.Form):
    reference = forms.CharField(label=_("Reference"), max_length=40, help_text=_("As on the case or notice: AUR-2026-0142."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The owner is told at once and reads this sentence."),
    )
