from django.urls import path

from enforcement.notices import answer_files, complaint_pages, letter_pages, views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("queue/", views.queue, name="queue"),
    path("answers/", answer_files.answer_files, name="answer_files"),
    path("answers/open/", answer_files.open_items, name="open_items"),
    path("answers/<int:pk>/", answer_files.answer_file, name="answer_file"),
    path("answers/<int:pk>/enter/", answer_files.enter_answers, name="enter_answers"),
    path("vet/", views.vet_several, name="vet_several"),
    path("acknowledge/", views.acknowledge_all, name="acknowledge_all"),
    path("two-people/", views.two_people, name="two_people"),
    path("compose/", views.compose, name="compose"),
    path("complaints/<int:pk>/", complaint_pages.complaint, name="complaint"),
    path("disputes/<int:pk>/", views.dispute, name="dispute"),
    path("disputes/<int:pk>/stand-behind/", views.stand_behind, name="stand_behind"),
    path("disputes/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("disputes/<int:pk>/conclude/", views.conclude, name="conclude"),
    path("<str:reference>/", views.detail, name="detail"),
    path("<str:reference>/edit/", views.edit, name="edit"),
    path("<str:reference>/letter/", letter_pages.letter, name="letter"),
    path("<str:reference>/translate/", letter_pages.translate, name="translate"),
    path("<str:reference>/leave-out/", views.leave_out, name="leave_out"),
    path("<str:reference>/submit/", views.submit, name="submit"),
    path("<str:reference>/countersign/", views.countersign, name="countersign"),
    path("<str:reference>/send-back/", views.send_back, name="send_back"),
    path("<str:reference>/discard/", views.discard, name="discard"),
    path("<str:reference>/approve/", views.approve, name="approve"),
    path("<str:reference>/give-back/", views.give_back, name="give_back"),
    path("<str:reference>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<str:reference>/answer/", views.answer, name="answer"),
    path("<str:reference>/items/<int:pk>/clarify/", views.clarify, name="clarify"),
    path("<str:reference>/items/<int:pk>/complain/", complaint_pages.complain, name="complain"),
    path("<str:reference>/items/<int:pk>/dispute/", views.new_dispute, name="new_dispute"),
]
