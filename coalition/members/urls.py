from django.urls import path

from coalition.members import our_organisation as ours
from coalition.members import views

app_name = "members"
urlpatterns = [
    path("members/<slug:slug>/", views.detail, name="detail"),
    path("organisation/", views.own, name="own"),
    path("organisation/invite/", views.invite, name="invite"),
    path("organisation/invitations/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("organisation/seats/<int:pk>/role/", views.change_role, name="change_role"),
    path("organisation/seats/<int:pk>/end/", views.end_seat, name="end_seat"),
    path("organisation/policies/", views.accept_policies, name="accept_policies"),
    path("organisation/domains/", ours.domains, name="domains"),
    path("organisation/domains/<int:pk>/prove/", ours.prove_domain, name="prove_domain"),
    path("organisation/domains/<int:pk>/end/", ours.end_domain, name="end_domain"),
    path("organisation/agents/", ours.agents, name="agents"),
    path("organisation/agents/<int:pk>/", ours.mandate, name="mandate"),
    path("organisation/agents/<int:pk>/seat/", ours.seat_agent, name="seat_agent"),
    path("organisation/agents/<int:pk>/unseat/", ours.unseat_agent, name="unseat_agent"),
    path("organisation/agents/<int:pk>/end/", ours.end_mandate, name="end_mandate"),
    path("organisation/seats/<int:pk>/hand-over/", ours.hand_over, name="hand_over"),
    path("organisation/ownership/offer/", ours.offer_ownership, name="offer_ownership"),
    path("organisation/ownership/<int:pk>/take/", ours.take_ownership, name="take_ownership"),
    path("organisation/ownership/<int:pk>/refuse/", ours.refuse_ownership, name="refuse_ownership"),
    path("join/", ours.wish, name="wish"),
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
    path("staff/register/policies/", views.publish_policy, name="publish_policy"),
    path("staff/register/<slug:slug>/domain/", views.vouch_for_domain, name="vouch_for_domain"),
    path("staff/register/<slug:slug>/renew/", views.renew, name="renew"),
    path("staff/register/<slug:slug>/suspend/", views.suspend, name="suspend"),
    path("staff/register/<slug:slug>/reinstate/", views.reinstate, name="reinstate"),
    path("staff/break-glass/", views.break_glass, name="break_glass"),
]
