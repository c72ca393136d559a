"""Compose, submit, vet, send and answer notices; dispute, stand behind, withdraw, lapse, conclude."""

from __future__ import annotations

from itertools import islice

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.members.references import next_reference
from coalition.search.actions import index
from enforcement.cases.models import Case
from enforcement.cases.permissions import can_contribute as can_contribute_to_case
from enforcement.market.models import Listing, Platform
from enforcement.notices import rules
from enforcement.notices.judging import claim_of, keep, valid_where
from enforcement.notices.models import CaseNotice, Clarification, Decision, Dispute, Judgement, Notice, NoticeItem, Return
from enforcement.notices.permissions import can_answer, can_clarify, can_compose, can_conclude, can_edit, can_end_dispute, can_vet, is_principal
from enforcement.notices.relists import removed_before
from enforcement.programmes.models import Programme, programme_for
from enforcement.rights.models import Right

VETTING, ANSWER, STAND_BEHIND = "vetting", "platform_answer", "stand_behind"
Outcome, Final = NoticeItem.Outcome, NoticeItem.Final


@transaction.atomic
def compose(listings, *, by: Viewer, case: Case | None = None) -> list[Notice]:
    """Draft notices about listings of the viewer's own desk: one a platform, more where one would hold too many items.

    Listings on platforms that take no notices here are left out; raises Refused when there are no others.
    """
    require(can_compose(by))
    if case is not None:
        require(can_contribute_to_case(by, case))
    chosen = listings.filter(space_id=by.desk_id).select_related("platform").order_by("platform_id", "pk")
    by_platform: dict[Platform, list[Listing]] = {}
    for listing in chosen:
        by_platform.setdefault(listing.platform, []).append(listing)
    if not by_platform:
        raise Refused(_("Choose at least one of your own listings."))
    if all(platform.organisation_id is None for platform in by_platform):
        names = ", ".join(platform.name for platform in by_platform)
        raise Refused(_("%(names)s: no notices are taken here yet; it is not a member.") % {"names": names})
    by_platform = {platform: rows for platform, rows in by_platform.items() if platform.organisation_id}
    return [
        _draft(platform, batch, by=by, case=case) for platform, all_of_it in by_platform.items() for batch in _batches(all_of_it, platform.most_items)
    ]


def not_yet_noticed(listings, *, by: Viewer):
    """Those listings that no notice of one's own is about, waiting or answered otherwise than with a refusal; and how many of them are."""
    about = NoticeItem.objects.filter(notice__principal=by.organisation_id, listing__in=listings.values("pk"))
    said = about.exclude(outcome__in=(*rules.ASKS_AGAIN, Outcome.WITHDRAWN)).values("listing")
    rest = listings.exclude(pk__in=said)
    left_out = listings.filter(pk__in=said).count()
    if left_out and not rest.exists():
        raise Refused(_("All of them are in notices of yours already. Tick some among your listings to send others."))
    return rest, left_out


def where_none_is_taken(listings, *, by: Viewer) -> list[tuple[str, int]]:
    """The platforms of some own listings that take no notices here, each with how many."""
    found = listings.filter(space_id=by.desk_id, platform__organisation=None).order_by()
    return list(found.values_list("platform__name").annotate(Count("pk")).order_by("platform__name"))


def _batches(rows: list, size: int):
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def _draft(platform: Platform, listings: list[Listing], *, by: Viewer, case: Case | None) -> Notice:
    reference = next_reference(by.organisation_id, "N")
    owner = Audience.objects.get(pk=by.organisation_audience_id)
    space = access.open_space(Space.Kind.NOTICE, by=by, owner=owner, label=reference, mark=Tlp.AMBER)
    notice = Notice.objects.create(
        space=space, reference=reference, principal_id=by.organisation_id, platform=platform, drafted_by_id=by.audience_id,
        item_count=len(listings), programme=programme_for(by.organisation_id, platform, timezone.localdate()),
    )  # fmt: skip
    earlier = removed_before(listings, notice)
    NoticeItem.objects.bulk_create(
        NoticeItem(space=space, notice=notice, listing=listing, relist_of=earlier.get(listing.pk), **listing.facts) for listing in listings
    )
    Listing.objects.filter(pk__in=[listing.pk for listing in listings]).take_up()
    if case is not None:
        CaseNotice.objects.create(space_id=case.space_id, case=case, notice=notice)
    _index(notice)
    record("notice.drafted", notice, by=by, space=by.desk_id, count=len(listings))
    return notice


