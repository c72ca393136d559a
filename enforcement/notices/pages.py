"""The notice page, what waits for somebody, and the tab on a case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext

from coalition.access.actions import live_grants
from coalition.activity.models import Event
from coalition.clocks.models import Clock
from coalition.members.countries import in_words
from enforcement.market.signals import Signal
from enforcement.notices import rules
from enforcement.notices.judging import claim_of, faults_of
from enforcement.notices.letters import told_in, value_in_words
from enforcement.notices.models import UPHELD, CaseNotice, Clarification, Complaint, Dispute, Judgement, Notice, NoticeItem, Return
from enforcement.notices.panels import sections
from enforcement.notices.permissions import (
    can_answer,
    can_answer_notices,
    can_countersign,
    can_edit,
    can_take_back,
    can_vet,
    is_principal,
    platforms_of,
    wants_two,
)


class NoticePage:
    """One notice as its principal, its analysts or its platform see it."""

    def __init__(self, notice: Notice, viewer, wrong: dict | None = None, query: Mapping[str, str] | None = None):
        # Forms of its sections that were refused, by name.
        self.notice, self.viewer, self.wrong = notice, viewer, wrong or {}
        # Which of its items are asked for.
        self.query = query or {}

    @cached_property
    def grants(self):
        return live_grants(self.notice.space_id)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.only or self.words)

    @cached_property
    def only(self) -> str:
        """The answer whose items are asked for."""
        asked = self.query.get("only", "")
        return asked if asked in NoticeItem.Outcome.values else ""

    @cached_property
    def words(self) -> str:
        """Words of the title, seller, key or address of the items that are asked for."""
        return self.query.get("words", "").strip()[:100]

    @property
    def items(self):
        """Those of its items that are asked for."""
        items = self.notice.items.filter(outcome=self.only) if self.only else self.notice.items.all()
        if self.words:
            items = items.filter(reduce(or_, (Q(**{f"{field}__icontains": self.words}) for field in ("title", "seller_name", "key", "address"))))
        return items

    @property
    def undecided_items(self):
        """Of these, what the platform has still to answer: what it asks about waits for the rights holder."""
        return self.items.filter(outcome=NoticeItem.Outcome.PENDING)

    @cached_property
    def to_answer(self) -> int:
        return self.undecided_items.count() if self.can_answer else 0

    @cached_property
    def tally(self) -> list[tuple[str, Any, int]]:
        """How many items stand how: (outcome, words, number)."""
        counts = self.notice.items.values_list("outcome").annotate(n=Count("pk")).order_by("outcome")
        return [(outcome, NoticeItem.Outcome(outcome).label, n) for outcome, n in counts]

    @cached_property
    def checks(self) -> list[rules.Check]:
        """The ground's checklist; only the principal may read the right it is judged on."""
        return rules.checklist(claim_of(self.notice, self.viewer.audience_id)) if is_principal(self.viewer, self.notice) else []

    @cached_property
    def said(self) -> list[tuple[str, str]]:
        """What it says in the platform's own form: (words, value)."""
        return [(one.label, value_in_words(one, value)) for one, value in told_in(self.notice)]

    @cached_property
    def faults(self) -> dict[int, list[rules.Fault]]:
        """By item of a draft, what speaks against sending it."""
        return faults_of(self.notice) if self.can_edit else {}

    @cached_property
    def asked(self) -> dict[int, str]:
        """By item, what its analysts asked of it when they returned the notice last; for its sender and for them."""
        last = Return.objects.visible_to(self.viewer).filter(notice=self.notice).order_by("-pk").first() if self.can_edit or self.can_vet else None
        return {int(pk): text for pk, text in last.items.items()} if last else {}

    @cached_property
    def judgements(self) -> list[Judgement]:
        """What was found when it was handed in and when it was sent, for its sender and its analysts."""
        return list(Judgement.objects.visible_to(self.viewer).filter(notice=self.notice).select_related("judged_by").order_by("-pk")[:10])

    @cached_property
    def lapsed(self) -> str:
        """Why the right behind a notice that is with the platform is valid nowhere there any more; for whoever may read the right."""
        is_out = self.notice.state in (Notice.State.VETTING, Notice.State.SENT) and self.undecided
        if not is_out or self.notice.right is None or not is_principal(self.viewer, self.notice):
            return ""
        verdict = self.notice.right.valid_in_any(self.notice.platform.countries, timezone.localdate())
        return "" if verdict.is_valid else verdict.because

    @property
    def missing(self) -> int:
        return sum(check.is_missing for check in self.checks)

    @cached_property
    def clock(self) -> Clock | None:
        running = Clock.objects.visible_to(self.viewer).running().filter(subject_type="notices.notice", subject_id=self.notice.pk)
        return running.select_related("policy").first()

    @cached_property
    def events(self):
        """What happened. Before the sending it happened in rooms that the platform does not enter: the sender's desk, the vetting."""
        about = Q(subject_type="notices.notice", subject_id=self.notice.pk)
        return list(Event.objects.visible_to(self.viewer).newest().filter(about | Q(space=self.notice.space))[:40])

    @cached_property
    def disputes(self) -> dict[int, Dispute]:
        found = Dispute.objects.visible_to(self.viewer).filter(item__notice=self.notice).order_by("pk")
        return {dispute.item_id: dispute for dispute in found}

    @cached_property
    def complaints(self) -> dict[int, Complaint]:
        """By item, the last complaint about what was decided."""
        found = Complaint.objects.visible_to(self.viewer).filter(item__notice=self.notice).order_by("pk")
        return {complaint.item_id: complaint for complaint in found}

    refused = rules.REFUSED

    @cached_property
    def exchanges(self) -> dict[int, list[Clarification]]:
        """By item, the questions the platform asked and what the rights holder answered."""
        found: dict[int, list[Clarification]] = {}
        for answer in Clarification.objects.visible_to(self.viewer).filter(item__notice=self.notice).select_related("question").order_by("pk"):
            found.setdefault(answer.item_id, []).append(answer)
        return found

    @cached_property
    def elsewhere(self) -> dict[int, NoticeItem]:
        """By listing, where the same principal has asked for it already, as far as this viewer may know."""
        if not (self.can_edit or self.can_vet):
            return {}
        same = NoticeItem.objects.visible_to(self.viewer).filter(
            listing_id__in=self.notice.items.values("listing_id"), notice__principal_id=self.notice.principal_id,
            notice__platform_id=self.notice.platform_id, notice__state__in=[Notice.State.VETTING, Notice.State.SENT, Notice.State.DECIDED],
        )  # fmt: skip
        return {item.listing_id: item for item in same.exclude(notice=self.notice).select_related("notice").order_by("pk")}

    @cached_property
    def can_edit(self) -> bool:
        return can_edit(self.viewer, self.notice)

    @cached_property
    def can_countersign(self) -> bool:
        return can_countersign(self.viewer, self.notice)

    @property
    def can_take_back(self) -> bool:
        return can_take_back(self.viewer, self.notice)

    @property
    def waits_for_colleague(self) -> bool:
        return self.notice.state == Notice.State.APPROVAL and self.is_principal

    @property
    def is_countersigned_next(self) -> bool:
        """Whether handing it in asks a colleague first."""
        return self.can_edit and wants_two(self.notice.principal_id)

    @cached_property
    def can_vet(self) -> bool:
        return can_vet(self.viewer, self.notice)

    @cached_property
    def owes_reasons(self) -> bool:
        """Whether the viewer's platform took something of it down, and owes its sellers a statement."""
        return self.can_answer and self.notice.items.filter(UPHELD).exists()

    @cached_property
    def can_answer(self) -> bool:
        return can_answer(self.viewer, self.notice)

    @cached_property
    def is_principal(self) -> bool:
        return is_principal(self.viewer, self.notice)

    @property
    def valid_in(self) -> str:
        return in_words(self.notice.right_countries)

    @property
    def can_acknowledge(self) -> bool:
        return self.can_answer and self.notice.received_at is None

    @property
    def undecided(self) -> int:
        return self.notice.item_count - self.notice.decided_count - self.notice.question_count

    @cached_property
    def reinstated(self) -> int:
        return self.notice.items.filter(final=NoticeItem.Final.UP).count()

    down = rules.DOWN
    may_be_disputed = (NoticeItem.Final.NONE, NoticeItem.Final.DOWN)

    @cached_property
    def sections(self) -> list[dict]:
        """What apps above put below the items."""
        return sections(self.notice, self.viewer, self.wrong)


