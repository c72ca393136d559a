"""Which capability a part of the site asks for, whatever of it one was let into: a viewer without it is before a closed door.

What lies behind is asked by the one predicate as ever; this is for a category whose reading ends while its grants stay.
"""

from __future__ import annotations

from coalition.access.viewer import Viewer

ENFORCEMENT, COALITION = "see_enforcement", "read_directory"
# By the beginning of the address, of pages and of the API: any of the capabilities opens it.
DOORS = {
    "/enforcement/": (ENFORCEMENT,), "/groups/": (COALITION,), "/library/": (COALITION,), "/ballots/": (COALITION,), "/members/": (COALITION,),
    "/candidates/": (COALITION,), "/staff/applications/": ("vet_applications", "decide_applications"),
}  # fmt: skip
# By the wing whose code answers, for the API.
WINGS = {"enforcement": ENFORCEMENT, "groups": COALITION}


def may_pass(viewer: Viewer, address: str) -> bool:
    """Whether a viewer has what the part of the site asks for in which an address lies; a visitor reads what is public there."""
    return viewer.is_anonymous or not address.startswith(closed_to(viewer))


def closed_to(viewer: Viewer) -> tuple[str, ...]:
    """How the addresses begin that a viewer has no capability for."""
    return tuple(start for start, capabilities in DOORS.items() if not any(viewer.may(name) for name in capabilities))


def may_call(viewer: Viewer, module: str) -> bool:
    """The same of the API, by the module that answers."""
    needed = WINGS.get(module.partition(".")[0])
    return needed is None or viewer.may(needed)