def _index(notice: Notice) -> None:
    title = f"{notice.reference} {notice.principal.name} to {notice.platform.name}"
    words = notice.items.values_list("title", "seller_name", "key")[:400]
    body = " ".join(part for row in words for part in row)
    index(notice, kind="notice", title=title, detail=f"{notice.get_ground_display()} {notice.right_text}", body=body)


@transaction.atomic
def edit(
    notice: Notice,
    *,
    ground: str,
    right: Right | None,
    statement: str,
    signatory: str,
    in_good_faith: bool,
    not_genuine: bool,
    by: Viewer,
    seen: int | None = None,
) -> Notice:
    """Change a draft. The right must be one of the principal's own.

    `seen` is the revision that was changed; raises Conflict when it has been saved since, in another window or by a colleague.
    """
    notice = _locked(notice)
    require(can_edit(by, notice))
    if seen is not None and seen != notice.revision:
        said = _("%(ref)s was saved meanwhile, by a colleague or in another window. Look at it, then save yours again.")
        raise Conflict(said % {"ref": notice.reference})
    notice.revision += 1
    if right is not None and right.space_id != by.desk_id:
        raise Refused(_("Choose one of your own rights."), field="right")
    notice.ground, notice.right, notice.statement, notice.signatory = ground, right, statement, signatory
    notice.in_good_faith, notice.not_genuine = in_good_faith, not_genuine
    notice.right_text = f"{right.name}, {right.get_kind_display()} {right.number} ({right.jurisdiction})"[:300] if right else ""
    notice.right_jurisdiction = right.jurisdiction if right else ""
    notice.save()
    record("notice.edited", notice, by=by, space=by.desk_id)
    return notice


def _locked(notice: Notice) -> Notice:
    return lock(notice, "platform", "programme", "principal__audience", "space")


@transaction.atomic
def submit(notice: Notice, *, by: Viewer) -> Notice:
    """Hand a notice in: to the programme's analysts where a lane leads to this platform, else straight to the platform.

    Raises NotAllowed, and Refused with what the ground's checklist misses. Submitting twice is submitting once.
    """
    notice = _locked(notice)
    if notice.state in (Notice.State.VETTING, Notice.State.SENT) and notice.submitted_by_id == by.audience_id:
        return notice
    require(can_edit(by, notice))
    checks = rules.checklist(claim_of(notice, by.audience_id))
    if missing := [check for check in checks if check.is_missing]:
        said = _("Still missing: %(what)s.") % {"what": "; ".join(check.text for check in missing)}
        raise Refused(said, problems=[(check.field, _("still missing: %(what)s") % {"what": check.text}) for check in missing])
    # The cohort an item is counted in is that of its first submission, however often it comes back.
    notice.submitted_at, notice.submitted_by_id = notice.submitted_at or timezone.now(), by.audience_id
    notice.return_reason = ""
    if notice.vetting_space is None:
        # The lane is that of the day it is handed in.
        notice.programme = programme_for(notice.principal_id, notice.platform, timezone.localdate())
    notice.right_countries = valid_where(notice)[0]
    if notice.programme is None:
        keep(notice, checks, Judgement.Occasion.SUBMISSION, by=by)
        _send(notice, by=by)
        record("notice.sent", notice, by=by)
        return notice
    if notice.vetting_space is None:
        owner, label = notice.principal.audience, _("Vetting of %(ref)s") % {"ref": notice.reference}
        notice.vetting_space = access.open_space(Space.Kind.NOTICE, by=by, owner=owner, label=label, mark=Tlp.AMBER)
    for space in (notice.space, notice.vetting_space):
        access.grant(space, notice.programme.team, Grant.Role.CONTRIBUTE, by=by, reason=_("vets it for %(p)s") % {"p": notice.programme})
    keep(notice, checks, Judgement.Occasion.SUBMISSION, by=by)
    notice.state = Notice.State.VETTING
    label = _("Vet %(ref)s of %(who)s") % {"ref": notice.reference, "who": notice.principal}
    clock = clocks.start(VETTING, notice, owed_by_id=notice.programme.team_id, label=label, scope=notice.programme.slug)
    notice.due_at = clock.due_at
    notice.save()
    _index(notice)
    record("notice.submitted", notice, by=by, space=notice.vetting_space, team=notice.programme.team_id)
    return notice


