from django.urls import path

from coalition.members import views

app_name = "members"
urlpatterns = [
    path("members/", views.directory, name="list"),
    path("members/<slug:slug>/", views.detail, name="detail"),
    path("switch/", views.switch, name="switch"),
    path("who-can-see/<int:space_id>/", views.who_can_see, name="who_can_see"),
    path("staff/break-glass/", views.break_glass, name="break_glass"),
]
