"""Who is asking: a person in a seat at one organisation, or nobody."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db import connection, transaction

# Below this many spaces an array of ids is faster than the semi-join, above it slower (docs/architecture.md, "One predicate").
FEW_SPACES = 300


@dataclass(eq=False)
class Viewer:
    """Built once a request by `members.viewers`; tasks, mail and API tokens carry one too.

    `audience_id` is the seat's own audience and the identity the database is told; `audience_ids` is everything it
    is a member of, itself included. The anonymous viewer is a member of the public alone, and its other ids are 0.
    """

    audience_id: int
    audience_ids: frozenset[int] = frozenset()
    seat_id: int = 0
    person_id: int = 0
    person_name: str = ""
    organisation_id: int = 0
    organisation_name: str = ""
    organisation_slug: str = ""
    organisation_audience_id: int = 0
    organisation_kind: str = ""
    desk_id: int = 0
    role: str = ""
    # Whether it acts for another organisation under a mandate.
    is_agent: bool = False
    # Whether the organisation is a member in good standing now, or of a kind that needs not be.
    in_standing: bool = True
    capabilities: frozenset[str] = frozenset()
    other_seats: list = field(default_factory=list)

    @property
    def is_anonymous(self) -> bool:
        return not self.seat_id

    def may(self, capability: str) -> bool:
        """Whether category, tier or role gives this capability today."""
        return capability in self.capabilities

    @cached_property
    def _few(self) -> dict[str, list[int]]:
        """For each kind of space, one more than few of the ids this viewer may enter: one query, which stops reading there."""
        from coalition.access.models import Space

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT k.kind, array(SELECT g.space_id FROM access_grant g"
                " WHERE g.audience_id = ANY (%s) AND g.kind = k.kind AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp())"
                " LIMIT %s) FROM unnest(%s::text[]) AS k(kind)",
                [list(self.audience_ids), FEW_SPACES + 1, list(Space.Kind.values)],
            )
            return dict(cursor.fetchall())

    def few_space_ids(self, kinds: tuple[str, ...] = ()) -> list[int] | None:
        """The ids of the spaces of these kinds (any, when none is named) this viewer may enter; None for too many to name."""
        chosen = [ids for kind, ids in self._few.items() if not kinds or kind in kinds]
        found = {pk for ids in chosen for pk in ids}
        # A list that was cut at the limit is not the whole, even where two audiences made its ids repeat.
        return sorted(found) if sum(map(len, chosen)) <= FEW_SPACES else None

    @cached_property
    def roles_by_space(self) -> dict[int, str]:
        return {}

    def role_in(self, space_id: int) -> str | None:
        """The strongest live role this viewer has in a space: lead, contribute, read, or None."""
        from coalition.access.models import Grant

        if space_id not in self.roles_by_space:
            roles = set(Grant.objects.live().filter(space_id=space_id, audience_id__in=self.audience_ids).values_list("role", flat=True))
            self.roles_by_space[space_id] = next((role for role in Grant.STRONGEST_FIRST if role in roles), "")
        return self.roles_by_space[space_id] or None

    def learn_roles(self, space_ids: list[int]) -> None:
        """Ask for the roles in many spaces at once, so that a list need not ask for each."""
        from coalition.access.models import Grant

        grants = Grant.objects.live().filter(space_id__in=space_ids, audience_id__in=self.audience_ids).values_list("space_id", "role")
        roles: dict[int, set[str]] = {pk: set() for pk in space_ids}
        for space_id, role in grants:
            roles[space_id].add(role)
        for space_id, found in roles.items():
            self.roles_by_space[space_id] = next((role for role in Grant.STRONGEST_FIRST if role in found), "")

    def forget_spaces(self) -> None:
        """After a grant was written in this request, ask again."""
        for name in ("_few", "roles_by_space"):
            self.__dict__.pop(name, None)


def identify(viewer: Viewer | None) -> None:
    """Tell the database who asks, for the rest of this transaction; None means nobody, who may see nothing."""
    if not connection.in_atomic_block:
        raise RuntimeError("An identity lives in a transaction: open one first.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('access.viewer', %s, true)", [str(viewer.audience_id) if viewer else ""])


@contextlib.contextmanager
def as_viewer(viewer: Viewer) -> Iterator[Viewer]:
    """Run as somebody, in a transaction: for tasks, mail and whatever streams after the request has ended."""
    with transaction.atomic():
        before = _current()
        identify(viewer)
        yield viewer
        # After a fault the rollback brings the identity of before back by itself.
        _restore(before)


@contextlib.contextmanager
def as_system(reason: str) -> Iterator[None]:
    """Run named system work as the `jobs` role, which policies let through. `reason` says which work, in a few words."""
    if not reason:
        raise ValueError("System work has a reason.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            before = cursor.fetchone()[0]
            cursor.execute("SET LOCAL ROLE coalition_jobs")
        yield
        # After a fault the rollback brings the role of before back by itself.
        with connection.cursor() as cursor:
            cursor.execute(f'SET LOCAL ROLE "{before}"')


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('access.viewer', true), '')")
        return cursor.fetchone()[0]


def _restore(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('access.viewer', %s, true)", [value])
