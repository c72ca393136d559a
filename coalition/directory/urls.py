from django.urls import path

from coalition.directory import views

app_name = "directory"
urlpatterns = [
    path("members/", views.organisations, name="organisations"),
    path("members/people/", views.people, name="people"),
    path("members/people/<int:pk>/", views.person, name="person"),
    path("members/people/<int:pk>/write/", views.write_to, name="write_to"),
    path("members/contacts/", views.contacts, name="contacts"),
    path("members/contacts/<int:pk>/", views.contact, name="contact"),
    path("members/contacts/<int:pk>/accept/", views.accept, name="accept"),
    path("members/contacts/<int:pk>/end/", views.end, name="end"),
    path("profile/card/", views.own_card, name="own_card"),
    path("profile/card/take-down/", views.take_down, name="take_down"),
    path("organisation/card/", views.organisation_card, name="organisation_card"),
]
