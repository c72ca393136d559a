from django.core.management.base import BaseCommand, CommandError

from coalition.activity.actions import seal_events, verify_seals
from coalition.activity.models import Seal


class Command(BaseCommand):
    help = "Check every sealed event against its seal; finds an altered, missing or reordered row."

    def add_arguments(self, parser):
        parser.add_argument("--seal", action="store_true", help="close a seal over what is not sealed yet, first")

    def handle(self, *args, seal, **options):
        while seal and seal_events():
            pass
        faults = verify_seals()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults.")
        last = Seal.objects.order_by("-pk").first()
        self.stdout.write(f"All seals hold; the last is {last.digest if last else 'none yet'}.")
