from django.urls import path

from enforcement.statistics import report_pages, views

app_name = "statistics"
urlpatterns = [
    path("statistics/", views.public, name="public"),
    path("statistics/<int:pk>/", report_pages.snapshot, name="snapshot"),
    path("statistics/<int:pk>/trusted-flagger/", report_pages.flagger, name="flagger"),
    path("enforcement/statistics/", views.own, name="own"),
    path("enforcement/statistics/months/", views.months, name="months"),
    path("enforcement/statistics/own-measures/", report_pages.own_measures, name="own_measures"),
    path("enforcement/statistics/accuracy/", views.accuracy, name="accuracy"),
    path("enforcement/statistics/vetting/", views.service, name="service"),
    path("enforcement/statistics/publish/", views.publish, name="publish"),
    path("enforcement/statistics/M10/<str:part>/", views.infringers, name="infringers"),
    path("enforcement/statistics/<str:code>/<str:part>/", views.rows, name="rows"),
]