def _send(notice: Notice, *, by: Viewer) -> None:
    """Let the platform in and start its clock. From here on nothing about the notice changes but its answers."""
    organisation = notice.platform.organisation
    if organisation is None:
        raise Refused(_("%(name)s takes no notices here yet: it is not a member.") % {"name": notice.platform})
    # The analyst who passes it on does not lead it; that the addressee may then read it is the notice's own rule.
    with as_system("let the platform into a notice that was sent to it"):
        access.grant(notice.space, organisation.audience, Grant.Role.CONTRIBUTE, by=by, reason=_("the notice is addressed to it"))
    notice.state, notice.sent_at = Notice.State.SENT, timezone.now()
    label = _("Answer %(ref)s of %(who)s") % {"ref": notice.reference, "who": notice.principal}
    clock = clocks.start(ANSWER, notice, owed_by_id=organisation.audience_id, label=label, scope=notice.platform.slug)
    notice.due_at = clock.due_at
    notice.save()
    _index(notice)


@transaction.atomic
def approve(notice: Notice, *, by: Viewer) -> Notice:
    """As the programme's analyst: pass it on to the platform.

    What the sender's checklist was judged on is judged again on this day: a right may have lapsed meanwhile, a case may hold still, a seller may
    have come on the allow list. Raises Refused with what holds no longer, and Conflict when a colleague was first.
    """
    notice = _locked(notice)
    _require_vetting(notice, by)
    with as_system("judge a notice again on the day it is sent, on what its sender alone may read"):
        checks = rules.checklist(claim_of(notice))
        notice.right_countries = valid_where(notice)[0]
        keep(notice, checks, Judgement.Occasion.SENDING, by=by)
    if missing := [check for check in checks if check.is_missing]:
        raise Refused(_("It cannot be sent as things stand now; give it back: %(what)s.") % {"what": "; ".join(check.text for check in missing)})
    notice.vetted_at, notice.vetted_by_id = timezone.now(), by.audience_id
    clocks.stop(VETTING, notice)
    _send(notice, by=by)
    record("notice.approved", notice, by=by)
    return notice


@transaction.atomic
def give_back(notice: Notice, *, reason: str, by: Viewer, items: dict[int, str] | None = None) -> Notice:
    """As the programme's analyst: return it to the sender, saying why, of the whole or of single items by their ids.

    Raises NotAllowed, and Refused without any reason, or for an item that is none of the notice's.
    """
    notice = _locked(notice)
    _require_vetting(notice, by)
    asked = {pk: text.strip()[:1000] for pk, text in (items or {}).items() if text.strip()}
    if len(reason.strip()) < 5 and not asked:
        raise Refused(_("Say what is missing or wrong."), field="reason")
    if notice.items.filter(pk__in=asked).count() != len(asked):
        raise Refused(_("Choose items of this notice."), field="items")
    reason = reason.strip() or ngettext("See what is asked of one item.", "See what is asked of %(n)d items.", len(asked)) % {"n": len(asked)}
    Return.objects.create(
        space=notice.vetting_space, notice=notice, reason=reason, items={str(pk): text for pk, text in asked.items()}, returned_by_id=by.audience_id
    )
    clocks.stop(VETTING, notice)
    notice.state, notice.return_reason, notice.due_at = Notice.State.RETURNED, reason, None
    notice.save()
    record("notice.returned", notice, by=by, space=notice.vetting_space, reason=reason[:300])
    # A draft is its sender's own again; handing it in once more lets the analysts in once more.
    with as_system("let the analysts out of a notice they returned"):
        Grant.objects.filter(space_id=notice.space_id, audience_id__in=Programme.objects.filter(pk=notice.programme_id).values("team_id")).update(
            expires_at=timezone.now()
        )
    by.forget_spaces()
    return notice


def _require_vetting(notice: Notice, by: Viewer) -> None:
    if notice.state != Notice.State.VETTING and notice.programme and notice.programme.team_id in by.audience_ids:
        raise Conflict(_("This notice is %(state)s already.") % {"state": notice.get_state_display()})
    require(can_vet(by, notice))


