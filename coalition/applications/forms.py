"""The pages of an application, one thing each. What they ask depends on the category (`rules.STEPS`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.applications.models import Application, papers_of
from coalition.applications.quotes import Quotes
from coalition.dues.models import Band
from coalition.files.models import Attachment
from coalition.members.countries import COUNTRIES, NAMES
from coalition.members.models import Category, Policy, Tier

LONG = {"rows": 5, "data-keep": ""}


def bands() -> list[tuple]:
    return [("", _("Choose…")), *Band.objects.values_list("slug", "name")]


class StartForm(forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, help_text=_("We send the link there with which you can go on at any time.")
    )


class Step(forms.Form):
    """One page: its question as the title, and why it is asked."""

    title: Any
    why: Any = ""

    def __init__(self, *args, application: Application, **kwargs):
        super().__init__(*args, **kwargs)
        self.application = application

    def in_words(self, name: str, value: Any) -> str:
        """An answer as it is read."""
        choices = dict(getattr(self.fields[name], "choices", []) or [])
        return str(choices.get(value, NAMES.get(value, value)) if choices else value)

    def clean(self):
        """What stands on one line holds no line break, wherever it is written later: the subject of a letter, a heading."""
        values = super().clean() or {}
        for name, value in values.items():
            if isinstance(value, str) and not isinstance(self.fields[name].widget, forms.Textarea):
                values[name] = " ".join(value.split())
        return values


class OrganisationStep(Step):
    title = _("Which organisation applies?")
    name = forms.CharField(label=_("Legal name"), max_length=160)
    country = forms.ChoiceField(label=_("Country of registration"), choices=[("", _("Choose…")), *COUNTRIES])
    registration = forms.CharField(label=_("Registration number"), max_length=60, help_text=_("As in the company registry or the statute."))
    line = forms.CharField(
        label=_("In one sentence: what does it do?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "data-keep": ""}),
        help_text=_("Members read this sentence, the name, category and country while they may object; later in the directory, with the website."),
    )  # fmt: skip
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "example.org"}),
    )


class ParentStep(Step):
    title = _("Who owns it?")
    why = _("Groups are one member; conflicts are judged on the whole group.")
    parent = forms.CharField(label=_("Ultimate parent"), max_length=160, help_text=_("The organisation itself where it has none."))


class BrandsStep(Step):
    title = _("Which brands and rights do you own?")
    why = _("Membership as a rights holder rests on rights of one’s own.")
    brands = forms.CharField(label=_("Brands"), max_length=4000, widget=forms.Textarea(attrs=LONG), help_text=_("One a line."))
    rights = forms.CharField(
        label=_("Registered rights"), max_length=4000, widget=forms.Textarea(attrs=LONG), help_text=_("Kind, number and jurisdiction, one a line.")
    )


class ServicesStep(Step):
    title = _("Which services do you run?")
    services = forms.CharField(label=_("Marketplaces or other services"), max_length=4000, widget=forms.Textarea(attrs=LONG))
    measures = forms.CharField(label=_("What you do against counterfeits today"), max_length=4000, widget=forms.Textarea(attrs=LONG))


class PracticeStep(Step):
    title = _("Whom do you act for?")
    practice = forms.CharField(label=_("Your practice"), max_length=4000, widget=forms.Textarea(attrs=LONG))


class RepresentsStep(Step):
    title = _("Whom do you represent?")
    represents = forms.CharField(label=_("Your members and your trade"), max_length=4000, widget=forms.Textarea(attrs=LONG))


class MandateStep(Step):
    title = _("What is your mandate?")
    mandate = forms.CharField(label=_("Authority and legal basis"), max_length=4000, widget=forms.Textarea(attrs=LONG))


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files chosen at once; a list of them, empty where none is."""

    widget = Files

    def clean(self, data, initial=None):
        chosen = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(file) for file in chosen]


