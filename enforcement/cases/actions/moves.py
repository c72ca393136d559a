"""Merge one case into another, split one into two, and undo either. Rows move and are never copied; addresses and history stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, AudienceMember, Grant, Space, audiences_of
from coalition.access.tlp import is_laxer
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.members.references import next_reference
from enforcement.cases.actions.cases import index_case, require_open, touch
from enforcement.cases.actions.officers import officers_in
from enforcement.cases.models import Case, Move, Pap
from enforcement.cases.moving import MOVABLES
from enforcement.cases.permissions import can_merge, can_split, can_undo

# The strictest first: what is moved must not come under a laxer mark.
PAPS = list(Pap.values)


def _grants(case: Case) -> dict[int, Grant]:
    grants = Grant.objects.live().filter(space=case.space_id).select_related("audience").order_by("audience__label")
    return {grant.audience_id: grant for grant in access.naming(grants)}


@dataclass(frozen=True)
class Merging:
    """What a merge would do, before anything is written: what moves, and who comes to read what."""

    source: Case
    target: Case
    # (words, how many move, how many stay because the target has them).
    rows: list[tuple[Any, int, int]]
    # Parties of the source who come to read the target, and of the target who come to read the source's history.
    to_target: list[Grant]
    to_source: list[Grant]
    # Of these grants, those all of whose people read the other case already, by another way.
    already: frozenset[int]
    refusal: str

    @property
    def seen(self) -> str:
        """Names exactly who would come to read what: confirmed with the merge, so that nobody else does."""
        return "|".join(",".join(str(grant.audience_id) for grant in grants) for grants in (self.to_target, self.to_source))

    @property
    def count(self) -> int:
        return sum(n for _words, n, _stay in self.rows)


def merging(source: Case, target: Case) -> Merging:
    """What merging `source` into `target` would change."""
    here, there = _grants(source), _grants(target)
    rows = []
    for kind in MOVABLES:
        mine = kind.of(source)
        stay = kind.twins(mine, target).count() if kind.twins else 0
        rows.append((kind.words, mine.count() - stay, stay))
    refusal = ""
    if is_laxer(target.space.tlp, source.space.tlp):
        refusal = _("%(into)s is marked %(mark)s, laxer than %(own)s: raise its mark first.") % {
            "into": target.reference, "mark": target.space.get_tlp_display(), "own": source.space.get_tlp_display(),
        }  # fmt: skip
    elif PAPS.index(target.pap) > PAPS.index(source.pap):
        refusal = _("%(into)s is marked %(mark)s, laxer than %(own)s: raise its mark first.") % {
            "into": target.reference, "mark": target.get_pap_display(), "own": source.get_pap_display(),
        }  # fmt: skip
    elif officers_in(source).exists() or officers_in(target).exists():
        refusal = _("An officer of law enforcement reads one of the two. End that first, and let them into the one case again once all in it agree.")
    to_target, to_source = ([grant for pk, grant in one.items() if pk not in other] for one, other in ((here, there), (there, here)))
    already = _already(to_target, there) | _already(to_source, here)
    return Merging(source, target, rows, to_target, to_source, frozenset(already), refusal)


def _already(grants: list[Grant], there: dict[int, Grant]) -> set[int]:
    """Of some grants, those whose people are all in by the other case's own."""
    inside = access.seats_of(there) if grants else set()
    return {grant.pk for grant in grants if access.seats_of([grant.audience_id]) <= inside}


def _held(*cases: Case) -> list[Case]:
    """The cases, locked in one order whoever asks, in the order asked."""
    held = {case.pk: lock(case, "space", "owner") for case in sorted(cases, key=lambda case: case.pk)}
    return [held[case.pk] for case in cases]


@transaction.atomic
def merge(source: Case, target: Case, *, seen: str, by: Viewer) -> Move:
    """Move all of a case into another, whose parties and its own then read both; the source is closed and its address leads there.

    `seen` is what `merging` said of who comes to read what. Raises NotAllowed; Conflict where who is in has changed since; Refused for a
    closed case, itself, and a laxer mark.
    """
    if source.pk == target.pk:
        raise Refused(_("Choose another case."), field="target")
    source, target = _held(source, target)
    require(can_merge(by, source, target))
    require_open(source)
    require_open(target)
    change = merging(source, target)
    if change.refusal:
        raise Refused(change.refusal, field="target")
    if change.seen != seen:
        raise Conflict(_("Who is in these cases has changed meanwhile. Look again at who would read what."))
    before = _standing(source)
    reason = _("%(case)s was merged") % {"case": source.reference}
    given = [access.grant(target.space, grant.audience, grant.role, by=by, reason=reason, expires_at=grant.expires_at) for grant in change.to_target]
    for grant in change.to_source:
        # Whose it is leads it, also where it was in as a person alone.
        role = Grant.Role.LEAD if grant.audience_id == source.owner_id else Grant.Role.READ
        given.append(access.grant(source.space, grant.audience, role, by=by, reason=reason, expires_at=grant.expires_at))
    moved = {}
    for kind in MOVABLES:
        rows = kind.of(source)
        stay = list(kind.twins(rows, target).values_list("pk", flat=True)) if kind.twins else []
        moved[kind.name] = list(rows.exclude(pk__in=stay).values_list("pk", flat=True))
        kind.move(rows.filter(pk__in=moved[kind.name]), target)
    source.state, source.outcome, source.merged_into = Case.State.CLOSED, Case.Outcome.MERGED, target
    source.closed_at = source.changed_at = timezone.now()
    source.save(update_fields=["state", "outcome", "merged_into", "closed_at", "changed_at"])
    touch(target)
    index_case(source)
    move = _noted(Move.Kind.MERGE, source, target, moved, by, before, granted=[[grant.pk, grant.granted_at.isoformat()] for grant in given])
    record("case.merged_away", source, by=by, target=target.reference)
    record("case.merged", target, by=by, source=source.reference)
    return move


