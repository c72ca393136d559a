from django.urls import path

from enforcement.cases.views import case, lists, moves, rooms, sharing, tasks

app_name = "cases"
urlpatterns = [
    path("", lists.case_list, name="list"),
    path("new/", case.new, name="new"),
    path("add-listings/", case.add, name="add"),
    path("tasks/", lists.task_list, name="tasks"),
    path("board/", lists.board, name="board"),
    path("calendar/", lists.calendar, name="calendar"),
    path("<str:reference>/", case.detail, name="detail"),
    path("<str:reference>/tasks/", tasks.add_task, name="add_task"),
    path("<str:reference>/tasks/<int:pk>/", tasks.change_task, name="change_task"),
    path("<str:reference>/tasks/<int:pk>/end/", tasks.end_task, name="end_task"),
    path("<str:reference>/note/", rooms.note, name="note"),
    path("<str:reference>/share/", sharing.share, name="share"),
    path("<str:reference>/unshare/", sharing.unshare, name="unshare"),
    path("<str:reference>/consent/", sharing.consent, name="consent"),
    path("<str:reference>/leave/", sharing.leave, name="leave"),
    path("<str:reference>/mark/", sharing.mark, name="mark"),
    path("<str:reference>/describe/", case.describe, name="describe"),
    path("<str:reference>/stage/", case.set_stage, name="set_stage"),
    path("<str:reference>/related/", case.relate, name="relate"),
    path("<str:reference>/related/<int:pk>/remove/", case.unrelate, name="unrelate"),
    path("<str:reference>/verify/", case.verify, name="verify"),
    path("<str:reference>/summary/", case.summary, name="summary"),
    path("<str:reference>/merge/", moves.merge, name="merge"),
    path("<str:reference>/split/", moves.split, name="split"),
    path("<str:reference>/moves/<int:pk>/undo/", moves.undo_move, name="undo_move"),
    path("<str:reference>/closing/", case.closing, name="closing"),
    path("<str:reference>/close/", case.close, name="close"),
    path("<str:reference>/reopen/", case.reopen, name="reopen"),
    path("<str:reference>/side-room/open/", rooms.open_side_room, name="open_side_room"),
    path("<str:reference>/side-room/<int:pk>/", rooms.side_room, name="side_room"),
]
