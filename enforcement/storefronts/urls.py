from django.urls import path

from enforcement.storefronts import views

app_name = "storefronts"
urlpatterns = [
    path("", views.record, name="list"),
    path("new/", views.new, name="new"),
    path("under/<str:reference>/", views.note_under, name="note_under"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/reverse/", views.reverse, name="reverse"),
]
