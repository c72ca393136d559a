"""The benchmark's mass is written in SQL, past the models: it must still fit them, and the predicate."""

import pytest

from coalition.access.viewer import as_system, as_viewer
from demo import mass
from enforcement.cases.models import Case
from enforcement.market.models import Listing
from enforcement.notices.models import Notice, NoticeItem
from tests.conftest import who


@pytest.mark.django_db
def test_a_little_mass_is_whole(monkeypatch):
    for name, number in (("ORGANISATIONS", 5), ("LISTINGS", 200), ("CASES", 10), ("NOTICES", 40)):
        monkeypatch.setattr(mass, name, number)
    mass.put(1, lambda line: None)
    with as_system("count"):
        assert Case.objects.filter(reference__startswith="MC-").count() == 10
        decided = NoticeItem.objects.filter(notice__reference__startswith="MN-", outcome__in=["removed", "rejected"])
        assert decided.count() == decided.filter(decided__number=1).count() > 0
    house = who("house1@mass.example")
    with as_viewer(house):
        assert Listing.objects.count() == 40
        assert Notice.objects.filter(principal_id=house.organisation_id).count() == Notice.objects.count() == 8
