from django.urls import path

from enforcement.statistics import views

app_name = "statistics"
urlpatterns = [
    path("statistics/", views.public, name="public"),
    path("enforcement/statistics/", views.own, name="own"),
    path("enforcement/statistics/accuracy/", views.accuracy, name="accuracy"),
    path("enforcement/statistics/vetting/", views.service, name="service"),
    path("enforcement/statistics/publish/", views.publish, name="publish"),
    path("enforcement/statistics/M10/<str:part>/", views.infringers, name="infringers"),
    path("enforcement/statistics/<str:code>/<str:part>/", views.rows, name="rows"),
]