@transaction.atomic
def leave_out(notice: Notice, items: list[int], *, by: Viewer) -> int:
    """Take items out of a draft; returns how many. Raises Refused when none would be left."""
    notice = _locked(notice)
    require(can_edit(by, notice))
    in_it = notice.items.exclude(outcome=Outcome.WITHDRAWN)
    chosen = in_it.filter(pk__in=items)
    count = chosen.count()
    if not count:
        raise Refused(_("Tick the items to leave out."))
    if count == in_it.count():
        raise Refused(_("A notice is about something: give up the draft instead."))
    if notice.submitted_at:
        # A cohort counts it already: it is withdrawn, not forgotten.
        chosen.update(outcome=Outcome.WITHDRAWN, decided_at=timezone.now())
    else:
        chosen.delete()
        notice.item_count = notice.items.count()
        notice.save(update_fields=["item_count"])
    _index(notice)
    record("notice.items_left_out", notice, by=by, space=by.desk_id, count=count)
    return count


@transaction.atomic
def discard(notice: Notice, *, by: Viewer) -> Notice:
    """Give up a draft."""
    notice = _locked(notice)
    require(can_edit(by, notice))
    notice.state = Notice.State.WITHDRAWN
    notice.save(update_fields=["state"])
    notice.items.filter(outcome=Outcome.PENDING).update(outcome=Outcome.WITHDRAWN, decided_at=timezone.now())
    record("notice.discarded", notice, by=by, space=by.desk_id)
    return notice


@transaction.atomic
def answer(notice: Notice, answers: dict[int, int], *, outcome: str, by: Viewer, reason: str = "") -> int:
    """As the platform: decide items. `answers` maps an item's id to how many decisions on it the answerer has seen.

    Returns how many items were decided; the same answer again decides nothing and does no harm. Raises Conflict, naming who
    was first, when somebody else has decided one since; Refused for an unknown outcome, a missing reason, or an item
    that cannot be answered so. All or nothing.
    """
    notice = _locked(notice)
    require(can_answer(by, notice))
    if outcome not in rules.ANSWERS["pending"]:
        raise Refused(_("“%(what)s” is no answer.") % {"what": outcome}, field="outcome")
    if outcome in rules.ASKS_FOR_REASON and not reason.strip():
        raise Refused(_("Give a reason: the rights holder reads it."), field="reason")
    items = list(notice.items.select_for_update().filter(pk__in=answers))
    if len(items) != len(answers):
        raise Refused(_("Choose items of this notice."), field="items")
    to_decide = [item for item in items if not (item.outcome == outcome and item.reason == reason.strip())]
    _refuse_conflicts(to_decide, answers, by)
    if stuck := [item for item in to_decide if not rules.may_answer(item.outcome, outcome, item.final)]:
        raise Refused(_("%(item)s is %(state)s; it cannot be answered so.") % {"item": stuck[0], "state": stuck[0].get_outcome_display()})
    now = timezone.now()
    for item in to_decide:
        item.outcome, item.reason, item.decided_at = outcome, reason.strip(), now
        item.decisions += 1
    Decision.objects.bulk_create(
        Decision(
            space_id=item.space_id,
            item=item,
            number=item.decisions,
            outcome=outcome,
            reason=item.reason,
            decided_by_id=by.audience_id,
            decided_at=now,
        )
        for item in to_decide
    )
    NoticeItem.objects.bulk_update(to_decide, ["outcome", "reason", "decided_at", "decisions"], batch_size=500)
    if to_decide:
        _count(notice)
        record("notice.answered", notice, by=by, count=len(to_decide), outcome=str(Outcome(outcome).label), principal=notice.principal.audience_id)
    return len(to_decide)


def _refuse_conflicts(items: list[NoticeItem], seen: dict[int, int], by: Viewer) -> None:
    changed = [item for item in items if item.decisions != seen[item.pk]]
    if changed:
        last = Decision.objects.filter(item=changed[0]).select_related("decided_by").order_by("-number").first()
        who = _("You, in another window,") if last and last.decided_by_id == by.audience_id else last.decided_by if last else _("somebody")
        raise Conflict(
            _("%(who)s answered “%(item)s” meanwhile: %(what)s. Nothing of yours was written; look again.")
            % {"who": who, "item": changed[0], "what": changed[0].get_outcome_display()}
        )


