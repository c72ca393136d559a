"""From what somebody typed to a query: each word by its beginning, Chinese characters as a phrase."""

import re
import unicodedata

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
MOST_TOKENS = 24


def tokens(text: str) -> list[str]:
    """The words of a text as the index sees them (the twin of SQL's search_text)."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(c))
    return _TOKEN.findall(folded)


def tsquery(text: str, *, prefixes: bool = True) -> str:
    """A tsquery's text: every word must occur; what was typed in one piece stands together; with `prefixes` words may go on.

    Empty when there is nothing to look for.
    """
    pieces, used = [], 0
    for piece in text.split():
        words = tokens(piece)[: MOST_TOKENS - used]
        used += len(words)
        if words:
            quoted = [f"'{word}'" for word in words]
            if prefixes and not re.match(f"[{_CJK}]", words[-1]):
                quoted[-1] += ":*"
            pieces.append("(" + " <-> ".join(quoted) + ")")
    return " & ".join(pieces)