# The notices of a case in a report on it.
AS_TABLE = {
    _later("Notice"): lambda notice: notice.reference,
    _later("Platform"): lambda notice: notice.platform,
    _later("State"): lambda notice: notice.get_state_display(),
    _later("Items"): lambda notice: notice.item_count,
    _later("Decided"): lambda notice: notice.decided_count,
    _later("Sent"): lambda notice: f"{timezone.localtime(notice.sent_at):%d %b %Y}" if notice.sent_at else "",
}


def notices_of_case(case, viewer):
    """The notices sent out of a case that this viewer may read."""
    return Notice.objects.visible_to(viewer).for_list().filter(case_links__case=case, case_links__space_id=case.space_id)


def story_of_case(case, viewer) -> tuple[str, dict[int, str]]:
    """What became of the notices sent out of a case, for whoever may read them: their own sender, and who vets them."""
    return Notice._meta.label_lower, dict(notices_of_case(case, viewer).order_by().values_list("pk", "reference"))


def names_of_links(links: list) -> dict[int, str]:
    """The notices that a case links to, by link, for whoever may read them; a rival's is named by nothing but that it is one."""
    known = Notice.objects.select_related("platform").in_bulk([link.notice_id for link in links])
    return {link.pk: str(known.get(link.notice_id, _("a notice that another party sent"))) for link in links}


