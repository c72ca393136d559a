from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.api import actions
from coalition.api.forms import TokenForm
from coalition.api.models import AccessToken


def tokens(request):
    """One's own tokens; a new one's secret is on this page once."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _token, secret = actions.make_token(by=request.viewer, **form.cleaned_data)
        form = TokenForm()
    own = AccessToken.objects.filter(seat__person_id=request.viewer.person_id).select_related("seat__organisation")
    context = {"form": form, "secret": secret, "tokens": own, "may_make": actions.can_make_token(request.viewer)}
    return render(request, "coalition/api/tokens.html", context)


@require_POST
def revoke(request, pk):
    token = get_object_or_404(AccessToken, pk=pk, seat__person_id=request.viewer.person_id)
    actions.revoke_token(token, by=request.viewer)
    messages.success(request, _("The token was revoked."))
    return redirect("tokens")
