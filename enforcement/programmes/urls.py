from django.urls import path

from enforcement.programmes import views

app_name = "programmes"
urlpatterns = [
    path("", views.programme_list, name="list"),
    path("askings/<int:pk>/accept/", views.accept, name="accept"),
    path("askings/<int:pk>/decline/", views.decline, name="decline"),
    path("enrolments/<int:pk>/warn/", views.warn, name="warn"),
    path("enrolments/<int:pk>/suspend/", views.suspend, name="suspend"),
    path("enrolments/<int:pk>/end/", views.end, name="end"),
    path("warnings/<int:pk>/lift/", views.lift, name="lift"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/ask/", views.ask, name="ask"),
    path("<slug:slug>/leave/", views.leave, name="leave"),
    path("<slug:slug>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:slug>/members/", views.members, name="members"),
    path("<slug:slug>/manage/", views.manage, name="manage"),
    path("<slug:slug>/amend/", views.amend, name="amend"),
    path("<slug:slug>/window/", views.open_window, name="window"),
    path("<slug:slug>/good-faith/", views.set_good_faith, name="good_faith"),
]
