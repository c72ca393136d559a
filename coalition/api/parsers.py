"""How a body is read."""

from __future__ import annotations

import re

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser as DrfParser

_SURROGATE = re.compile("[\ud800-\udfff]")


class JSONParser(DrfParser):
    """JSON as people send it: nested no deeper than can be read, and of characters that there are."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            said = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("It is nested too deeply.") from None
        # Half a surrogate pair is no character: no answer could repeat it, no database keep it.
        if _has_surrogate(said):
            raise ParseError("It holds half a surrogate pair.")
        return said


def _has_surrogate(said) -> bool:
    waiting = [said]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and _SURROGATE.search(one):
            return True
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
    return False
