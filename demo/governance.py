"""The governance's part of the story: a motion that was carried, and an election of the board that is open."""

from __future__ import annotations

from datetime import timedelta

from coalition.access.viewer import as_system, as_viewer
from coalition.ballots import actions
from coalition.ballots.models import Elector
from coalition.clocks.models import Clock
from demo.times import ago


def tell(viewers) -> None:
    admin = viewers["admin@coalition.example"]
    voters = {viewer.organisation_slug: viewer for viewer in viewers.values() if viewer.may("own_organisation")}
    with ago(days=40), as_viewer(admin):
        motion = actions.draft(
            title="Minutes are published within a month", kind="motion", options=[], places=1, majority="simple", quorum_percent=50, is_secret=False, by=admin,
            text="The minutes of every Member Engagement Group are published to all members within a month of the meeting.",
        )  # fmt: skip
        actions.open_ballot(motion, by=admin)
    choices = {"aurelia": "for", "northpeak": "for", "kestrel": "against", "lumiere": "for", "retailguild": "for"}
    with ago(days=35):
        for slug, choice in choices.items():
            _vote(motion, voters[slug], [choice])
    with ago(days=26), as_system("the ballot closed in the demo’s past"):
        actions.close(motion)
        Clock.objects.filter(subject_type="ballots.ballot", subject_id=motion.pk).update(
            ended_at=motion.drafted_at + timedelta(days=14), outcome="lapsed"
        )
    with ago(days=4), as_viewer(admin):
        election = actions.draft(
            title="Two seats on the board", kind="election", options=["Claire Fontaine, Aurelia", "Sam Whitfield, Northpeak", "Mads Bech, Tessella Toys"], places=2,
            majority="simple", quorum_percent=50, is_secret=True, by=admin, text="Two seats on the board fall vacant in January. Each elector chooses up to two.",
        )  # fmt: skip
        actions.open_ballot(election, by=admin)
    with ago(days=2):
        _vote(election, voters["northpeak"], ["Sam Whitfield, Northpeak", "Mads Bech, Tessella Toys"])


def _vote(ballot, viewer, chosen: list[str]) -> None:
    with as_viewer(viewer):
        actions.vote(Elector.objects.get(ballot=ballot, organisation_id=viewer.organisation_id), chosen=chosen, by=viewer)
