from django.urls import path

from coalition.saved import views

app_name = "saved"
urlpatterns = [
    path("views/", views.view_list, name="list"),
    path("views/save/", views.save, name="save"),
    path("views/<int:pk>/", views.change, name="change"),
    path("views/<int:pk>/drop/", views.drop, name="drop"),
]