def linked_there(links, case):
    """Of the links of one case, those to notices that another has a link to already."""
    return links.filter(notice__in=CaseNotice.objects.filter(case=case).values("notice"))


def to_act_on(viewer, most: int) -> list[Notice]:
    """Notices on which this viewer's organisation or team must act, the most urgent first: answers, vetting, returned drafts, questions.

    Each reason is a query of its own that an index gives in order, so that of thousands that wait the first are read and no more.
    """
    reasons: list[Q] = []
    if can_answer_notices(viewer):
        own = platforms_of(viewer).values_list("pk", flat=True)
        reasons += [Q(state=Notice.State.SENT, platform_id=platform) for platform in own]
    if viewer.may("vet"):
        reasons.append(Q(state=Notice.State.VETTING))
    if viewer.may("submit_notice"):
        ours = Q(principal_id=viewer.organisation_id)
        reasons += [ours & Q(state=Notice.State.RETURNED), ours & Q(state=Notice.State.SENT, question_count__gt=0)]
        if not viewer.is_agent:
            # It waits for another than whoever asked, and an agent approves nothing.
            reasons.append(ours & Q(state=Notice.State.APPROVAL) & ~Q(asked_by=viewer.audience_id))
    if not reasons:
        return []
    visible = Notice.objects.visible_to(viewer)
    first, *others = [visible.filter(reason).order_by("due_at", "pk").values_list("due_at", "pk")[:most] for reason in reasons]
    urgent = first.union(*others, all=True).order_by("due_at", "pk")[:most] if others else first
    ids = [pk for _due, pk in urgent]
    found = visible.select_related("platform", "principal").in_bulk(ids)
    return [found[pk] for pk in ids]


def unconfirmed(viewer):
    """Notices to a viewer's platforms of which nobody there has said that they have it."""
    if not can_answer_notices(viewer):
        return Notice.objects.none()
    return Notice.objects.visible_to(viewer).filter(state=Notice.State.SENT, received_at=None, platform__in=platforms_of(viewer))


def _what_for(notice: Notice, viewer) -> str:
    if notice.principal_id == viewer.organisation_id and notice.question_count:
        return ngettext("the platform asks about %(n)d item", "the platform asks about %(n)d items", notice.question_count) % {
            "n": notice.question_count
        }
    return notice.get_state_display()


