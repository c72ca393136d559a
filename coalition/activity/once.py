"""A form that is sent twice does its deed once."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.activity.models import SentForm

KEPT_FOR = timedelta(days=1)


def once(same: Any, make: Callable[[], Any]) -> Any:
    """What `make` makes, or what of `same` (a queryset by the form's token) was made before, be it at this very moment."""
    if again := same.first():
        return again
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        if again := same.first():
            return again
        raise


def answered_once(request, answer: Callable[[], Any]) -> Any:
    """The answer to a request; where the same form, as it was drawn once, was sent before and led somewhere, that way again and nothing more.

    A second one that comes while the first is at work waits for it, in the database: the first holds the form's key until it commits. One
    that was refused led nowhere, and is judged anew.
    """
    key = _key(request)
    if key is None:
        return answer()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO activity_sentform (key, address, at) VALUES (%s, '', %s) ON CONFLICT DO NOTHING", [key, timezone.now()])
        is_first = cursor.rowcount == 1
    if not is_first:
        messages.info(request, _("You sent this twice: it was done once."))
        return HttpResponseRedirect(SentForm.objects.get(key=key).address)
    response = answer()
    sent = SentForm.objects.filter(key=key)
    if response.status_code == 302:
        sent.update(address=response.url)
    else:
        sent.delete()
    return response


def _key(request) -> str | None:
    """What one drawing of a form with what stands in it is known by: each page that is drawn gives its forms another token."""
    drawn = request.POST.get("csrfmiddlewaretoken") if request.method == "POST" else None
    if not drawn or request.path.startswith("/api/"):
        return None
    files = [(name, file.name, file.size) for name, many in request.FILES.lists() for file in many]
    seat = request.viewer.seat_id if request.viewer else None
    said = [seat, request.get_full_path(), sorted(request.POST.lists()), sorted(files)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def forget_sent_forms() -> None:
    """Let go of forms that were sent a day ago."""
    SentForm.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
