"""Keep the index: an action that names or renames a thing indexes it in its own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from coalition.access.doors import may_pass
from coalition.access.models import Space
from coalition.access.viewer import Viewer
from coalition.search.models import SearchEntry
from coalition.search.registry import readings, still_shown
from coalition.search.rules import tsquery

MOST = 60


@dataclass(frozen=True)
class Entry:
    """How one thing is found, and what of it is shown."""

    thing: Any
    kind: str
    title: str
    detail: str = ""
    body: str = ""


def index(thing, *, kind: str, title: str, detail: str = "", body: str = "") -> None:
    """Write or renew the entry of one thing, in the thing's space."""
    index_many([Entry(thing, kind, title, detail, body)])


def index_many(entries: Sequence[Entry]) -> None:
    """Write or renew the entries of many things at once."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_searchentry"
            " (space_id, kind, subject_type, subject_id, title, detail, address, words, changed_at)"
            " VALUES (%(space)s, %(kind)s, %(type)s, %(id)s, left(%(title)s, 300), left(%(detail)s, 300), %(address)s,"
            "         search_words(%(title)s, %(detail)s, %(body)s, %(space)s,"
            "          (SELECT kind FROM access_space WHERE id = %(space)s)), now())"
            " ON CONFLICT (subject_type, subject_id) DO UPDATE SET space_id = excluded.space_id, title = excluded.title,"
            " detail = excluded.detail, address = excluded.address, words = excluded.words, changed_at = now()",
            [
                {
                    "space": entry.thing.space_id,
                    "kind": entry.kind,
                    "type": entry.thing._meta.label_lower,
                    "id": entry.thing.pk,
                    "title": entry.title,
                    "detail": entry.detail,
                    "body": entry.body,
                    "address": entry.thing.get_absolute_url(),
                }
                for entry in entries
            ],
        )


def forget(things: Iterable) -> None:
    """Take the entries of things of one kind out, which are no more."""
    things = list(things)
    if things:
        SearchEntry.objects.filter(subject_type=things[0]._meta.label_lower, subject_id__in=[thing.pk for thing in things]).delete()


def search(text: str, *, by: Viewer, kinds: list[str] | None = None, most: int = MOST) -> list[SearchEntry]:
    """The best entries this viewer may see, best first; what was typed is also read as what it names, an address as its canonical form."""
    named = [other for reading in readings if (other := reading(text))]
    found = {entry.pk: entry for one in (*named, text) for entry in _search(one, by, kinds, most)}
    return list(found.values())[:most]


def _search(text: str, by: Viewer, kinds: list[str] | None, most: int) -> list[SearchEntry]:
    exact, open_ended = tsquery(text, prefixes=False), tsquery(text)
    if not exact:
        return []
    ids = _ids(exact, kinds, most)
    # Words that begin so are looked for only where the words themselves are rare: a common beginning is read whole.
    if len(ids) < min(most, MOST) and open_ended != exact:
        ids += [pk for pk in _ids(open_ended, kinds, most) if pk not in set(ids)][: most - len(ids)]
    entries = SearchEntry.objects.visible_to(by).defer("words").in_bulk(ids)
    found = [entries[pk] for pk in ids if pk in entries and may_pass(by, entries[pk].address)]
    for kind, standing in still_shown.items():
        if those := [entry.subject_id for entry in found if entry.kind == kind]:
            shown = standing(those)
            found = [entry for entry in found if entry.kind != kind or entry.subject_id in shown]
    return found


def _ids(wanted: str, kinds: list[str] | None, most: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id FROM search_ids(%s::tsquery, %s::text[], %s, %s::text[])", [wanted, kinds, most, Space.Kind.values])
        return [row[0] for row in cursor.fetchall()]
