from django.urls import path

from enforcement.storefronts import views

app_name = "storefronts"
urlpatterns = [
    path("", views.record, name="list"),
    path("new/", views.new, name="new"),
    path("under/<str:reference>/", views.note_under, name="note_under"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/reverse/", views.reverse, name="reverse"),
    path("<int:pk>/appeal/", views.appeal, name="appeal"),
    path("<int:pk>/appeals/<int:appeal_pk>/", views.decide_appeal, name="decide_appeal"),
    path("ladder/<slug:slug>/", views.ladder, name="ladder"),
    path("ladder/<slug:slug>/set/", views.set_step, name="set_step"),
    path("ladder/<slug:slug>/<int:pk>/end/", views.end_step, name="end_step"),
]
