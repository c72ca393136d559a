from django.urls import path

from enforcement.market import views

app_name = "sellers"
urlpatterns = [path("", views.seller_list, name="list"), path("<path:key>/", views.seller, name="detail")]
