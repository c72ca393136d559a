"""What memberships are used for in notices, and what came of it: measures of the value statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from coalition.members.registry import Use
from enforcement.notices.models import Dispute, Notice, NoticeItem

Outcome = NoticeItem.Outcome
UP = Q(final=NoticeItem.Final.UP)


def items(*conditions: Q) -> Callable[[list[int], date, date], dict[int, int]]:
    """From members to the items on notices each sent between two days that answer these conditions now."""

    def counted(members: list[int], since: date, until: date) -> dict[int, int]:
        found = NoticeItem.objects.filter(
            *conditions, notice__principal__in=members, notice__submitted_at__date__gte=since, notice__submitted_at__date__lt=until
        )
        return dict(found.order_by().values_list("notice__principal").annotate(Count("pk")))

    return counted


def notices_sent(members: list[int], since: date, until: date) -> dict[int, int]:
    """Notices each member handed in between two days, each once, however often it came back."""
    found = Notice.objects.filter(principal__in=members, submitted_at__date__gte=since, submitted_at__date__lt=until)
    return dict(found.order_by().values_list("principal").annotate(Count("pk")))


def disputes_won(members: list[int], since: date, until: date) -> dict[int, int]:
    """Disputes between two days that each member stood behind and that ended with the item down."""
    ended = Dispute.objects.filter(
        ending=Dispute.Ending.STOOD_BEHIND, result=Dispute.Result.DOWN, item__notice__principal__in=members,
        raised_at__date__gte=since, raised_at__date__lt=until,
    )  # fmt: skip
    return dict(ended.order_by().values_list("item__notice__principal").annotate(Count("pk")))


def answered(*conditions: Q) -> Callable[[list[int], date, date], dict[int, int]]:
    """From platforms' members to the items sent to their platforms between two days that answer these conditions now."""

    def counted(members: list[int], since: date, until: date) -> dict[int, int]:
        found = NoticeItem.objects.filter(
            *conditions, notice__platform__organisation__in=members, notice__sent_at__date__gte=since, notice__sent_at__date__lt=until
        )
        return dict(found.order_by().values_list("notice__platform__organisation").annotate(Count("pk")))

    return counted


# What became of items, each in one of these: the parts add up.
FATES = [
    (_("of these taken down, and not reinstated"), (Q(outcome=Outcome.REMOVED), ~UP)),
    (_("of these disabled in a territory, or taken off by the seller"), (Q(outcome__in=[Outcome.DISABLED, Outcome.SELLER_REMOVED]), ~UP)),
    (_("of these reinstated after a dispute"), (UP,)),
    (_("of these rejected, or left"), (Q(outcome__in=[Outcome.REJECTED, Outcome.NO_ACTION]),)),
    (_("of these gone before, named twice, or withdrawn"), (Q(outcome__in=[Outcome.GONE, Outcome.DUPLICATE, Outcome.WITHDRAWN]),)),
    (_("of these not decided yet"), (Q(outcome__in=[Outcome.PENDING, Outcome.CLARIFICATION]),)),
]
SENDERS, ANSWERERS = ("brand", "professional", "association", "partner"), ("platform",)
USES = [
    Use(_("Notices sent"), notices_sent, SENDERS),
    Use(_("Items on its notices"), items(), SENDERS),
    *(Use(words, items(*conditions), SENDERS) for words, conditions in FATES),
    Use(_("Disputes it stood behind and won"), disputes_won, SENDERS),
    Use(_("Items it was asked to act on"), answered(), ANSWERERS),
    *(Use(words, answered(*conditions), ANSWERERS) for words, conditions in FATES),
]
