from django.urls import path

from coalition.applications import public, staff

app_name = "applications"
urlpatterns = [
    path("apply/", public.start, name="start"),
    path("apply/<str:token>/", public.status, name="status"),
    path("apply/<str:token>/check/", public.check, name="check"),
    path("apply/<str:token>/withdraw/", public.withdraw, name="withdraw"),
    path("apply/<str:token>/appeal/", public.appeal, name="appeal"),
    path("apply/<str:token>/invoice/", public.invoice, name="invoice"),
    path("apply/<str:token>/pay/", public.pay, name="pay"),
    path("apply/<str:token>/papers/<int:pk>/", public.paper, name="paper"),
    path("apply/<str:token>/<slug:step>/", public.step, name="step"),
    path("sponsor/<str:token>/", public.sponsor, name="sponsor"),
    path("candidates/", staff.candidates, name="candidates"),
    path("candidates/<int:pk>/", staff.candidate, name="candidate"),
    path("staff/applications/", staff.queue, name="queue"),
    path("staff/applications/<str:reference>/", staff.detail, name="detail"),
    path("staff/applications/<str:reference>/ask/", staff.ask, name="ask"),
    path("staff/applications/<str:reference>/vet/", staff.vet, name="vet"),
    path("staff/applications/<str:reference>/sponsor/", staff.name_sponsor, name="name_sponsor"),
    path("staff/applications/<str:reference>/finding/", staff.finding, name="finding"),
    path("staff/applications/<str:reference>/window/", staff.window, name="window"),
    path("staff/applications/<str:reference>/review/", staff.review, name="review"),
    path("staff/applications/<str:reference>/vote/", staff.vote, name="vote"),
    path("staff/applications/<str:reference>/decline/", staff.decline, name="decline"),
    path("staff/applications/<str:reference>/appeal/", staff.hear, name="hear"),
    path("staff/applications/<str:reference>/first-dues/", staff.first_dues, name="first_dues"),
    path("staff/applications/<str:reference>/waive/", staff.waive, name="waive"),
]
