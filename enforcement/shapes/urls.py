from django.urls import path

from enforcement.market import platforms
from enforcement.shapes import views

app_name = "platforms"
urlpatterns = [
    path("", platforms.platform_list, name="list"),
    path("<slug:slug>/", platforms.amend, name="amend"),
    path("<slug:slug>/form/", views.form, name="form"),
    path("<slug:slug>/form/ask/", views.ask, name="ask"),
    path("<slug:slug>/form/<int:pk>/end/", views.ask_no_more, name="ask_no_more"),
    path("<slug:slug>/form/policies/", views.link, name="link_policy"),
    path("<slug:slug>/form/policies/<int:pk>/end/", views.unlink, name="unlink_policy"),
    path("<slug:slug>/form/reasons/", views.reasons, name="reasons"),
    path("<slug:slug>/form/words/", views.word, name="word"),
]
