"""The import page's work from a shell: the same actions, the same verdicts."""

import time
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from coalition.access.errors import Refused
from coalition.access.viewer import as_viewer
from coalition.members.models import Organisation, Seat
from coalition.members.viewers import viewer_of_seat
from enforcement.cases.actions import add_listings
from enforcement.cases.models import Case
from enforcement.market import actions, working
from enforcement.market.models import Import, ImportRow, Listing


class Command(BaseCommand):
    help = "Import a file of listings to an organisation's desk; every row is accounted for."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--platform", metavar="SLUG", help="refuse rows of any other platform")
        parser.add_argument("--case", metavar="REF", help="add what comes in, or is already ours, to this case")
        parser.add_argument("--dry-run", action="store_true", help="say what would become of each row and write no listing")

    def handle(self, *args, file, organisation, platform, case, dry_run, **options):
        viewer = self.viewer(organisation)
        try:
            with file.open("rb") as opened, as_viewer(viewer):
                job = actions.upload(File(opened, name=file.name), by=viewer)
                mapping = {field: choice["column"] for field, choice in job.mapping.items()}
                actions.choose_columns(job, mapping=mapping, by=viewer)
        except FileNotFoundError as missing:
            raise CommandError(f"{file} is not there.") from missing
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.work(job, viewer)
        if platform:
            self.refuse_others(job, viewer, platform)
        job = self.look(job, viewer)
        if job.state == Import.State.REFUSED:
            raise CommandError(job.problem)
        if not dry_run:
            with as_viewer(viewer):
                actions.confirm(job, by=viewer)
            job = self.work(job, viewer)
            if case:
                self.add_to_case(job, viewer, case)
        self.tell(job, viewer)

    def viewer(self, slug):
        if not Organisation.objects.filter(slug=slug).exists():
            raise CommandError(f"No organisation is called {slug}.")
        for seat in Seat.objects.filter(organisation__slug=slug, ends_at=None).order_by("pk"):
            viewer = viewer_of_seat(seat.pk)
            if viewer and viewer.may("import_listings"):
                return viewer
        raise CommandError(f"{slug} has no seat that may import listings.")

    def work(self, job, viewer):
        """Do the worker's part here, or wait for the worker that was quicker."""
        while (job := self.look(job, viewer)).is_at_work:
            if not working.work_on(job.pk):
                time.sleep(0.5)
        return job

    def look(self, job, viewer):
        with as_viewer(viewer):
            return Import.objects.select_related("attachment").get(pk=job.pk)

    def refuse_others(self, job, viewer, platform):
        with as_viewer(viewer):
            actions.keep_to_platform(job, platform, by=viewer)

    def add_to_case(self, job, viewer, reference):
        with transaction.atomic(), as_viewer(viewer):
            found = Case.objects.visible_to(viewer).filter(reference=reference).first()
            if found is None:
                raise CommandError(f"No case {reference} that this organisation can see.")
            keys = ImportRow.objects.filter(job=job, verdict__in=["new", "ours"]).values("key")
            add_listings(found, Listing.objects.filter(space_id=viewer.desk_id, key__in=keys), by=viewer)

    def tell(self, job, viewer):
        counts = job.counts
        rows = sum(counts.get(verdict, 0) for verdict in ImportRow.Verdict.values)
        self.stdout.write(f"{job.reference}: {rows} rows in {job.name}, {job.lines_ignored} blank or comment lines")
        for verdict in ImportRow.Verdict:
            self.stdout.write(f"  {verdict.label:<24}{counts.get(verdict.value, 0):>8}")
        self.stdout.write(f"  {'written':<24}{counts.get('written', 0):>8}")
        with as_viewer(viewer):
            for row in ImportRow.objects.filter(job=job, verdict=ImportRow.Verdict.REFUSED).order_by("number")[:20]:
                self.stdout.write(f"  row {row.number}: {row.field} “{row.value[:60]}”: {row.reason}")
