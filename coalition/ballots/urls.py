from django.urls import path

from coalition.ballots import views

app_name = "ballots"
urlpatterns = [
    path("ballots/", views.ballots, name="list"),
    path("ballots/new/", views.new, name="new"),
    path("ballots/voter/", views.voter, name="voter"),
    path("ballots/<str:reference>/", views.detail, name="detail"),
    path("ballots/<str:reference>/amend/", views.amend, name="amend"),
    path("ballots/<str:reference>/open/", views.open_ballot, name="open"),
    path("ballots/<str:reference>/vote/", views.vote, name="vote"),
    path("ballots/<str:reference>/proxy/", views.proxy, name="proxy"),
    path("ballots/<str:reference>/recuse/", views.recuse, name="recuse"),
    path("ballots/<str:reference>/withdraw/", views.withdraw, name="withdraw"),
]
