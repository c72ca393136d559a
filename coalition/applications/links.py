"""Links that open something for people without a seat: signed, expiring, and made anew whenever a letter is written."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from coalition.access.viewer import Viewer, as_system
from coalition.accounts.models import Person
from coalition.applications.models import Application, SponsorLetter

APPLICANT, SPONSOR = "applications.applicant", "applications.sponsor"
VALID_FOR = timedelta(days=180)


def applicant_path(application: Application, step: str = "") -> str:
    token = signing.dumps(str(application.key), salt=APPLICANT)
    return reverse("applications:step", args=[token, step]) if step else reverse("applications:status", args=[token])


def applicant_address(application: Application) -> str:
    return settings.SITE_URL + applicant_path(application)


def sponsor_path(letter: SponsorLetter) -> str:
    return reverse("applications:sponsor", args=[signing.dumps(str(letter.key), salt=SPONSOR)])


def sponsor_address(letter: SponsorLetter) -> str:
    return settings.SITE_URL + sponsor_path(letter)


def letters_to(viewer: Viewer) -> list[SponsorLetter]:
    """The letters that wait for an answer of this person, to whose own address they went for the organisation they act for."""
    if not viewer.organisation_id or viewer.is_agent:
        return []
    with as_system("show a sponsor the letters that were sent to them"):
        to_them = Exists(Person.objects.filter(pk=viewer.person_id, email__iexact=OuterRef("email")))
        found = SponsorLetter.objects.filter(to_them, organisation=viewer.organisation_id, answered_at=None, expires_at__gt=timezone.now())
        asked = found.select_related("application__category").order_by("asked_at")[:20]
        return [letter for letter in asked if letter.is_asked and letter.is_about_present]


def application_of(token: str) -> Application | None:
    """The application a link opens; None for a forged, damaged or expired one."""
    if key := _key(token, APPLICANT):
        with as_system("an applicant opens their own application by its link"):
            return Application.objects.select_related("category").filter(key=key).first()
    return None


def letter_of(token: str) -> SponsorLetter | None:
    """The sponsor's letter a link opens; None for a forged, damaged or expired one."""
    if key := _key(token, SPONSOR):
        with as_system("a sponsor opens their letter by its link"):
            return SponsorLetter.objects.select_related("application__category", "organisation").filter(key=key).first()
    return None


def _key(token: str, salt: str) -> str | None:
    try:
        return signing.loads(token, salt=salt, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
