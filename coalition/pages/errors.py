"""What an action refused with, as a page."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import identify

# What a form sends that nobody typed, or that nobody should read again.
NOT_TYPED = {"csrfmiddlewaretoken", "password", "token", "item", "listing"}


def _typed(request) -> list[str]:
    """What somebody wrote into the form that was refused: shown to them, so that it is not lost."""
    return [value for name, value in request.POST.items() if name not in NOT_TYPED and len(value.split()) > 1]


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
        return render(request, f"{status}.html", {"reason": str(refusal), "typed": _typed(request)}, status=status)


REFUSALS = (NotAllowed, Refused, Conflict)
