"""In plain words: the platform itself says what it did to a storefront, and takes it back; nobody says it for it. Its ladder is kept as its form
is: by its own people, or for it by whoever runs programmes.
"""

from coalition.access.viewer import Viewer
from enforcement.market.models import Platform
from enforcement.notices.models import Notice
from enforcement.notices.permissions import can_answer
from enforcement.shapes.permissions import can_keep_form
from enforcement.storefronts.models import Act


def can_note(viewer: Viewer, platform: Platform) -> bool:
    return platform.organisation_id is not None and platform.organisation_id == viewer.organisation_id and viewer.may("answer_notice")


def can_note_under(viewer: Viewer, notice: Notice) -> bool:
    return can_note(viewer, notice.platform) and can_answer(viewer, notice)


def can_reverse(viewer: Viewer, act: Act) -> bool:
    return can_note(viewer, act.platform) and act.reversed_on is None


def can_keep_ladder(viewer: Viewer, platform: Platform) -> bool:
    return can_keep_form(viewer, platform)


def can_see_infringers(viewer: Viewer, platform: Platform) -> bool:
    """A platform's own people alone: the strikes of all members' notices meet there."""
    return can_note(viewer, platform)
