from django.urls import path

from enforcement.market import sellers

app_name = "sellers"
urlpatterns = [
    path("", sellers.seller_list, name="list"),
    path("allowed/", sellers.allow_list, name="allow_list"),
    path("<path:key>/link/", sellers.link, name="link"),
    path("<path:key>/allow/", sellers.allow, name="allow"),
    path("<path:key>/allowed/<int:pk>/end/", sellers.end, name="end"),
    path("<path:key>/", sellers.seller, name="detail"),
]
