from django.urls import path

from enforcement.market import views

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("new/", views.upload, name="upload"),
    path("<str:reference>/", views.import_detail, name="detail"),
    path("<str:reference>/columns/", views.columns, name="columns"),
    path("<str:reference>/confirm/", views.confirm, name="confirm"),
    path("<str:reference>/undo/", views.undo, name="undo"),
    path("<str:reference>/give-up/", views.give_up, name="give_up"),
    path("<str:reference>/rows/<slug:verdict>/", views.rows, name="rows"),
]
