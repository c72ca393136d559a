import pytest

from coalition.access.errors import NotAllowed
from coalition.access.viewer import as_viewer
from groups.engagement import actions as engagement
from groups.engagement.models import Group, Post
from groups.library import actions as library

pytestmark = pytest.mark.django_db


def test_the_roster_writes_and_members_read(kestrel, aurelia, officer, browse):
    with as_viewer(aurelia):
        group = Group.objects.get(slug="marketplaces")
        topic = engagement.start_topic(group, title="A question", body="Who has seen this?", by=aurelia)
    assert "Who has seen this?" in browse(kestrel).get(topic.get_absolute_url()).content.decode()
    assert browse(officer).get(topic.get_absolute_url()).status_code == 403
    with as_viewer(kestrel), pytest.raises(NotAllowed):
        engagement.reply(topic, body="Not on the roster", by=kestrel)
    client = browse(kestrel)
    client.post("/groups/marketplaces/join/")
    client.post(topic.get_absolute_url(), {"body": "Now on it", "token": "8f7d1f60-3333-4333-8333-333333333333"})
    client.post(topic.get_absolute_url(), {"body": "Now on it", "token": "8f7d1f60-3333-4333-8333-333333333333"})
    with as_viewer(aurelia):
        assert Post.objects.filter(topic=topic, body="Now on it").count() == 1


def test_a_draft_is_its_publisher_s_until_it_is_published(guild, aurelia, browse):
    with as_viewer(guild):
        paper = library.write(title="Fresh guidance", summary="", body="Text", by=guild)
    assert browse(aurelia).get(paper.get_absolute_url()).status_code == 404
    with as_viewer(guild):
        library.consult(paper, by=guild)
    reader = browse(aurelia)
    assert reader.get(paper.get_absolute_url()).status_code == 200
    reader.post(f"{paper.get_absolute_url()}comment/", {"body": "A remark"})
    assert browse(None).get(f"/guidance/{paper.slug}/").status_code == 404
    with as_viewer(guild):
        library.publish(paper, reach="public", review_on=None, by=guild)
    assert browse(None).get(f"/guidance/{paper.slug}/").status_code == 200
    assert "A remark" in reader.get(paper.get_absolute_url()).content.decode()


def test_a_member_may_not_publish(aurelia):
    with as_viewer(aurelia), pytest.raises(NotAllowed):
        library.write(title="x", summary="", body="y", by=aurelia)


def test_a_revision_in_another_tab_is_told_and_nothing_is_lost(guild, browse):
    with as_viewer(guild):
        paper = library.write(title="Two tabs", summary="", body="First", by=guild)
    client, address = browse(guild), f"/library/{paper.slug}/revise/"
    assert client.post(address, {"title": "Two tabs", "body": "From the one", "seen": "1"}).status_code == 302
    late = client.post(address, {"title": "Two tabs", "body": "From the other", "seen": "1"})
    assert late.status_code == 409
    assert "From the other" in late.content.decode()
    assert "added version 2 meanwhile" in late.content.decode()
    with as_viewer(guild):
        assert paper.newest.body == "From the one"
    assert client.post(address, {"title": "Two tabs", "body": "From the other", "seen": "2"}).status_code == 302
