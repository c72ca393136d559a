"""Enter a right."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.members.references import next_reference
from coalition.search.actions import index
from enforcement.rights.models import Right


@transaction.atomic
def enter(*, kind: str, name: str, number: str, jurisdiction: str, classes: str, registered_on: date, expires_on: date | None, by: Viewer) -> Right:
    """Enter a right on one's own desk. Raises Refused for a US serial number given as a registration number."""
    require(by.may("submit_notice"))
    digits = number.replace(",", "").strip()
    if kind == Right.Kind.TRADEMARK and jurisdiction == "US" and digits.isdigit() and len(digits) == 8:
        raise Refused(_("Eight digits are a US serial number, of an application. A registration number has seven."), field="number")
    right = Right.objects.create(
        space_id=by.desk_id, reference=next_reference(by.organisation_id, "R"), kind=kind, name=name, number=digits, jurisdiction=jurisdiction,
        classes=classes, registered_on=registered_on, expires_on=expires_on,
    )  # fmt: skip
    index(right, kind="right", title=right.name, detail=f"{right.get_kind_display()} {jurisdiction} {number}", body=right.reference)
    record("right.entered", right, by=by, name=name)
    return right
