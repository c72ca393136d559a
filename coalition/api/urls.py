from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.utils.module_loading import autodiscover_modules
from drf_spectacular.views import SpectacularAPIView

from coalition.api.registry import router

autodiscover_modules("api")


def open_to_tokens(patterns):
    """The API asks for a token itself: the sign-in page is no answer to a program."""
    for pattern in patterns:
        pattern.callback = login_not_required(pattern.callback)
    return patterns


urlpatterns = [
    path("schema/", login_not_required(SpectacularAPIView.as_view()), name="schema"),
    path("", include(open_to_tokens(router.urls))),
]
