from django.urls import path

from enforcement.programmes import views

app_name = "programmes"
urlpatterns = [
    path("", views.programme_list, name="list"),
    path("<slug:slug>/", views.detail, name="detail"),
]
