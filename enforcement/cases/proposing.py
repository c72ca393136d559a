"""What can be proposed about another member's case: a lower mark, a correction, a case or none that belongs with it, a listing that is not theirs."""

from __future__ import annotations

from functools import partial

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from coalition.access.errors import Refused, require
from coalition.access.models import Grant, audiences_of
from coalition.access.tlp import MEANINGS, Tlp, is_laxer
from coalition.access.viewer import Viewer
from coalition.members.models import Organisation
from enforcement.cases.actions import describe, is_in_as_organisation, mark, relate, require_open, take_out
from enforcement.cases.actions.cases import hold
from enforcement.cases.forms import MARKS
from enforcement.cases.models import Case, CaseListing
from enforcement.cases.permissions import can_agree_to_mark, can_lead, can_open
from enforcement.proposals.forms import ProposeForm
from enforcement.proposals.registry import Kind, kinds

_CORRECTED = {"title": _later("Title"), "summary": _later("What it is about"), "tags": _later("Tags")}


class InCaseForm(ProposeForm):
    """About something in a case that the viewer reads."""

    case = forms.CharField(label=_later("Reference of the case"), max_length=20)

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, viewer=viewer, **kwargs)
        self.viewer = viewer

    def _visible(self, reference: str) -> Case:
        case = Case.objects.visible_to(self.viewer).select_related("space", "owner").filter(reference__iexact=reference.strip()).first()
        if case is None:
            raise forms.ValidationError(_("No case of yours has this reference."))
        return case

    def clean_case(self) -> Case:
        return self._known_to_colleagues(self.cleaned_data["case"])

    def _known_to_colleagues(self, reference: str) -> Case:
        case = self._visible(reference)
        # The room of a proposal is both organisations'; under TLP:RED, and where one is in as a person, colleagues do not know of the case.
        if case.space.tlp == Tlp.RED or not is_in_as_organisation(self.viewer, case):
            raise forms.ValidationError(_("Only persons are in this case, not their organisations: say it in a note there."))
        return case


class CaseProposeForm(InCaseForm):
    """About the case itself: whose it is follows from it."""

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, viewer=viewer, **kwargs)
        del self.fields["to"]

    @property
    def proposed(self) -> dict:
        about = dict(self.cleaned_data)
        because = about.pop("because")
        return {"to": _answering(about["case"]), "because": because, "about": about | {"viewer": self.viewer}}


class LowerMarkForm(CaseProposeForm):
    tlp = forms.ChoiceField(label=_later("TLP mark"), choices=[choice for choice in MARKS if choice[0] != Tlp.RED])
    field_order = ["case", "tlp", "because"]


class CorrectionForm(CaseProposeForm):
    what = forms.ChoiceField(label=_later("What is wrong"), choices=list(_CORRECTED.items()))
    words = forms.CharField(label=_later("What it should say"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}))
    field_order = ["case", "what", "words", "because"]


class BelongsForm(CaseProposeForm):
    other = forms.CharField(label=_later("Reference of the other case"), max_length=20)
    field_order = ["case", "other", "because"]

    def clean_other(self) -> Case:
        return self._known_to_colleagues(self.cleaned_data["other"])


class NotTheirsForm(InCaseForm):
    """Of whoever brought the listing, not of whose case it is."""

    listing = forms.CharField(label=_later("Key or address of the listing"), max_length=2000)
    brand = forms.CharField(
        label=_later("Whose goods they are"), max_length=200, required=False, help_text=_later("Empty, where they are genuine or no goods.")
    )
    field_order = ["case", "listing", "to", "brand", "because"]

    def clean(self) -> dict:
        super().clean()
        about = self.cleaned_data
        if "case" in about and "listing" in about and "to" in about:
            named = about["listing"].strip()
            brought = CaseListing.objects.visible_to(self.viewer).filter(Q(key=named) | Q(address=named), case=about["case"])
            row = brought.filter(brought_by=about["to"].audience_id).first()
            if row is None:
                self.add_error("listing", _("%(who)s brought no such listing into this case.") % {"who": about["to"]})
            about["row"] = row
        return about


def _answering(case: Case) -> Organisation:
    """Who answers for a case: whose it is, and once they have left it, another that leads it. What it says is told to nobody outside."""
    leads = Grant.objects.live().filter(space_id=case.space_id, role=Grant.Role.LEAD)
    found = Organisation.objects.filter(audience__in=leads.values("audience")).order_by("pk")
    who = found.filter(audience=case.owner_id).first() or found.first()
    if who is None:
        raise Refused(_("Only persons lead this case, not their organisations: say it in a note there."), field="case")
    return who


def _read(facts: dict, by: Viewer) -> Case:
    """The case as the one who accepts reads it, while it is open. Raises Refused once they read it no more, and once it is closed."""
    case = Case.objects.visible_to(by).select_related("space", "owner").filter(reference=facts["case"]).first()
    if case is None:
        raise Refused(_("You read %(case)s no more.") % {"case": facts["case"]})
    require_open(case)
    return case


def _case(facts: dict, by: Viewer) -> Case:
    """The case as the one who accepts may change it. Raises NotAllowed, and Refused as `_read` does."""
    case = _read(facts, by)
    require(can_lead(by, case))
    return case


def _facts_of_mark(about: dict) -> dict:
    case, tlp = about["case"], about["tlp"]
    if not is_laxer(tlp, case.space.tlp):
        raise Refused(_("It is %(mark)s: choose a mark that lets it go further.") % {"mark": case.space.get_tlp_display()}, field="tlp")
    # Who asks for it agrees to it, if they may: an agent does not.
    asker = about["viewer"]
    return {"case": case.reference, "tlp": tlp, "agreed": asker.organisation_audience_id if can_agree_to_mark(asker, case) else None}


