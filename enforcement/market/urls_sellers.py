from django.urls import path

from enforcement.market import sellers

app_name = "sellers"
urlpatterns = [
    path("", sellers.seller_list, name="list"),
    path("allowed/", sellers.allow_list, name="allow_list"),
    path("allowed/import/", sellers.allowed_files, name="allowed_files"),
    path("allowed/import/<int:pk>/", sellers.allowed_file, name="allowed_file"),
    path("allowed/import/<int:pk>/enter/", sellers.enter_allowed, name="enter_allowed"),
    path("allowed/import/<int:pk>/undo/", sellers.undo_allowed, name="undo_allowed"),
    path("<path:key>/link/", sellers.link, name="link"),
    path("<path:key>/allow/", sellers.allow, name="allow"),
    path("<path:key>/allowed/<int:pk>/end/", sellers.end, name="end"),
    path("<path:key>/", sellers.seller, name="detail"),
]