def _noted(kind: str, source: Case, target: Case, moved: dict, by: Viewer, before: dict, **more) -> Move:
    return Move.objects.create(
        space_id=target.space_id, kind=kind, source=source, target=target, moved=moved, before=before, done_by_id=by.audience_id, **more
    )


def _standing(case: Case) -> dict:
    """Under which marks a case stands and who is in it: what goes back there by an undo comes under no laxer one, and before nobody else."""
    return {"tlp": case.space.tlp, "pap": case.pap, "parties": sorted(_grants(case))}


def check_split(case: Case, *, chosen: dict[str, list[int]], parties: Iterable[int], by: Viewer) -> tuple[dict[str, list[int]], set[int]]:
    """What would move, by kind, and the audiences that would be in the new case besides the owner: an officer comes into none by this.

    Raises what `split` raises.
    """
    require(can_split(by, case))
    require_open(case)
    rows = {kind.name: kind.of(case).filter(pk__in=chosen.get(kind.name, [])) for kind in MOVABLES}
    moved = {name: list(found.values_list("pk", flat=True)) for name, found in rows.items()}
    if not any(moved.values()):
        raise Refused(_("Choose what the new case is to hold."))
    inside = set(parties) - set(officers_in(case).values_list("audience_id", flat=True))
    if inside - _grants(case).keys():
        raise Refused(_("Choose parties of this case."), field="parties")
    _require_their_own(rows, inside | {case.owner_id})
    return moved, inside


@transaction.atomic
def split(case: Case, *, title: str, chosen: dict[str, list[int]], parties: Iterable[int], by: Viewer) -> Move:
    """Move some of a case into a new one under the same mark, with some of its parties in the roles they have.

    `chosen` gives ids by kind (listings, notes, tasks, files, notices), `parties` the audiences that are in the new one besides the owner.
    Raises NotAllowed, and Refused for nothing chosen and for a party that is not in the case.
    """
    (case,) = _held(case)
    moved, parties = check_split(case, chosen=chosen, parties=parties, by=by)
    count, here = sum(map(len, moved.values())), _grants(case)
    reference = next_reference(by.organisation_id)
    space = access.open_space(Space.Kind.CASE, by=by, owner=case.owner, label=reference, mark=case.space.tlp)
    for pk, grant in here.items():
        if pk in parties and pk not in (case.owner_id, by.audience_id):
            access.grant(
                space, grant.audience, grant.role, by=by, reason=_("was in %(case)s") % {"case": case.reference}, expires_at=grant.expires_at
            )
    target = Case.objects.create(space=space, reference=reference, title=title.strip(), owner=case.owner, opened_by_id=by.audience_id, pap=case.pap)
    for kind in MOVABLES:
        kind.move(kind.of(case).filter(pk__in=moved[kind.name]), target)
    touch(case)
    index_case(target)
    move = _noted(Move.Kind.SPLIT, case, target, moved, by, _standing(case))
    # Who stays behind learns that something left, and not where to.
    record("case.split_off", case, by=by, count=count)
    record("case.split_from", target, by=by, source=case.reference)
    return move


def _require_as_it_was(move: Move, going: dict[str, QuerySet]) -> None:
    """Raises Refused where undoing a move would show what goes back to somebody who did not read it there before and does not read it now."""
    source, target, before = move.source, move.target, move.before
    officers = officers_in(source) | officers_in(target)
    if officers.exists():
        raise Refused(_("An officer of law enforcement reads one of the two. End that first."))
    lax_mark = is_laxer(source.space.tlp, target.space.tlp) and is_laxer(source.space.tlp, before.get("tlp", target.space.tlp))
    lax_pap = PAPS.index(source.pap) > max(PAPS.index(target.pap), PAPS.index(before.get("pap", target.pap)))
    if lax_mark or lax_pap:
        raise Refused(_("%(case)s has a laxer mark since: raise it first.") % {"case": source.reference})
    here, there = _grants(source), _grants(target)
    given = {pk for pk, _at in move.granted}
    newcomers = [grant for pk, grant in here.items() if pk not in there and pk not in before.get("parties", ()) and grant.pk not in given]
    if newcomers:
        names = ", ".join(str(grant.audience) for grant in newcomers)
        raise Refused(
            _("%(who)s came into %(case)s since and would read what goes back: let them into %(from)s first, or end that.")
            % {"who": names, "case": source.reference, "from": target.reference}
        )
    stay = {pk for pk, grant in here.items() if grant.pk not in given}
    _require_their_own(going, stay | {source.owner_id}, now=set(there))


