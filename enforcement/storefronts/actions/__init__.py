"""What a platform does to storefronts: the acts themselves, the ladder by which it acts, and the appeals against it."""

from enforcement.storefronts.actions.acts import note, note_under, reverse
from enforcement.storefronts.actions.appeals import appeal, decide_appeal
from enforcement.storefronts.actions.ladder import end_step, set_step

__all__ = ["appeal", "decide_appeal", "end_step", "note", "note_under", "reverse", "set_step"]