def waiting(viewer) -> list[dict]:
    """For the home page: what waits, as rows with an address each."""
    rows = [
        {"title": f"{notice.reference} · {notice.principal} to {notice.platform}", "detail": _what_for(notice, viewer),
         "address": notice.get_absolute_url(), "due_at": None if notice.principal_id == viewer.organisation_id else notice.due_at}
        for notice in to_act_on(viewer, 8)
    ]  # fmt: skip
    if viewer.may("submit_notice"):
        disputes = Dispute.objects.visible_to(viewer).open().filter(item__notice__principal_id=viewer.organisation_id)
        rows = [
            {"title": str(dispute.item), "detail": dispute.get_kind_display(), "address": dispute.get_absolute_url(), "due_at": dispute.due_at}
            for dispute in disputes.select_related("item").order_by("due_at")[:8]
        ] + rows
    if can_answer_notices(viewer):
        complaints = Complaint.objects.visible_to(viewer).open().filter(item__notice__platform__organisation_id=viewer.organisation_id)
        rows += [
            {"title": str(complaint.item), "detail": _("the rights holder complains about the decision"), "address": complaint.get_absolute_url(),
             "due_at": complaint.due_at}
            for complaint in complaints.select_related("item").order_by("due_at")[:8]
        ]  # fmt: skip
        stood = Dispute.objects.visible_to(viewer).filter(ending=Dispute.Ending.STOOD_BEHIND, concluded_at=None)
        rows += [
            {"title": str(dispute.item), "detail": _("the rights holder stands behind it: how does it end?"),
             "address": dispute.get_absolute_url(), "due_at": None}
            for dispute in stood.filter(item__notice__platform__organisation_id=viewer.organisation_id).select_related("item")[:8]
        ]  # fmt: skip
    return rows


def comes_of_leaving(organisation, day, viewer) -> list[tuple]:
    """What becomes of an organisation's notices: what is not stood behind lapses by its clock, as for everybody."""
    rows = []
    sent = NoticeItem.objects.filter(notice__principal=organisation, notice__submitted_at__isnull=False)
    if n := sent.filter(outcome=NoticeItem.Outcome.PENDING).count():
        rows.append((_("Notices"), ngettext("One item waits for a decision that nobody of it will read.",
                                            "%(n)d items wait for decisions that nobody of it will read.", n) % {"n": n}))  # fmt: skip
    if n := Dispute.objects.open().filter(item__notice__principal=organisation).count():
        rows.append((_("Disputes"), ngettext("One runs: what nobody stands behind by its clock is reinstated.",
                                             "%(n)d run: what nobody stands behind by its clock is reinstated.", n) % {"n": n}))  # fmt: skip
    return rows


def seller_signals(listing, viewer) -> list[Signal]:
    """What was taken down of the same seller on notices that this viewer may read."""
    if not listing.seller_key:
        return []
    down = NoticeItem.objects.visible_to(viewer).filter(seller_key=listing.seller_key, outcome__in=rules.DOWN).count()
    if not down:
        return []
    said = ngettext("%(n)d listing on notices you may read", "%(n)d listings on notices you may read", down) % {"n": down}
    return [Signal(_("Listings of its seller were taken down before"), said)]


def seller_panel(key: str, viewer) -> dict | None:
    """Notices about items of a seller, on its page: how many items stand how, and the newest notices."""
    items = NoticeItem.objects.visible_to(viewer).filter(seller_key=key)
    counts = dict(items.order_by().values_list("outcome").annotate(Count("pk")))
    if not counts:
        return None
    notices = Notice.objects.visible_to(viewer).filter(pk__in=items.values("notice")).select_related("principal", "platform").order_by("-pk")[:20]
    return {
        "title": _("Notices"), "name": items.exclude(seller_name="").values_list("seller_name", flat=True).first() or "",
        "figures": [(outcome.label, counts[outcome]) for outcome in NoticeItem.Outcome if outcome in counts],
        "rows": [
            {"address": notice.get_absolute_url(), "words": notice.reference, "more": f"{notice.principal} · {notice.get_state_display()}",
             "at": notice.sent_at}
            for notice in notices
        ],
    }  # fmt: skip
