from django.urls import path

from enforcement.market import views

app_name = "listings"
urlpatterns = [
    path("", views.listing_list, name="list"),
    path("<int:pk>/", views.listing, name="detail"),
    path("<int:pk>/picture/", views.picture, name="picture"),
    path("<int:pk>/judge/", views.judge, name="judge"),
]