class PapersStep(Step):
    title = _("Have you papers that show it?")
    why = _("An extract of the registry, certificates of rights, the statute. Staff and the committee that decides read them. None is needed.")
    papers = forms.MultipleChoiceField(
        label=_("Kept with your application; untick what you take off"), required=False, widget=forms.CheckboxSelectMultiple
    )
    add = FilesField(label=_("Add files"), required=False, help_text=_("PDF, or pictures of the papers."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.there = {str(paper.pk): paper for paper in papers_of(self.application)}
        # What was taken off is not offered again.
        kept = [pk for pk in self.application.answers.get("papers", {}).get("papers", []) if pk in self.there]
        self.fields["papers"].choices = [(pk, self.there[pk].name) for pk in kept]
        if not kept:
            del self.fields["papers"]

    def papers_in(self, answers: dict) -> list[Attachment]:
        """The files that an answer keeps."""
        return [self.there[pk] for pk in answers.get("papers", []) if pk in self.there]


class RevenueStep(Step):
    title = _("How large is it?")
    why = _("Dues are by band. Other members never see it.")
    band = forms.ChoiceField(label=_("Revenue"), choices=bands)


class ConflictsStep(Step):
    title = _("Is there a conflict of interest?")
    why = _("A conflict does not shut you out; an undisclosed one may.")
    also_sells = forms.TypedChoiceField(
        label=_("Do you, or does your group, also run or sell on a marketplace?"),
        choices=[("no", _("no")), ("yes", _("yes"))],
        widget=forms.RadioSelect,
    )
    litigation = forms.TypedChoiceField(
        label=_("Are you in litigation with a member?"), choices=[("no", _("no")), ("yes", _("yes"))], widget=forms.RadioSelect
    )
    details = forms.CharField(label=_("Details"), max_length=4000, required=False, widget=forms.Textarea(attrs=LONG))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.application.category.kind == Category.Kind.PLATFORM:
            self.fields["also_sells"].label = _("Do you, or does your group, also sell goods of your own or own brands?")

    def clean(self):
        values = super().clean()
        if "yes" in (values.get("also_sells"), values.get("litigation")) and not values.get("details"):
            self.add_error("details", _("Say what it is."))
        return values


class SponsorsStep(Step):
    title = _("Who stands for you?")
    why = _("Two members in good standing. We write to their owners; you need not.")
    first = forms.CharField(label=_("A member"), max_length=160, help_text=_("Its name, as it is known."))
    second = forms.CharField(label=_("Another member"), max_length=160)

    def clean(self):
        values = super().clean()
        if values.get("first", "").casefold() == values.get("second", "").casefold() != "":
            self.add_error("second", _("Name two different members."))
        return values


class ContactsStep(Step):
    title = _("Whom do we write to?")
    contact = forms.CharField(label=_("Name of the person who will own the membership"), max_length=120)
    contact_email = forms.EmailField(label=_("Their e-mail address"), max_length=254)
    billing_email = forms.EmailField(label=_("E-mail address for invoices"), max_length=254)
    billing_address = forms.CharField(
        label=_("Postal address on invoices"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3, "data-keep": ""})
    )
    tax_number = forms.CharField(label=_("VAT number"), max_length=40, required=False, help_text=_("Where you have one; it decides about tax."))


class TierStep(Step):
    title = _("Which tier would you like?")
    why = _("With its first dues as they would be today. What each gives is on the membership page; you pay nothing before you are approved.")
    tier = forms.ChoiceField(label=_("Tier"), widget=forms.RadioSelect)
    # No tier is called so.
    PROPOSE = "-"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Asked where they are shown: whoever only reads an answer needs no prices.
        self.fields["tier"].choices = self._offered

    def _offered(self) -> list[tuple]:
        quotes = Quotes(self.application)
        offered = Tier.objects.filter(category_id=self.application.category_id).offered(timezone.localdate())
        return [*((tier.slug, quotes.of(tier)) for tier in offered), (self.PROPOSE, _("We do not know: propose one"))]

    def in_words(self, name, value):
        """By its name alone: what it costs is that of the day on which it is asked."""
        return str(Tier.objects.filter(slug=value).first() or _("to be proposed"))


class SignatoryStep(Step):
    title = _("Who accepts the rules?")
    why = _("Somebody who may bind the organisation accepts each in its present version.")
    signatory = forms.CharField(label=_("Name of the signatory"), max_length=120)
    function = forms.CharField(label=_("Function"), max_length=120)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.policies = Policy.objects.in_force()
        for policy in self.policies:
            label = _("We accept the %(name)s, version %(n)d.") % {"name": policy.title, "n": policy.version}
            self.fields[f"policy_{policy.pk}"] = forms.BooleanField(label=label)

    @property
    def accepted(self) -> list[int]:
        return [policy.pk for policy in self.policies]


STEPS: dict[str, type[Step]] = {
    "organisation": OrganisationStep,
    "parent": ParentStep,
    "brands": BrandsStep,
    "services": ServicesStep,
    "practice": PracticeStep,
    "represents": RepresentsStep,
    "mandate": MandateStep,
    "papers": PapersStep,
    "revenue": RevenueStep,
    "conflicts": ConflictsStep,
    "sponsors": SponsorsStep,
    "contacts": ContactsStep,
    "tier": TierStep,
    "signatory": SignatoryStep,
}
