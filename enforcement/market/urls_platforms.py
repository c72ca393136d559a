from django.urls import path

from enforcement.market import platforms

app_name = "platforms"
urlpatterns = [
    path("", platforms.platform_list, name="list"),
    path("<slug:slug>/", platforms.amend, name="amend"),
]
