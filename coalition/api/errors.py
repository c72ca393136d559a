"""What actions refuse with, as the API says it."""

from django.db import ProgrammingError, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from coalition.access.errors import Conflict, NotAllowed, Refused, withdrawn


def handler(exception, context):
    answer = _ours(exception) or exception_handler(exception, context)
    if answer is not None and transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    return answer


def _ours(exception) -> Response | None:
    if isinstance(exception, NotAllowed):
        return Response({"detail": str(exception)}, status=403)
    if isinstance(exception, Refused):
        problems = [{"field": field, "detail": str(sentence)} for field, sentence in exception.problems]
        return Response({"detail": exception.message, "field": exception.field, "problems": problems}, status=422)
    if isinstance(exception, ProgrammingError) and (refusal := withdrawn(exception)):
        return Response({"detail": str(refusal)}, status=403)
    if isinstance(exception, Conflict):
        return Response({"detail": str(exception)}, status=409)
    if isinstance(exception, Http404):
        # One sentence for whatever is not there: what kind of thing was looked for would say what is.
        return Response({"detail": _("Not found.")}, status=404)
    return None
