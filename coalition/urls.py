from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from coalition.api import views as api
from coalition.pages import views as pages

urlpatterns = [
    path("", pages.front, name="front"),
    path("membership/", pages.membership, name="membership"),
    path("guidance/", include("groups.library.urls_public")),
    path("home/", pages.home, name="home"),
    path("inbox/", pages.inbox, name="inbox"),
    path("inbox/read/", pages.inbox_read, name="inbox_read"),
    path("due/", pages.due, name="due"),
    path("profile/", pages.profile, name="profile"),
    path("profile/tokens/", api.tokens, name="tokens"),
    path("profile/tokens/<int:pk>/revoke/", api.revoke, name="revoke_token"),
    path("healthz", pages.healthz, name="healthz"),
    path("robots.txt", pages.robots, name="robots"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("coalition.api.urls")),
    path("", include("coalition.directory.urls")),
    path("", include("coalition.members.urls")),
    path("", include("coalition.dues.urls")),
    path("", include("coalition.applications.urls")),
    path("", include("coalition.ballots.urls")),
    path("", include("coalition.register.urls")),
    path("", include("coalition.search.urls")),
    path("", include("coalition.files.urls")),
    path("", include("coalition.saved.urls")),
    path("groups/", include("groups.engagement.urls")),
    path("library/", include("groups.library.urls")),
    path("enforcement/", RedirectView.as_view(pattern_name="cases:list"), name="enforcement"),
    path("enforcement/storefronts/", include("enforcement.storefronts.urls")),
    path("enforcement/proposals/", include("enforcement.proposals.urls")),
    path("enforcement/rights/", include("enforcement.rights.urls")),
    path("enforcement/listings/", include("enforcement.market.urls_listings")),
    path("enforcement/sellers/", include("enforcement.market.urls_sellers")),
    path("enforcement/platforms/", include("enforcement.shapes.urls")),
    path("enforcement/imports/", include("enforcement.market.urls_imports")),
    path("enforcement/cases/sharing-groups/", include("enforcement.sharing.urls")),
    path("enforcement/cases/", include("enforcement.cases.urls")),
    path("enforcement/notices/", include("enforcement.notices.urls")),
    path("enforcement/programmes/", include("enforcement.programmes.urls")),
    path("", include("enforcement.statistics.urls")),
]
# An address that nothing answers is met by our own page, in development too; what lacks its last slash is given it first.
urlpatterns.append(re_path(r"^(?!accounts/).*/$", pages.nothing, name="nothing"))
if settings.DEMO:
    urlpatterns.insert(-1, path("demo/", include("demo.urls")))
if settings.DEBUG:
    urlpatterns.insert(-1, path("styleguide/", login_not_required(pages.styleguide), name="styleguide"))
