"""From what is typed to what is found."""

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

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
    with connection.cursor() as cursor:
        for query in filter(None, (tsquery(text), tsquery(text, prefixes=False))):
            cursor.execute("SELECT %s::tsquery", [query])


def test_a_pasted_address_finds_its_listing_whatever_tracks_it(aurelia, browse):
    with as_viewer(aurelia):
        listing = Listing.objects.filter(space_id=aurelia.desk_id, platform__slug="bazaar").first()
    number = listing.key.rpartition(":")[2]
    page = browse(aurelia).get("/search/", {"q": f"http://m.bazaar.example/item/{number}?utm_source=elsewhere&x=1"})
    assert listing.get_absolute_url() in page.content.decode()


def _found(typed, viewer):
    with as_viewer(viewer):
        return {entry.title for entry in search(typed, by=viewer, kinds=["case"])}


@pytest.mark.django_db
def test_a_new_word_is_found_by_its_beginning_at_once(aurelia, northpeak):
    with as_viewer(aurelia):
        case = cases.open_case(title="Zyxquartz bracelets", by=aurelia)
    assert _found("zyxq", aurelia) == _found("zyxq brac", aurelia) == {str(case)}
    assert _found("zyxq", northpeak) == set()
    with as_viewer(aurelia):
        case = cases.describe(case, title="Zyxquince bracelets", summary="", tags="", by=aurelia)
    assert _found("zyxqui", aurelia) == {str(case)}
    assert _found("zyxqua", aurelia) == set()


@pytest.mark.django_db
def test_a_beginning_of_very_many_words_is_read_in_ones_own_entries(aurelia):
    with as_viewer(aurelia):
        case = cases.open_case(title="zyxmany", summary=" ".join(f"zyxmany{number}" for number in range(300)), by=aurelia)
    assert _found("zyxm", aurelia) == {str(case)}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["SELECT word FROM search_word LIMIT 1", "SELECT search_spelled(to_tsquery('simple', 'a:*'))"])
def test_no_viewer_reads_the_words_of_all(aurelia, statement):
    with as_viewer(aurelia), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
