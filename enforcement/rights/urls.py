from django.urls import path

from enforcement.rights import views

app_name = "rights"
urlpatterns = [
    path("", views.right_list, name="list"),
    path("new/", views.new, name="new"),
    path("<str:reference>/", views.detail, name="detail"),
]
