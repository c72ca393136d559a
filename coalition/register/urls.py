from django.urls import path

from coalition.register import views

app_name = "register"
urlpatterns = [
    path("staff/dashboard/", views.dashboard, name="dashboard"),
    path("staff/members/", views.organisations, name="list"),
    path("staff/members/write/", views.write, name="write"),
    path("staff/members/act/", views.act, name="act"),
    path("staff/members/import/", views.imports, name="imports"),
    path("staff/members/import/<int:pk>/", views.one_import, name="import"),
    path("staff/members/import/<int:pk>/enter/", views.enter, name="enter"),
    path("staff/members/import/<int:pk>/undo/", views.undo, name="undo"),
    path("staff/members/<slug:slug>/value/", views.value, name="value"),
    path("staff/members/<slug:slug>/term/", views.give_term, name="give_term"),
    path("organisation/value/", views.own_value, name="own_value"),
]
