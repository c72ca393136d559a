"""The benchmark's mass is written in SQL, past the models: it must still fit them, and the predicate."""

import pytest
from django.utils import timezone

from coalition.access.viewer import as_system, as_viewer
from coalition.dues.actions import payments
from coalition.members.models import Organisation
from coalition.members.standing import facts_of_all, standing
from demo import mass, membership_mass
from enforcement.cases.models import Case
from enforcement.market.models import Listing
from enforcement.notices.models import Notice, NoticeItem
from tests.conftest import who


@pytest.mark.django_db
def test_a_little_mass_is_whole(monkeypatch):
    for name, number in (("ORGANISATIONS", 5), ("SMALL", 2), ("LISTINGS", 200), ("CASES", 10), ("NOTICES", 40)):
        monkeypatch.setattr(mass, name, number)
    monkeypatch.setattr(membership_mass, "ORGANISATIONS", 40)
    mass.put(1, lambda line: None)
    with as_system("count"):
        assert Case.objects.filter(reference__startswith="MC-").count() == 10
        decided = NoticeItem.objects.filter(notice__reference__startswith="MN-", outcome__in=["removed", "rejected"])
        assert decided.count() == decided.filter(decided__number=1).count() > 0
        assert payments.check_books() == []
        guilds = list(Organisation.objects.filter(slug__startswith="guild-").select_related("category"))
        facts = facts_of_all(guilds)
        good = {guild.slug for guild in guilds if standing(facts[guild.pk], timezone.localdate()).is_good}
        # The mass is in its own standing: what the rows of *all members* say is what the facts say.
        assert good == set(Organisation.objects.listed().filter(slug__startswith="guild-").values_list("slug", flat=True)) - {
            guild.slug for guild in guilds if facts[guild.pk].arrears and any(span.covers(timezone.localdate()) for span in facts[guild.pk].arrears)
        }
        assert len(good) > 30
    house = who("house1@mass.example")
    with as_viewer(house):
        assert Listing.objects.count() == 40
        assert Notice.objects.filter(principal_id=house.organisation_id).count() == Notice.objects.count() == 8


@pytest.mark.django_db
def test_a_second_mass_is_of_the_larger_organisations(monkeypatch):
    for name, number in (("ORGANISATIONS", 5), ("SMALL", 2), ("LISTINGS", 60), ("CASES", 6), ("NOTICES", 12)):
        monkeypatch.setattr(mass, name, number)
    monkeypatch.setattr(membership_mass, "ORGANISATIONS", 10)
    mass.put(2, lambda line: None)
    with as_system("count"):
        assert Organisation.objects.filter(slug__startswith="house-").count() == 5
        assert Case.objects.filter(reference__startswith="MC-").count() == 12
    for number, listings in ((1, 12), (2, 12), (3, 32), (5, 32)):
        with as_viewer(who(f"house{number}@mass.example")):
            assert Listing.objects.count() == listings
