"""What an action refused with, as a page."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import identify


def page(request, refusal: Exception):
    """The refused action's page: back where one came from with the sentence, or a page of its own."""
    if not isinstance(refusal, NotAllowed):
        back = request.META.get("HTTP_REFERER", "")
        if request.method == "POST" and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
            messages.error(request, str(refusal))
            return redirect(back)
    status = 403 if isinstance(refusal, NotAllowed) else 409 if isinstance(refusal, Conflict) else 422
    with transaction.atomic():
        identify(request.viewer)
        return render(request, f"{status}.html", {"reason": str(refusal)}, status=status)


REFUSALS = (NotAllowed, Refused, Conflict)
