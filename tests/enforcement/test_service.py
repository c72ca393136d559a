"""How well notices are vetted: in time, how long, by whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.access.viewer import as_viewer
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from demo.times import ago
from enforcement.notices import actions
from enforcement.statistics.service import ServicePage
from tests.conftest import everything
from tests.enforcement.test_notices import draft, fill

pytestmark = pytest.mark.django_db
ADDRESS = "/enforcement/statistics/vetting/"


@pytest.fixture(autouse=True)
def nothing_before():
    with everything():
        Clock.objects.filter(kind=actions.VETTING).update(started_at=timezone.now() - timedelta(days=500))


def handed_in(viewer, hours):
    notice = fill(viewer, draft(viewer))
    with ago(hours=hours), as_viewer(viewer):
        return actions.submit(notice, by=viewer)


def read(viewer, **query):
    with as_viewer(viewer):
        page = ServicePage(viewer, query)
        return page.waiting, page.level, dict(page.hours), page.people


def test_what_was_met_what_ran_out_and_what_waits(aurelia, analyst):
    before = read(analyst)[0]["all"]
    met, returned = handed_in(aurelia, 30), handed_in(aurelia, 20)
    with ago(hours=25), as_viewer(analyst):
        actions.approve(met, by=analyst)
    with ago(hours=10), as_viewer(analyst):
        actions.give_back(returned, reason="Show the right.", by=analyst)
    late = handed_in(aurelia, 24 * 20)
    clocks.sweep()
    handed_in(aurelia, 1)
    waiting, level, hours, people = read(analyst)
    assert (waiting["all"] - before, waiting["over"] >= 1) == (2, True)
    assert (level["all"], level["met"], level["lapsed"], level["running"], level["percent"]) == (4, 2, 1, 1, 66)
    # A moment over five and over ten hours; the one that ran out and the one that runs took at least as long as they are known for.
    assert hours[50] == 11
    assert hours[90] is None
    (own,) = [row for row in people if row["who"] == str(met.vetted_by or "") or row["passed"]][:1]
    assert own["returned"] >= 1
    assert late.state == "vetting"


def test_a_period_without_any_says_nothing(analyst):
    _waiting, level, hours, _people = read(analyst, days="30")
    assert (level["all"], level["percent"], hours) == (0, None, {50: None, 90: None})


def test_it_is_for_those_who_vet(analyst, admin, aurelia, bazaar, treasurer, browse):
    for reader in (analyst, admin):
        assert browse(reader).get(f"{ADDRESS}?days=nonsense").status_code == 200
    for other in (aurelia, bazaar, treasurer):
        assert browse(other).get(ADDRESS).status_code == 403
