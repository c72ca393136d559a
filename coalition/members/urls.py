from django.urls import path

from coalition.members import views

app_name = "members"
urlpatterns = [
    path("members/", views.directory, name="list"),
    path("members/<slug:slug>/", views.detail, name="detail"),
    path("organisation/", views.own, name="own"),
    path("organisation/invite/", views.invite, name="invite"),
    path("organisation/invitations/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("organisation/seats/<int:pk>/role/", views.change_role, name="change_role"),
    path("organisation/seats/<int:pk>/end/", views.end_seat, name="end_seat"),
    path("organisation/policies/", views.accept_policies, name="accept_policies"),
    path("join/<str:secret>/", views.join, name="join"),
    path("policies/<slug:kind>/<int:version>/", views.policy, name="policy"),
    path("switch/", views.switch, name="switch"),
    path("who-can-see/<int:space_id>/", views.who_can_see, name="who_can_see"),
    path("organisation/resign/", views.resign, name="resign"),
    path("staff/register/", views.register, name="register"),
    path("staff/register/categories/<slug:kind>/hold/", views.hold_category, name="hold_category"),
    path("staff/register/categories/<slug:kind>/release/", views.release_category, name="release_category"),
    path("staff/register/teams/<int:pk>/join/", views.join_team, name="join_team"),
    path("staff/register/teams/<int:pk>/leave/", views.leave_team, name="leave_team"),
    path("staff/register/<slug:slug>/renew/", views.renew, name="renew"),
    path("staff/register/<slug:slug>/suspend/", views.suspend, name="suspend"),
    path("staff/register/<slug:slug>/reinstate/", views.reinstate, name="reinstate"),
    path("staff/break-glass/", views.break_glass, name="break_glass"),
]
