from django.urls import path

from groups.engagement import views

app_name = "engagement"
urlpatterns = [
    path("", views.group_list, name="list"),
    path("<slug:slug>/", views.group, name="group"),
    path("<slug:slug>/join/", views.join, name="join"),
    path("<slug:slug>/chair/", views.appoint_chair, name="appoint_chair"),
    path("<slug:slug>/charter/", views.amend_charter, name="amend_charter"),
    path("<slug:slug>/topics/new/", views.new_topic, name="new_topic"),
    path("<slug:slug>/topics/<int:pk>/", views.topic, name="topic"),
]
