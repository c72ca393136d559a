from django.urls import path

from groups.engagement.views import groups, meetings

app_name = "engagement"
urlpatterns = [
    path("", groups.group_list, name="list"),
    path("<slug:slug>/", groups.group, name="group"),
    path("<slug:slug>/join/", groups.join, name="join"),
    path("<slug:slug>/chair/", groups.appoint_chair, name="appoint_chair"),
    path("<slug:slug>/charter/", groups.amend_charter, name="amend_charter"),
    path("<slug:slug>/topics/new/", groups.new_topic, name="new_topic"),
    path("<slug:slug>/topics/<int:pk>/", groups.topic, name="topic"),
    path("<slug:slug>/meetings/", meetings.meeting_list, name="meetings"),
    path("<slug:slug>/meetings/call/", meetings.call, name="call_meeting"),
    path("<slug:slug>/meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("<slug:slug>/meetings/<int:pk>/calendar/", meetings.calendar, name="meeting_calendar"),
    path("<slug:slug>/meetings/<int:pk>/change/", meetings.change, name="amend_meeting"),
    path("<slug:slug>/meetings/<int:pk>/call-off/", meetings.call_off, name="call_off"),
    path("<slug:slug>/meetings/<int:pk>/answer/", meetings.answer, name="answer_meeting"),
    path("<slug:slug>/meetings/<int:pk>/minutes/", meetings.minutes, name="minutes"),
    path("<slug:slug>/meetings/<int:pk>/minutes/send-back/", meetings.send_back, name="send_back_minutes"),
    path("<slug:slug>/meetings/<int:pk>/minutes/final/", meetings.finish, name="finish_minutes"),
]