def _count(notice: Notice) -> None:
    """Bring the notice's tallies, state and clock in line with its items.

    The platform's clock stands while everything it has left waits for the rights holder's word.
    """
    outcomes = dict(notice.items.order_by().values_list("outcome").annotate(n=Count("pk")))
    notice.question_count = outcomes.get(Outcome.CLARIFICATION, 0)
    undecided = notice.question_count + outcomes.get(Outcome.PENDING, 0)
    notice.decided_count = notice.item_count - undecided
    if notice.state == Notice.State.SENT:
        if undecided == 0:
            notice.state, notice.decided_at, notice.due_at = Notice.State.DECIDED, timezone.now(), None
            clocks.stop(ANSWER, notice)
        elif undecided == notice.question_count:
            if clocks.pause(ANSWER, notice, reason=_("waits for the rights holder")):
                notice.due_at = None
        elif clock := clocks.resume(ANSWER, notice):
            notice.due_at = clock.due_at
    notice.save(update_fields=["decided_count", "question_count", "state", "decided_at", "due_at"])


@transaction.atomic
def clarify(notice: Notice, item: NoticeItem, *, text: str, by: Viewer) -> NoticeItem:
    """As the principal: answer the platform's question about one item; it is undecided again, and the platform's clock goes on.

    Raises NotAllowed, Refused without a text, Conflict when the question was answered already.
    """
    notice = _locked(notice)
    require(is_principal(by, notice))
    item = notice.items.select_for_update().get(pk=item.pk)
    if not can_clarify(by, notice, item):
        raise Conflict(_("The platform does not wait for this any more."))
    if not text.strip():
        raise Refused(_("Write something first."), field="text")
    question = item.decided.order_by("-number").first()
    Clarification.objects.create(space_id=item.space_id, item=item, question=question, text=text.strip(), written_by_id=by.audience_id)
    item.outcome, item.reason, item.decisions = Outcome.PENDING, "", item.decisions + 1
    item.save(update_fields=["outcome", "reason", "decisions"])
    _count(notice)
    record("notice.clarified", notice, by=by, item=item.pk, platform=_platform_audience(notice))
    return item


def _platform_audience(notice: Notice) -> int | None:
    return notice.platform.organisation.audience_id if notice.platform.organisation else None


# ---- disputes ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def dispute(item: NoticeItem, *, kind: str, statement: str, by: Viewer) -> Dispute:
    """As the platform: record a seller's counter-notice, or a query of its own, against a removed item.

    The rights holder's stand-behind clock starts. An item has one open dispute at most.
    """
    notice = _locked(item.notice)
    require(can_answer(by, notice))
    item = lock(item)
    if item.outcome not in rules.DOWN:
        raise Refused(_("Only an item that was removed can be disputed."))
    if open_one := item.disputes.open().first():
        if (open_one.kind, open_one.statement) != (kind, statement.strip()):
            raise Refused(
                _("A %(kind)s waits for the rights holder already: until it is over, no other is taken.") % {"kind": open_one.get_kind_display()}
            )
        return open_one
    if item.final not in (Final.NONE, Final.DOWN):
        raise Refused(_("This item is %(state)s; nothing is left to dispute.") % {"state": item.get_final_display()})
    if kind not in Dispute.Kind.values:
        raise Refused(_("Say who disputes it."), field="kind")
    if len(statement.strip()) < 10:
        raise Refused(_("Give the seller's words, or your question."), field="statement")
    made = Dispute(space_id=item.space_id, item=item, kind=kind, statement=statement.strip(), raised_by_id=by.audience_id, due_at=timezone.now())
    made.save()
    label = _("Stand behind or withdraw: %(item)s") % {"item": str(item)[:120]}
    # The law is that of the provider's place.
    law = notice.platform.organisation.country if notice.platform.organisation else ""
    clock = clocks.start(
        STAND_BEHIND, made, owed_by_id=notice.principal.audience_id, label=label, scope=rules.dispute_scopes(notice.platform.slug, law, notice.ground)
    )
    made.due_at = clock.due_at
    made.save(update_fields=["due_at"])
    item.final = Final.OPEN
    item.save(update_fields=["final"])
    record("dispute.raised", made, by=by, notice=notice.reference, item=str(item)[:120], principal=notice.principal.audience_id)
    return made


