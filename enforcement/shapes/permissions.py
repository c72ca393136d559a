"""In plain words: whoever runs programmes for the coalition keeps the forms of platforms, and a platform's own people keep theirs."""

from __future__ import annotations

from coalition.access.viewer import Viewer
from enforcement.market.models import Platform
from enforcement.market.permissions import can_amend_platforms


def can_keep_form(viewer: Viewer, platform: Platform) -> bool:
    own = platform.organisation_id is not None and platform.organisation_id == viewer.organisation_id
    return can_amend_platforms(viewer) or (own and viewer.may("answer_notice"))
