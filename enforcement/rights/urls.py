from django.urls import path

from enforcement.rights import views

app_name = "rights"
urlpatterns = [
    path("", views.right_list, name="list"),
    path("new/", views.new, name="new"),
    path("import/", views.imports, name="imports"),
    path("import/<int:pk>/", views.one_import, name="import"),
    path("import/<int:pk>/enter/", views.enter_all, name="enter_all"),
    path("import/<int:pk>/undo/", views.undo, name="undo"),
    path("<str:reference>/", views.detail, name="detail"),
    path("<str:reference>/amend/", views.amend, name="amend"),
    path("<str:reference>/designations/", views.designate, name="designate"),
    path("<str:reference>/territories/<int:pk>/status/", views.set_status, name="set_status"),
    path("<str:reference>/statuses/<int:pk>/take-back/", views.take_back_status, name="take_back_status"),
    path("<str:reference>/papers/", views.add_paper, name="add_paper"),
    path("<str:reference>/papers/<int:pk>/remove/", views.remove_paper, name="remove_paper"),
    path("<str:reference>/recordations/", views.record_at_customs, name="record_at_customs"),
    path("<str:reference>/recordations/<int:pk>/end/", views.end_recordation, name="end_recordation"),
]
