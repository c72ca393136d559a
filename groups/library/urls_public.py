from django.urls import path

from groups.library import views

urlpatterns = [
    path("", views.guidance, name="guidance"),
    path("<slug:slug>/", views.public_document, name="public_document"),
]
