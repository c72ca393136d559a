"""Listings typed in: a few addresses, checked and written at once, as a small import that can be undone like any other."""

from __future__ import annotations

import csv
import io

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.viewer import Viewer
from enforcement.market import staging
from enforcement.market.actions import upload
from enforcement.market.models import Import, ImportRow, Listing
from enforcement.market.permissions import can_import
from enforcement.market.working import finish, judged

MOST = 100
HEADINGS = ["address", "title", "seller_name"]
Verdict = ImportRow.Verdict


@transaction.atomic
def enter(addresses: str, *, by: Viewer, title: str = "", seller_name: str = "") -> Import:
    """Write the addresses, one a line, as listings of one's own desk, or mark those already there as seen; all of them or none.

    Raises NotAllowed, and Refused at `addresses` with every line that is no address, and with what is of a seller on one's own allow list.
    """
    require(can_import(by))
    lines = [line.strip() for line in addresses.splitlines() if line.strip()]
    if not lines:
        raise Refused(_("Write at least one address."), field="addresses")
    if len(lines) > MOST:
        raise Refused(_("At most %(most)d addresses; a file takes any number.") % {"most": MOST}, field="addresses")
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerows([HEADINGS, *([line, title, seller_name] for line in lines)])
    name = _("Typed in on %(day)s.csv") % {"day": f"{timezone.localtime():%Y-%m-%d %H.%M}"}
    job = upload(ContentFile(table.getvalue().encode(), name=name), by=by)
    mapping = {heading: column for column, heading in enumerate(HEADINGS)}
    job.mapping = {field: {"column": column, "because": ""} for field, column in mapping.items()}
    with job.attachment.blob.open() as stored:
        rows = [judged(job, number, row, mapping, None) for number, row in job.layout.rows(stored) if row]
    staging.copy_rows(job, rows)
    staging.compare(job)
    wrong = job.rows.filter(verdict__in=[Verdict.REFUSED, Verdict.ALLOWED]).order_by("number")
    if said := [_said(row) for row in wrong]:
        raise Refused(" ".join(said), field="addresses")
    last = max(row.number for row in rows)
    staging.write_listings(job, 0, last)
    job.rows_total = job.rows_checked = job.rows_done = last
    job.save(update_fields=["mapping", "rows_total", "rows_checked", "rows_done"])
    finish(job, by=by)
    return job


def _said(row: ImportRow) -> str:
    # The first line holds the headings.
    words = {"line": row.number - 1, "address": row.raw[0][:80], "reason": row.reason}
    if row.verdict == Verdict.ALLOWED:
        return _("Line %(line)d, %(address)s: its seller is on your allow list (%(reason)s).") % words
    return _("Line %(line)d, %(address)s: %(reason)s") % words


def entered(job: Import):
    """The listings that were typed in, new or not."""
    return Listing.objects.filter(space_id=job.space_id, sightings__batch=job)
