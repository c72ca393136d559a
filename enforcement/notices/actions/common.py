"""What the verbs of notices have in common."""

from __future__ import annotations

from coalition.access.locking import lock
from coalition.search.actions import index
from enforcement.notices import rules
from enforcement.notices.models import Notice, NoticeItem

VETTING, ANSWER, STAND_BEHIND = "vetting", "platform_answer", "stand_behind"
CONCLUDE, COMPLAINT, COMPLAINT_WINDOW = "conclude", "complaint", "complaint_window"
Outcome, Final = NoticeItem.Outcome, NoticeItem.Final


def locked(notice: Notice) -> Notice:
    return lock(notice, "platform", "programme", "principal__audience", "space")


def index_notice(notice: Notice) -> None:
    title = f"{notice.reference} {notice.principal.name} to {notice.platform.name}"
    words = notice.items.values_list("title", "seller_name", "key")[:400]
    body = " ".join(part for row in words for part in row)
    index(notice, kind="notice", title=title, detail=f"{notice.get_ground_display()} {notice.right_text}", body=body)


def platform_audience(notice: Notice) -> int | None:
    return notice.platform.organisation.audience_id if notice.platform.organisation else None


def law_of(notice: Notice) -> str:
    """The country whose law a platform is under: that of its provider; empty where it is no member."""
    return notice.platform.organisation.country if notice.platform.organisation else ""


def scopes_of(notice: Notice) -> list[str]:
    """Whose rule says how long somebody has about an item of a notice, the narrowest first."""
    return rules.scopes(notice.platform.slug, law_of(notice), notice.ground)


def action_asked_of(notice: Notice) -> str:
    """Before whom the law of the platform's place asks whoever stands behind a claim to have gone."""
    return rules.action_asked(law_of(notice), notice.ground)