def _reaches(audience: Audience, parties: set[int]) -> bool:
    """Whether an audience enters by one of some parties: itself, by what it belongs to, or by one of its people."""
    return bool(parties & audiences_of(audience.pk)) or AudienceMember.objects.filter(audience=audience, member__in=parties).exists()


def _require_their_own(rows: dict[str, QuerySet], parties: set[int], now: set[int] | None = None) -> None:
    """Nobody's own is taken to where they cannot read it; `now` says who is in at present, where whoever is not loses nothing by it.

    Raises Refused, naming whose.
    """
    for kind in MOVABLES:
        for name in kind.whose:
            for audience in Audience.objects.filter(pk__in=rows[kind.name].order_by().values(name)).distinct():
                if not _reaches(audience, parties) and (now is None or _reaches(audience, now)):
                    raise Refused(
                        _("%(who)s brought, wrote or owes some of the %(what)s you chose, and would not read them: let them in.")
                        % {"who": audience, "what": kind.words},
                        field="parties",
                    )


@transaction.atomic
def undo(move: Move, *, by: Viewer) -> Move:
    """Move back what a merge or split moved and still lies there; what came in since stays. Who was let in by a merge is let out again.

    Raises NotAllowed, Conflict once undone, Refused while the target itself has been merged away, and where what goes back would come under a
    laxer mark, before somebody who came since or an officer, or where whoever brought or wrote it cannot read it.
    """
    move = lock(move)
    move.source, move.target = source, target = _held(move.source, move.target)
    if move.undone_at is not None:
        raise Conflict(_("It was undone already."))
    require(can_undo(by, move))
    if target.merged_into_id:
        raise Refused(_("%(case)s has itself been merged away since: undo that first.") % {"case": target.reference})
    going = {kind.name: kind.of(target).filter(pk__in=move.moved.get(kind.name, [])) for kind in MOVABLES}
    _require_as_it_was(move, going)
    for kind in MOVABLES:
        rows = going[kind.name]
        stay = list(kind.twins(rows, source).values_list("pk", flat=True)) if kind.twins else []
        kind.move(rows.exclude(pk__in=stay), source)
    if move.kind == Move.Kind.MERGE:
        source.state, source.outcome, source.merged_into, source.closed_at = Case.State.OPEN, "", None, None
        source.save(update_fields=["state", "outcome", "merged_into", "closed_at"])
        _let_out(move, by)
    elif not any(kind.of(target).exists() for kind in MOVABLES):
        # Nothing is left in what was split off: it is the old case again.
        target.state, target.outcome, target.merged_into, target.closed_at = Case.State.CLOSED, Case.Outcome.MERGED, source, timezone.now()
        target.save(update_fields=["state", "outcome", "merged_into", "closed_at"])
    move.undone_at, move.undone_by_id = timezone.now(), by.audience_id
    move.save(update_fields=["undone_at", "undone_by"])
    for case in (source, target):
        touch(case)
        index_case(case)
        record("case.move_undone", case, by=by, source=source.reference)
    return move


def _let_out(move: Move, by: Viewer) -> None:
    """End the grants that the merge gave and nobody has changed since."""
    given = dict(move.granted)
    for grant in Grant.objects.live().filter(pk__in=given).select_related("audience", "space"):
        # A case stays its owner's, who was perhaps in it as a person alone before.
        if grant.granted_at.isoformat() == given[grant.pk] and grant.audience_id != grant.space.owner_id:
            access.withdraw(grant.space, grant.audience, by=by)


def merged_here(case: Case, viewer: Viewer) -> list[Case]:
    """The cases whose history goes on in this one, each through however many merges."""
    found: list[Case] = []
    layer = [case.pk]
    while layer and len(found) < 100:
        cases = list(Case.objects.visible_to(viewer).filter(merged_into__in=layer).order_by("pk"))
        found += cases
        layer = [one.pk for one in cases]
    return found


def may_merge_into(case: Case, viewer: Viewer):
    """The open cases that this one could be merged into: those the viewer leads."""
    led = Grant.objects.live().filter(audience_id__in=viewer.audience_ids, role=Grant.Role.LEAD).values("space")
    found = Case.objects.visible_to(viewer).filter(state=Case.State.OPEN, space__in=led).exclude(pk=case.pk)
    return found.select_related("space", "owner").order_by("-changed_at")


def parties_of(case: Case) -> list[Audience]:
    return [grant.audience for grant in _grants(case).values()]
