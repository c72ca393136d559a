"""What the coalition says of a platform, and the notices that go by it."""

import pytest

from coalition.access.errors import NotAllowed
from coalition.access.viewer import as_viewer
from coalition.activity.models import Event
from enforcement.market import amending
from enforcement.market.models import Platform
from enforcement.notices import actions as notices
from enforcement.notices import judging, rules
from tests.conftest import everything
from tests.enforcement.test_notices import draft, fill

pytestmark = pytest.mark.django_db


def amend(client, **values):
    return client.post("/enforcement/platforms/bazaar/", {"countries": [], "most_items": "300", **values})


def test_whoever_runs_programmes_says_where_a_platform_offers_goods(admin, aurelia, browse):
    notice = draft(aurelia)
    fill(aurelia, notice)
    client = browse(admin)
    assert amend(client, countries=["JP"]).status_code == 302
    assert "Japan" in browse(aurelia).get("/enforcement/platforms/").content.decode()
    with as_viewer(aurelia):
        missing = [check.id for check in rules.checklist(judging.claim_of(type(notice).objects.get(pk=notice.pk))) if check.is_missing]
    # A mark of the European Union is none in Japan.
    assert missing == ["in_force"]
    with everything():
        assert Event.objects.filter(verb="platform.amended").count() == 1
    # The same again says nothing.
    assert amend(client, countries=["JP"]).status_code == 302
    with everything():
        assert Event.objects.filter(verb="platform.amended").count() == 1


@pytest.mark.parametrize(("wrong", "words"), [({"countries": ["ZZ"]}, "not one of the available"), ({"most_items": "0"}, "greater than or equal to 1"),
                                              ({"most_items": "99999"}, "From one to 10000 items")])  # fmt: skip
def test_what_no_platform_is_is_refused_at_its_field(admin, browse, wrong, words):
    answer = amend(browse(admin), **wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_smaller_cap_splits_what_is_drafted_from_then_on(admin, aurelia, browse):
    amend(browse(admin), most_items="2")
    with as_viewer(aurelia):
        from enforcement.market.models import Listing

        own = Listing.objects.filter(space_id=aurelia.desk_id, platform__slug="bazaar").order_by("-pk")[:5]
        drafts = notices.compose(Listing.objects.filter(pk__in=[one.pk for one in own]), by=aurelia)
    assert sorted(one.item_count for one in drafts) == [1, 2, 2]


def test_nobody_else_does(aurelia, bazaar, analyst, browse):
    for viewer in (aurelia, bazaar, analyst):
        assert amend(browse(viewer)).status_code == 403
        with as_viewer(viewer), pytest.raises(NotAllowed):
            amending.amend_platform(Platform.objects.get(slug="bazaar"), countries=["FR"], most_items=3, by=viewer)
