"""Traffic Light Protocol 2.0 (FIRST, August 2022): which audiences a mark lets a space be granted to.

The cap is asked where grants are written (`actions.grant`) and where a mark is tightened (`actions.mark`), nowhere else.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tlp(models.TextChoices):
    RED = "RED", "TLP:RED"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    AMBER = "AMBER", "TLP:AMBER"
    GREEN = "GREEN", "TLP:GREEN"
    CLEAR = "CLEAR", "TLP:CLEAR"


MEANINGS = {
    Tlp.RED: _("Named people only, no further disclosure."),
    Tlp.AMBER_STRICT: _("The organisations named here, on a need-to-know basis."),
    Tlp.AMBER: _("The organisations named here and their clients, on a need-to-know basis."),
    Tlp.GREEN: _("The coalition's community: members in good standing."),
    Tlp.CLEAR: _("No limit on disclosure."),
}

_NAMED = {"seat"}
_ORGANISATIONS = _NAMED | {"organisation", "office", "team"}
_CLIENTS = _ORGANISATIONS | {"sharing_group"}
_COMMUNITY = _CLIENTS | {"group", "tier", "members"}
MAY_BE_GRANTED_TO: dict[str, set[str]] = {
    Tlp.RED: _NAMED,
    Tlp.AMBER_STRICT: _ORGANISATIONS,
    Tlp.AMBER: _CLIENTS,
    Tlp.GREEN: _COMMUNITY,
    Tlp.CLEAR: _COMMUNITY | {"public"},
}


def is_laxer(tlp: str, other: str) -> bool:
    """Whether one mark lets things go further than another."""
    strictest_first = list(Tlp.values)
    return strictest_first.index(tlp) > strictest_first.index(other)


def allows(tlp: str, audience_kind: str) -> bool:
    """Whether a space marked `tlp` may be granted to an audience of this kind."""
    return audience_kind in MAY_BE_GRANTED_TO[tlp]
