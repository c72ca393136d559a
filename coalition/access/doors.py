"""Which capability a part of the site asks for, whatever of it one was let into: a viewer without it is before a closed door.

What lies behind is asked by the one predicate as ever; this is for a category whose reading ends while its grants stay.
"""

from __future__ import annotations

from coalition.access.viewer import Viewer

ENFORCEMENT, COALITION = "see_enforcement", "read_directory"
# By the beginning of the address, of pages and of the API.
DOORS = {
    "/enforcement/": ENFORCEMENT, "/groups/": COALITION, "/library/": COALITION, "/ballots/": COALITION, "/members/": COALITION,
    "/candidates/": COALITION,
}  # fmt: skip
# By the wing whose code answers, for the API.
WINGS = {"enforcement": ENFORCEMENT, "groups": COALITION}


def may_pass(viewer: Viewer, address: str) -> bool:
    """Whether a viewer has what the part of the site asks for in which an address lies; a visitor reads what is public there."""
    needed = next((capability for start, capability in DOORS.items() if address.startswith(start)), None)
    return needed is None or viewer.is_anonymous or viewer.may(needed)


def may_call(viewer: Viewer, module: str) -> bool:
    """The same of the API, by the module that answers."""
    needed = WINGS.get(module.partition(".")[0])
    return needed is None or viewer.may(needed)
