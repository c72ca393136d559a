import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coalition.members.models import Organisation
from demo import mass, story


class Command(BaseCommand):
    help = "Fill the portal with the demo's story; with --scale N, put a realistic mass around it. Needs DEBUG=1."

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=int, default=0, help="250 organisations, and N × (160,000 listings, 2,000 cases, 3,200 notices)")

    def handle(self, *args, scale, **options):
        if not settings.DEBUG:
            raise CommandError("Demo data has a known password; it is refused unless DEBUG=1.")
        begin = time.monotonic()
        if Organisation.objects.filter(slug="aurelia").exists():
            self.stdout.write("The story is told already.")
        else:
            story.tell(lambda line: self.stdout.write(f"  {line}"))
        if scale:
            mass.put(scale, lambda line: self.stdout.write(f"  {line}"))
        self.stdout.write(f"Demo data ready in {time.monotonic() - begin:.1f} s.")
