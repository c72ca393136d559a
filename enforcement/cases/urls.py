from django.urls import path

from enforcement.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("new/", views.new, name="new"),
    path("add-listings/", views.add, name="add"),
    path("tasks/", views.task_list, name="tasks"),
    path("board/", views.board, name="board"),
    path("calendar/", views.calendar, name="calendar"),
    path("<str:reference>/", views.detail, name="detail"),
    path("<str:reference>/tasks/", views.add_task, name="add_task"),
    path("<str:reference>/tasks/<int:pk>/", views.change_task, name="change_task"),
    path("<str:reference>/tasks/<int:pk>/end/", views.end_task, name="end_task"),
    path("<str:reference>/note/", views.note, name="note"),
    path("<str:reference>/share/", views.share, name="share"),
    path("<str:reference>/unshare/", views.unshare, name="unshare"),
    path("<str:reference>/leave/", views.leave, name="leave"),
    path("<str:reference>/mark/", views.mark, name="mark"),
    path("<str:reference>/describe/", views.describe, name="describe"),
    path("<str:reference>/stage/", views.set_stage, name="set_stage"),
    path("<str:reference>/related/", views.relate, name="relate"),
    path("<str:reference>/related/<int:pk>/remove/", views.unrelate, name="unrelate"),
    path("<str:reference>/verify/", views.verify, name="verify"),
    path("<str:reference>/summary/", views.summary, name="summary"),
    path("<str:reference>/merge/", views.merge, name="merge"),
    path("<str:reference>/split/", views.split, name="split"),
    path("<str:reference>/moves/<int:pk>/undo/", views.undo_move, name="undo_move"),
    path("<str:reference>/closing/", views.closing, name="closing"),
    path("<str:reference>/close/", views.close, name="close"),
    path("<str:reference>/reopen/", views.reopen, name="reopen"),
    path("<str:reference>/side-room/open/", views.open_side_room, name="open_side_room"),
    path("<str:reference>/side-room/<int:pk>/", views.side_room, name="side_room"),
]
