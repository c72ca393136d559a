"""Two steps about one case at the same moment come one after the other: nobody comes in unasked, and no word stays behind."""

import threading

from django.db import connection

from coalition.access.errors import Conflict, NotAllowed, Refused, withdrawn
from coalition.access.models import Grant
from coalition.access.viewer import as_viewer
from coalition.members.models import Organisation
from enforcement.cases import actions
from enforcement.cases.models import Move, Note
from enforcement.notices import answering
from enforcement.proposals.actions import propose
from enforcement.proposals.models import Proposal
from tests.conftest import CAST, everything, who
from tests.enforcement.test_answer_files import file
from tests.enforcement.test_moves import filled, merge, org
from tests.enforcement.test_notices import sent
from tests.enforcement.test_officers import in_days, seat


def at_once(*steps):
    """Run steps at the same moment, each with a connection of its own; returns what each raised, or None."""
    gate, raised = threading.Barrier(len(steps)), [None] * len(steps)

    def run(place, step):
        try:
            gate.wait(timeout=20)
            step()
        except Exception as refusal:
            raised[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def as_(viewer, step):
    def run():
        with as_viewer(viewer):
            step()

    return run


def test_no_race_lets_an_officer_in_unasked_or_leaves_words_behind(own_database):
    aurelia, northpeak, officer = (who(CAST[name]) for name in ("aurelia", "northpeak", "officer"))
    expected = (Refused, Conflict, NotAllowed)
    for turn in range(4):
        case = filled(aurelia, f"zyx{turn}")
        raised = at_once(
            as_(aurelia, lambda case=case: actions.share(case, seat(officer), role="read", expires_at=in_days(9), by=aurelia)),
            as_(who(CAST["aurelia"]), lambda case=case: actions.share(case, org(northpeak), role="contribute", by=who(CAST["aurelia"]))),
        )
        assert all(one is None or isinstance(one, expected) for one in raised), raised
        with everything():
            inside = set(Grant.objects.live().filter(space_id=case.space_id).values_list("audience_id", flat=True))
        assert not {officer.audience_id, northpeak.organisation_audience_id} <= inside
    for turn in range(4):
        source, target = filled(aurelia, f"zyxs{turn}"), filled(aurelia, f"zyxt{turn}", start=2)
        me = who(CAST["aurelia"])
        raised = at_once(
            lambda source=source, target=target: merge(aurelia, source, target),
            as_(me, lambda source=source, me=me: actions.write_note(source, body="zyxmeanwhile", by=me)),
        )
        assert all(one is None or isinstance(one, expected) for one in raised), raised
        with everything():
            assert not Note.objects.filter(case=source).exists() or not Move.objects.filter(source=source).exists()
    for turn in range(4):
        case, me = filled(aurelia, f"zyxr{turn}"), who(CAST["aurelia"])
        raised = at_once(*[as_(viewer, lambda case=case, viewer=viewer: actions.open_side_room(case, by=viewer)) for viewer in (aurelia, me)])
        assert raised == [None, None]


def test_a_right_that_ends_while_one_writes_is_said_and_nothing_is_half_done(own_database):
    """Whoever is put out at the same moment reads a sentence, and what they proposed about the case waits nowhere."""
    aurelia, northpeak = (who(CAST[name]) for name in ("aurelia", "northpeak"))
    steps = [
        lambda case, by: actions.write_note(case, body="Ours as well.", by=by),
        lambda case, by: actions.open_side_room(case, by=by),
        lambda case, by: actions.enter_listings(case, addresses="https://www.bazaar.example/item/55501", by=by),
        lambda case, by: propose("case-correction", to=Organisation.objects.get(slug="aurelia"), because="It is ours too.", by=by,
                                 about={"case": case, "what": "title", "words": "Another title", "viewer": by}),
    ]  # fmt: skip
    for turn, step in enumerate(steps * 3):
        case = filled(aurelia, f"zyxout{turn}")
        with as_viewer(aurelia):
            actions.share(case, org(northpeak), role="contribute", by=aurelia)
        rival = who(CAST["northpeak"])
        raised = at_once(
            as_(aurelia, lambda case=case: actions.unshare(case, org(northpeak), by=aurelia)),
            as_(rival, lambda case=case, step=step, rival=rival: step(case, rival)),
        )
        assert raised[0] is None
        refusal = withdrawn(raised[1]) if raised[1] else None
        assert raised[1] is None or refusal or isinstance(raised[1], (Refused, Conflict, NotAllowed)), raised
        with everything():
            assert not Proposal.objects.filter(answer="", facts__case=case.reference).exists()


def test_two_files_of_answers_about_the_same_notices_wait_for_each_other(own_database):
    aurelia, analyst, bazaar = who(CAST["aurelia"]), who(CAST["analyst"]), who(CAST["bazaar"])
    for _turn in range(3):
        notices = [sent(aurelia, analyst), sent(aurelia, analyst)]
        with as_viewer(bazaar):
            rows = [[notice.reference, item.key, "gone", ""] for notice in notices for item in notice.items.order_by("pk")]
            files = [answering.bring(file(*some), by=bazaar) for some in (rows, rows[::-1])]
        raised = at_once(
            *(
                as_(viewer, lambda one=one, viewer=viewer: answering.enter(one, by=viewer))
                for one, viewer in zip(files, (bazaar, who(CAST["bazaar"])), strict=True)
            )
        )
        assert raised == [None, None]
