"""Build a Viewer from a seat: one query, whoever asks."""

from __future__ import annotations

from django.db import connection

from coalition.access.models import Audience
from coalition.access.viewer import Viewer
from coalition.members.models import Seat

_ONE_QUERY = """
WITH held AS (
  SELECT s.id, s.role, s.audience_id, s.person_id, p.name AS person_name, o.id AS organisation_id, o.name, o.slug,
         o.audience_id AS organisation_audience_id, o.desk_id, c.kind, c.id AS category_id, s.mandate_id,
         (SELECT t.tier_id FROM members_term t WHERE t.organisation_id = o.id AND t.starts_on <= current_date AND t.ends_on > current_date
            AND (t.given_up_on IS NULL OR t.given_up_on > current_date)
          ORDER BY t.given_at DESC, t.id DESC LIMIT 1) AS tier_id,
         access_audiences_of(s.audience_id) AS audience_ids, c.is_member
  FROM members_seat s
  JOIN accounts_person p ON p.id = s.person_id AND p.is_active
  JOIN members_organisation o ON o.id = s.organisation_id
  JOIN members_category c ON c.id = o.category_id
  WHERE (s.mandate_id IS NULL OR members_mandate_holds(s.mandate_id))
    AND {condition} AND s.starts_at <= statement_timestamp() AND (s.ends_at IS NULL OR s.ends_at > statement_timestamp())
)
SELECT held.*, standing.good AS in_standing, array(
  SELECT DISTINCT r.capability FROM members_capabilityrule r
  WHERE (standing.good OR r.without_standing)
    AND (r.category_id IS NULL OR r.category_id = held.category_id)
    AND (r.tier_id IS NULL OR r.tier_id = held.tier_id)
    AND (r.role = '' OR r.role = held.role)
    AND (r.team_id IS NULL OR r.team_id = ANY (held.audience_ids))
    AND (held.mandate_id IS NULL OR members_mandate_gives(held.mandate_id, r.capability))
    AND r.valid_from <= current_date AND (r.valid_to IS NULL OR r.valid_to > current_date)
) AS capabilities
FROM held
CROSS JOIN LATERAL (
  SELECT NOT held.is_member OR EXISTS (SELECT FROM access_audience a WHERE a.kind = 'members' AND a.id = ANY (held.audience_ids)) AS good
) standing ORDER BY held.id
"""


def _viewers(condition: str, value) -> list[Viewer]:
    with connection.cursor() as cursor:
        cursor.execute(_ONE_QUERY.format(condition=condition), [value])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [
        Viewer(
            audience_id=row["audience_id"],
            audience_ids=frozenset(row["audience_ids"]),
            seat_id=row["id"],
            person_id=row["person_id"],
            person_name=row["person_name"],
            organisation_id=row["organisation_id"],
            organisation_name=row["name"],
            organisation_slug=row["slug"],
            organisation_audience_id=row["organisation_audience_id"],
            organisation_kind=row["kind"],
            desk_id=row["desk_id"],
            role=row["role"],
            is_agent=row["mandate_id"] is not None,
            in_standing=row["in_standing"],
            capabilities=frozenset(row["capabilities"]),
        )
        for row in rows
    ]


def viewer_of_person(person_id: int, seat_id: int | None = None) -> Viewer | None:
    """The viewer of a person's chosen seat, or of their first when that one has ended; None without any seat."""
    seats = _viewers("s.person_id = %s", person_id)
    if not seats:
        return None
    viewer = next((seat for seat in seats if seat.seat_id == seat_id), seats[0])
    viewer.other_seats = [seat for seat in seats if seat is not viewer]
    return viewer


def viewer_of_seat(seat_id: int) -> Viewer | None:
    return next(iter(_viewers("s.id = %s", seat_id)), None)


def viewer_of_audience(audience_id: int) -> Viewer | None:
    return next(iter(_viewers("s.audience_id = %s", audience_id)), None)


def anonymous() -> Viewer:
    """A visitor: a member of the public alone."""
    public = Audience.public()
    return Viewer(audience_id=public.pk, audience_ids=frozenset([public.pk]))


def addresses_of(audiences: list[int]) -> dict[int, str]:
    """E-mail addresses of the seats among these whose people want letters at once."""
    seats = Seat.objects.filter(audience_id__in=audiences, person__wants_email=True, person__is_active=True)
    return dict(seats.values_list("audience_id", "person__email"))
