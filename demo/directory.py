"""The directory's part of the story: organisations say what they do, people who they are, and two are in touch."""

from __future__ import annotations

from coalition.access.viewer import as_viewer
from coalition.directory import actions
from coalition.members.models import Organisation, Seat
from demo.times import ago

# organisation: jurisdictions, marketplaces, expertise
SAYS = {
    "aurelia": ("FR CH CN", "Bazaar, Kiosk", "test purchases, civil raids"), "northpeak": ("US CN", "Bazaar", "customs recordation"),
    "kestrel": ("GB US", "Bazaar Global", "product identification"), "lumiere": ("FR", "Bazaar", "consumer safety"), "tessella": ("DK DE", "Kiosk", "design rights"),
    "bazaar": ("SG CN", "Bazaar, Bazaar Global", "seller verification"), "kiosk": ("DE", "Kiosk", "seller verification"),
    "hartley": ("GB FR US", "", "test purchases, litigation"), "retailguild": ("BE", "", "guidance, training"),
}  # fmt: skip
PEOPLE = {
    "owner@aurelia.example": ("French, English", "test purchases", "Fifteen years against counterfeit watches.", "members"),
    "owner@northpeak.example": ("English", "customs recordation", "", "members"),
    "agent@hartley.example": ("English, Hindi", "litigation in London and Paris", "Partner for brand protection.", "public"),
    "trust@bazaar.example": ("中文, English", "seller verification", "", "members"),
    "editor@retailguild.example": ("Nederlands, français", "guidance for shops", "", "public"),
}


def tell(viewers) -> None:
    for slug, (countries, marketplaces, expertise) in SAYS.items():
        owner = next(viewer for viewer in viewers.values() if viewer.organisation_slug == slug and viewer.may("own_organisation"))
        organisation = Organisation.objects.get(slug=slug)
        with ago(days=30), as_viewer(owner):
            actions.keep_organisation_card(
                organisation, about=organisation.about, website="", sectors=organisation.sectors.split(","), jurisdictions=countries.split(),
                marketplaces=marketplaces.split(","), expertise=expertise.split(","), by=owner,
            )  # fmt: skip
    for email, (languages, expertise, about, level) in PEOPLE.items():
        with ago(days=20), as_viewer(viewers[email]) as viewer:
            seat = Seat.objects.select_related("person", "organisation", "audience").get(pk=viewer.seat_id)
            named = f"{seat.person.name}, {seat.title}"
            values = {"name": named, "email": email, "languages": languages, "expertise": expertise, "about": about}
            actions.keep_card(
                seat, values=values, levels={"email": "contacts"} | dict.fromkeys(("name", "languages", "expertise", "about"), level), by=viewer
            )
    asker, asked = viewers["owner@northpeak.example"], viewers["owner@aurelia.example"]
    seat = Seat.objects.select_related("audience", "organisation").get(pk=asked.seat_id)
    with ago(days=2), as_viewer(asker):
        actions.get_in_touch(seat, body="We both seem to meet 金龙皮具专营店. Shall we talk before Monday?", by=asker)
