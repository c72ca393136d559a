"""From what is typed to what is found."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.models import Space
from coalition.access.viewer import as_viewer
from coalition.search.actions import search
from coalition.search.rules import tsquery
from enforcement.cases import actions as cases
from enforcement.market.models import Listing


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [("lumiere", True), ("LUMIÈRE nuit", True), ("serum 30", True), ("seru", True), ("血清", True), ("夜间血清", True), ("清血", False), ("parfum", False),
     ("X-17b", True), ("17b", True), ("' | !", False), ("", False), ("a:* & b", False)],
)  # fmt: skip
def test_accents_case_beginnings_and_chinese(aurelia, typed, found):
    with as_viewer(aurelia):
        case = cases.open_case(title="Lumière Nuit sérum 30 ml 夜间血清 X-17b", by=aurelia)
        hits = [entry.subject_id for entry in search(typed, by=aurelia, kinds=["case"])]
    assert (case.pk in hits) == found


@pytest.mark.django_db
@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_query_or_none(text):
    from django.db import connection

    with connection.cursor() as cursor:
        for query in filter(None, (tsquery(text), tsquery(text, prefixes=False))):
            cursor.execute("SELECT %s::tsquery", [query])


def test_a_pasted_address_finds_its_listing_whatever_tracks_it(aurelia, browse):
    with as_viewer(aurelia):
        listing = Listing.objects.filter(space_id=aurelia.desk_id, platform__slug="bazaar").first()
    number = listing.key.rpartition(":")[2]
    page = browse(aurelia).get("/search/", {"q": f"http://m.bazaar.example/item/{number}?utm_source=elsewhere&x=1"})
    assert listing.get_absolute_url() in page.content.decode()


@pytest.mark.django_db
def test_the_search_asks_every_kind_of_space():
    """SQL names the kinds once more: one that is missing there would never be found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'search_ids'")
        source = cursor.fetchone()[0]
    assert [kind for kind in Space.Kind.values if f"'{kind}'" not in source] == []


@pytest.mark.django_db
def test_a_search_looks_in_every_kind_of_space():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'search_ids'")
        source = cursor.fetchone()[0]
    assert [kind for kind in Space.Kind.values if f"'{kind}'" not in source] == []
