"""In plain words: the platform itself says what it did to a storefront, and takes it back; nobody says it for it."""

from coalition.access.viewer import Viewer
from enforcement.market.models import Platform
from enforcement.notices.models import Notice
from enforcement.notices.permissions import can_answer
from enforcement.storefronts.models import Act


def can_note(viewer: Viewer, platform: Platform) -> bool:
    return platform.organisation_id is not None and platform.organisation_id == viewer.organisation_id and viewer.may("answer_notice")


def can_note_under(viewer: Viewer, notice: Notice) -> bool:
    return can_note(viewer, notice.platform) and can_answer(viewer, notice)


def can_reverse(viewer: Viewer, act: Act) -> bool:
    return can_note(viewer, act.platform) and act.reversed_on is None
