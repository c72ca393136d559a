from django.urls import path

from enforcement.sharing import views

app_name = "sharing"
urlpatterns = [
    path("", views.group_list, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/describe/", views.describe, name="describe"),
    path("<int:pk>/widen/", views.widen, name="widen"),
    path("<int:pk>/take-out/", views.take_out, name="take_out"),
    path("<int:pk>/leave/", views.leave, name="leave"),
    path("<int:pk>/end/", views.end, name="end"),
]
