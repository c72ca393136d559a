from django.urls import path

from groups.library import views

app_name = "library"
urlpatterns = [
    path("", views.document_list, name="list"),
    path("new/", views.new, name="new"),
    path("<slug:slug>/", views.document, name="document"),
    path("<slug:slug>/revise/", views.revise, name="revise"),
    path("<slug:slug>/consult/", views.consult, name="consult"),
    path("<slug:slug>/publish/", views.publish, name="publish"),
    path("<slug:slug>/comment/", views.comment, name="comment"),
]
