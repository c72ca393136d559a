"""The membership's part of the story: applications at every stage, a committee, a member that lapsed and one that is suspended."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from coalition.access.models import AudienceMember
from coalition.access.viewer import as_system, as_viewer
from coalition.applications import actions, rules
from coalition.applications.models import Candidate
from coalition.clocks.models import Clock
from coalition.members import actions as members
from coalition.members.models import Category, Organisation, Policy, Tier
from demo.times import ago

SPONSORS = {"first": "Aurelia", "second": "Kestrel Audio"}
COMMITTEE = ("owner@kestrel.example", "owner@lumiere.example", "editor@retailguild.example")
NOBODY = "nobody@applicants.example"


def tell(viewers) -> None:
    """Applications, a committee, and members whose standing is not good."""
    _committee(viewers)
    admin, analyst = viewers["admin@coalition.example"], viewers["analyst@coalition.example"]
    with ago(days=2):
        _begin("brand", "Maison Verdier", "FR", pages=3)
    with ago(days=1):
        _submitted("brand", "Holm & Sons Instruments", "DK", about="Holm violins and bows")
    with ago(days=6):
        asked = _submitted("professional", "Kowalczyk IP", "PL", about="A law firm of four.")
        with as_viewer(analyst):
            actions.ask_more(asked, reason="Which of your lawyers act for members today? We must know for conflicts.", by=analyst)
    with ago(days=9):
        vetted = _vetted("brand", "Pictor Optics", "JP", about="Pictor lenses, Pictor cameras", by=analyst)
        with as_viewer(analyst):
            actions.note_check(vetted, kind="registry", is_clear=True, note="Registered since 1961, same name and address.", by=analyst)
            actions.note_check(vetted, kind="sanctions", is_clear=True, note="No entry on the EU, UK and US lists.", by=analyst)
        _answer(vetted, "Aurelia", supports=True, text="We have worked with their counsel for years.")
    with ago(days=5):
        _in_window("platform", "Straatmarkt", "NL", about="A marketplace for second-hand goods in three countries.", by=analyst)
    with ago(days=30):
        reviewed = _in_window("brand", "Fiordiligi", "IT", about="Fiordiligi perfumes", by=analyst)
        committee = _in_window("brand", "Tamarack Outdoor", "CA", about="Tamarack tents and packs", by=analyst)
        approved = _in_window("association", "Toy Makers’ League", "GB", about="Ninety makers of toys.", by=analyst)
    with ago(days=10), as_system("the windows closed in the demo’s past"):
        for application in (reviewed, committee, approved):
            actions.end_window(application)
            Clock.objects.filter(subject_type="applications.application", subject_id=application.pk).update(ended_at=timezone.now(), outcome="lapsed")
            Candidate.objects.filter(application=application).update(closes_at=timezone.now())
    with ago(days=8), as_viewer(admin):
        for application in (committee, approved):
            actions.review(application, passes=True, reason="Findings and letters are complete; nobody objected.", by=admin)
    for who, choice in (("owner@lumiere.example", "for"), ("editor@retailguild.example", "for")):
        with ago(days=7), as_viewer(viewers[who]):
            actions.vote(approved, choice=choice, reason="A natural member.", by=viewers[who])
    with ago(days=7), as_viewer(viewers["editor@retailguild.example"]):
        actions.vote(committee, choice="for", reason="Known in the trade for thirty years.", by=viewers["editor@retailguild.example"])
    with ago(days=20), as_viewer(analyst):
        bad = _submitted("brand", "Best Replica Outlet", "US", about="We sell the best.")
        actions.decline(bad, reason="Owns no right; its business is the sale of replicas.", by=analyst)
    _standing(viewers, admin)


def _committee(viewers) -> None:
    with ago(days=380), as_system("seat the demo’s committee"):
        team = actions.committee()
        for who in COMMITTEE:
            AudienceMember.objects.create(audience=team, member_id=viewers[who].audience_id)
    for viewer in viewers.values():
        viewer.audience_ids |= {team.pk} if viewer.audience_id in {viewers[who].audience_id for who in COMMITTEE} else set()
        viewer.capabilities |= {"decide_applications"} if team.pk in viewer.audience_ids else set()


def _answers(name: str, country: str, about: str) -> dict[str, dict]:
    return {
        "organisation": {
            "name": name,
            "country": country,
            "registration": f"{country}-{sum(map(ord, name))}",
            "website": "",
            "line": f"{name} makes or sells branded goods and acts against their counterfeits.",
        },
        "parent": {"parent": name},
        "brands": {"brands": about, "rights": "Trademark, class 25, its home country"},
        "services": {"services": about, "measures": "Filters on listing, a team of nine, a notice form."},
        "practice": {"practice": about},
        "represents": {"represents": about},
        "mandate": {"mandate": about},
        "papers": {},
        "revenue": {"band": "10_100"},
        "conflicts": {"also_sells": "no", "litigation": "no", "details": ""},
        "sponsors": SPONSORS,
        "contacts": {"contact": "Robin Example", "contact_email": f"robin@{sum(map(ord, name))}.example", "billing_email": NOBODY},
        "tier": {"tier": "-"},
        "signatory": {"signatory": "Robin Example", "function": "Director", "policies": [policy.pk for policy in Policy.objects.in_force()]},
    }


def _begin(kind: str, name: str, country: str, about: str = "", pages: int | None = None):
    application = actions.start(Category.objects.get(kind=kind), email=NOBODY)
    answers = _answers(name, country, about)
    for step in application.steps[:pages]:
        files = [ContentFile(b"%PDF-1.4 extract of " + name.encode(), name="registry-extract.pdf")] if step == "papers" else []
        application = actions.answer_step(application, step, answers[step], files=files)
    return application


def _submitted(kind: str, name: str, country: str, about: str):
    return actions.submit(_begin(kind, name, country, about))


def _vetted(kind: str, name: str, country: str, about: str, by):
    application = _submitted(kind, name, country, about)
    with as_viewer(by):
        return actions.begin_vetting(application, by=by)


def _in_window(kind: str, name: str, country: str, about: str, by):
    application = _vetted(kind, name, country, about, by)
    with as_viewer(by):
        for check in rules.checks_for(kind):
            actions.note_check(application, kind=check, is_clear=True, note="Looked up; nothing speaks against it.", by=by)
    for sponsor in ("Aurelia", "Kestrel Audio"):
        _answer(application, sponsor, supports=True, text="We know them well.")
    with as_viewer(by):
        actions.open_window(application, by=by)
    return application


def _answer(application, sponsor: str, *, supports: bool, text: str) -> None:
    with as_system("a sponsor of the demo answers"):
        letter = application.letters.get(organisation__name=sponsor)
    actions.answer_letter(letter, supports=supports, text=text)


def _standing(viewers, admin) -> None:
    category = Category.objects.get(kind=Category.Kind.BRAND)
    tier = Tier.objects.get(slug="brand-associate")
    for slug, name, prefix, days in (("old-harbour", "Old Harbour Rum", "OLD", 400), ("quillon", "Quillon Pens", "QUI", 200)):
        with ago(days=days), as_system("enter the demo’s members"):
            organisation = members.found_organisation(slug=slug, name=name, prefix=prefix, category=category, country="GB", by=None)
            start = timezone.localdate()
            members.admit(organisation, starts_on=start, ends_on=start + timedelta(days=365), tier=tier, by=None)
            members.accept_policies(organisation, signatory=f"The board of {name}", by=None)
    with ago(days=3), as_viewer(admin):
        quillon = Organisation.objects.get(slug="quillon")
        members.suspend(quillon, starts_on=timezone.localdate(), reason="Notices sent without rights, after a warning.", by=admin)
