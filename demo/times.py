"""Tell a story in the past: inside, the portal's clock stands at another instant."""

import contextlib
from datetime import datetime, timedelta
from unittest import mock

from django.utils import timezone


@contextlib.contextmanager
def ago(**span):
    """As if it were `timedelta(**span)` earlier, for everything that asks Django what time it is."""
    moment = datetime.now(tz=timezone.get_default_timezone()) - timedelta(**span)

    class Then(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz) if tz else moment.replace(tzinfo=None)

    with mock.patch("django.utils.timezone.datetime", Then):
        yield moment