def _locked_dispute(pk: int) -> Dispute:
    return (
        Dispute.objects.select_for_update(of=("self",))
        .select_related("item__notice__platform__organisation", "item__notice__principal", "item__notice__programme")
        .get(pk=pk)
    )


def _require_open(found: Dispute) -> None:
    if found.ending != Dispute.Ending.OPEN:
        raise Conflict(_("It is over: %(how)s.") % {"how": found.get_ending_display()})


@transaction.atomic
def stand_behind(found: Dispute, *, signatory: str, evidence: str, by: Viewer) -> Dispute:
    """As the principal, inside the clock: confirm the claim under a named signatory, with evidence.

    Raises NotAllowed, Refused without signatory or evidence or after the clock, Conflict when it is over already.
    """
    found = _locked_dispute(found.pk)
    _require_open(found)
    require(can_end_dispute(by, found))
    if not signatory.strip():
        raise Refused(_("Who signs for this?"), field="signatory")
    if len(evidence.strip()) < 10:
        raise Refused(_("Say what proves it."), field="evidence")
    if found.due_at <= timezone.now():
        raise Refused(_("The clock has run out; the claim has lapsed."))
    found.signatory, found.evidence = signatory.strip(), evidence.strip()
    return _end(found, Dispute.Ending.STOOD_BEHIND, by=by)


@transaction.atomic
def withdraw(found: Dispute, *, reason: str, by: Viewer) -> Dispute:
    """As the principal: withdraw the claim, saying why; the item is reinstated."""
    found = _locked_dispute(found.pk)
    _require_open(found)
    require(can_end_dispute(by, found))
    if len(reason.strip()) < 5:
        raise Refused(_("Say why, for your own record and the platform's."), field="reason")
    if found.due_at <= timezone.now():
        raise Refused(_("The clock has run out; the claim has lapsed."))
    found.reason = reason.strip()
    return _end(found, Dispute.Ending.WITHDRAWN, by=by)


@transaction.atomic
def lapse(found: Dispute) -> Dispute:
    """The clock ran out in silence: the claim lapses and the item is reinstated. Called by the sweep alone."""
    found = _locked_dispute(found.pk)
    if found.ending != Dispute.Ending.OPEN:
        return found
    return _end(found, Dispute.Ending.LAPSED, by=None)


def _end(found: Dispute, ending: str, *, by: Viewer | None) -> Dispute:
    now = timezone.now()
    found.ending, found.ended_at = ending, now
    final = rules.ENDINGS[ending]
    if final == Final.UP:
        found.concluded_at, found.result = now, Dispute.Result.UP
    found.save()
    found.item.final = final
    found.item.save(update_fields=["final"])
    if by is not None:
        clocks.stop(STAND_BEHIND, found, outcome=Clock.Outcome.MET)
    verb = {"stood_behind": "dispute.stood_behind", "withdrawn": "dispute.withdrawn", "lapsed": "dispute.lapsed"}[ending]
    notice = found.item.notice
    record(
        verb,
        found,
        by=by,
        signatory=found.signatory,
        reason=found.reason[:300],
        platform=_platform_audience(notice),
        principal=notice.principal.audience_id,
    )
    return found


@transaction.atomic
def conclude(found: Dispute, *, stays_down: bool, by: Viewer) -> Dispute:
    """As the platform: say how an item ended after the rights holder stood behind the claim."""
    found = _locked_dispute(found.pk)
    if found.concluded_at is not None and found.ending == Dispute.Ending.STOOD_BEHIND:
        raise Conflict(_("This was concluded already."))
    require(can_conclude(by, found))
    found.concluded_at = timezone.now()
    found.result = Dispute.Result.DOWN if stays_down else Dispute.Result.UP
    found.save(update_fields=["concluded_at", "result"])
    found.item.final = Final.DOWN if stays_down else Final.UP
    found.item.save(update_fields=["final"])
    verb = "dispute.stays_down" if stays_down else "dispute.reinstated"
    record(verb, found, by=by, principal=found.item.notice.principal.audience_id)
    return found
