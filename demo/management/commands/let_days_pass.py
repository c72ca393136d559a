from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import passing


class Command(BaseCommand):
    help = "Let days pass in the demo: everything moves into the past by so many, and what is due by then is done. Needs DEMO=1."

    def add_arguments(self, parser):
        parser.add_argument("days", type=int)

    def handle(self, *args, days, **options):
        if not settings.DEMO:
            raise CommandError("Only the demo's days can pass at will: it needs DEMO=1.")
        if not 1 <= days <= passing.MOST_DAYS:
            raise CommandError(f"From 1 to {passing.MOST_DAYS} days.")
        passing.let_pass(days)
        self.stdout.write(f"{days} days have passed.")