def _accept_mark(facts: dict, because: str, by: Viewer) -> Case:
    case = _case(facts, by)
    mark(case, tlp=facts["tlp"], by=by, agreed=facts.get("agreed"))
    return case


def _facts_of_correction(about: dict) -> dict:
    case, what, words = about["case"], about["what"], about["words"].strip()
    if what == "title" and len(words) > 200:
        raise Refused(_("A title has at most 200 letters."), field="words")
    return {"case": case.reference, "what": what, "words": words, "before": ", ".join(case.tags) if what == "tags" else getattr(case, what)}


def _accept_correction(facts: dict, because: str, by: Viewer) -> Case:
    case = _case(facts, by)
    says = {"title": case.title, "summary": case.summary, "tags": ", ".join(case.tags)}
    if says[facts["what"]] != facts["before"]:
        raise Refused(_("It was changed since this was proposed: decline it, or change it yourself."))
    return describe(case, **{facts["what"]: facts["words"]}, by=by)


def _facts_of_link(about: dict) -> dict:
    case, other = about["case"], about["other"]
    if case == other:
        raise Refused(_("Choose another case."), field="other")
    if not Grant.objects.live().filter(space_id=other.space_id, audience_id__in=audiences_of(case.owner_id)).exists():
        raise Refused(_("%(who)s does not read that case: share it with them first.") % {"who": case.owner}, field="other")
    return {"case": case.reference, "other": other.reference}


def _accept_link(facts: dict, because: str, by: Viewer) -> Case:
    case = _case(facts, by)
    other = Case.objects.visible_to(by).filter(reference=facts["other"]).first()
    if other is None:
        raise Refused(_("You read %(case)s no more.") % {"case": facts["other"]})
    relate(case, other, because=because, by=by)
    return case


def _facts_of_listing(about: dict) -> dict:
    row = about["row"]
    return {"case": about["case"].reference, "key": row.key, "title": row.title or row.key, "brand": " ".join(about["brand"].split())}


def _accept_listing(facts: dict, because: str, by: Viewer) -> int:
    """Take it out again, as whoever brought it. Raises NotAllowed, and Refused where it is out already and once they read the case no more."""
    case = _read(facts, by)
    rows = CaseListing.objects.filter(case=case, key=facts["key"], brought_by=by.organisation_audience_id)
    return take_out(case, list(rows.values_list("pk", flat=True)), by=by)


def _held(facts_of):
    """Of a case that is held still: whoever is put out meanwhile proposes nothing about it any more."""

    def facts(about: dict) -> dict:
        hold(about["case"])
        return facts_of(about)

    return facts


def _named(words, facts: dict) -> str:
    return f"{facts['case']}: {words(facts)}"


_kind = partial(Kind, can_answer=can_open)
kinds["case-mark"] = _kind(
    label=_later("Lower mark for a case"),
    explained=_later(
        "Ask whoever’s case it is to let it go further: to more readers, or out of the coalition. They change the mark, or say why not."
    ),
    form=LowerMarkForm,
    facts_of=_held(_facts_of_mark),
    name=lambda facts: _named(lambda facts: f"TLP:{facts['tlp']}", facts),
    subject=lambda facts: facts["case"],
    rows=lambda facts: [(_("Case"), facts["case"]), (_("TLP mark"), f"TLP:{facts['tlp']} – {MEANINGS[Tlp(facts['tlp'])]}")],
    accept=_accept_mark,
)
kinds["case-correction"] = _kind(
    label=_later("Correction of a case"),
    explained=_later("Say what another member’s case says wrongly. They put it right, or say why not."),
    form=CorrectionForm,
    facts_of=_held(_facts_of_correction),
    name=lambda facts: _named(lambda facts: str(_CORRECTED[facts["what"]]), facts),
    subject=lambda facts: f"{facts['case']} {facts['what']}",
    rows=lambda facts: [
        (_("Case"), facts["case"]), (_("What is wrong"), _CORRECTED[facts["what"]]), (_("It says"), facts["before"] or "–"),
        (_("It should say"), facts["words"]),
    ],
    accept=_accept_correction,
)  # fmt: skip
kinds["case-link"] = _kind(
    label=_later("Case that belongs with another’s"),
    explained=_later("Say that a case which both of you read belongs with one of theirs. They note it there, or say why not."),
    form=BelongsForm,
    facts_of=_held(_facts_of_link),
    name=lambda facts: _named(lambda facts: str(_("belongs with %(case)s") % {"case": facts["other"]}), facts),
    subject=lambda facts: f"{facts['case']} {facts['other']}",
    rows=lambda facts: [(_("Case"), facts["case"]), (_("Belongs with"), facts["other"])],
    accept=_accept_link,
)
kinds["case-listing"] = _kind(
    label=_later("Listing that is not theirs"),
    explained=_later(
        "Say that a listing which another member brought into a case shows goods of another brand, or genuine ones. They take it out, or say why not."
    ),
    form=NotTheirsForm,
    facts_of=_held(_facts_of_listing),
    name=lambda facts: _named(lambda facts: facts["title"], facts),
    subject=lambda facts: f"{facts['case']} {facts['key']}",
    rows=lambda facts: [
        (_("Case"), facts["case"]), (_("Listing"), f"{facts['title']}, {facts['key']}"),
        (_("Whose goods they are"), facts["brand"] or _("genuine, or no goods")),
    ],
    accept=_accept_listing,
)  # fmt: skip
