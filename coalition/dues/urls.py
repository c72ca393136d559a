from django.urls import path

from coalition.dues import treasury, views

app_name = "dues"
urlpatterns = [
    path("organisation/dues/", views.own, name="own"),
    path("organisation/dues/billing/", views.billing, name="billing"),
    path("dues/of/<slug:slug>/", views.of, name="of"),
    path("dues/card/", views.told_by_card, name="told_by_card"),
    path("dues/<slug:number>/", views.invoice, name="invoice"),
    path("dues/<slug:number>/pdf/", views.pdf, name="pdf"),
    path("dues/<slug:number>/pay/", views.pay, name="pay"),
    path("dues/<slug:number>/credit/", treasury.credit, name="credit"),
    path("dues/<slug:number>/refund/", treasury.refund_credit, name="refund_credit"),
    path("dues/<slug:number>/reissue/", treasury.reissue, name="reissue"),
    path("staff/dues/", treasury.ageing, name="ageing"),
    path("staff/dues/ladder/", treasury.ladder, name="ladder"),
    path("staff/dues/ladder/sent/", treasury.sent, name="sent"),
    path("staff/dues/bank/", treasury.bank_statements, name="bank"),
    path("staff/dues/bank/<int:pk>/", treasury.statement, name="statement"),
    path("staff/dues/bank/<int:pk>/accept/", treasury.accept_certain, name="accept_certain"),
    path("staff/dues/bank/lines/<int:pk>/accept/", treasury.accept, name="accept"),
    path("staff/dues/bank/lines/<int:pk>/leave/", treasury.leave, name="leave"),
    path("staff/dues/bank/lines/<int:pk>/take-up/", treasury.take_up, name="take_up"),
    path("staff/dues/bank/lines/<int:pk>/unbook/", treasury.unbook, name="unbook"),
    path("staff/dues/members/", treasury.members, name="members"),
    path("staff/dues/rates/", treasury.rates, name="rates"),
    path("staff/dues/payments/<int:pk>/back/", treasury.give_back, name="give_back"),
    path("staff/dues/payments/<int:pk>/move/", treasury.move, name="move"),
    path("staff/dues/payments/<int:pk>/refund/", treasury.refund, name="refund"),
    path("staff/dues/accounts/<slug:slug>/", treasury.account, name="account"),
    path("staff/dues/accounts/<slug:slug>/billing/", treasury.account_billing, name="account_billing"),
    path("staff/dues/accounts/<slug:slug>/receive/", treasury.receive, name="receive"),
    path("staff/dues/accounts/<slug:slug>/renew/", treasury.renew, name="renew"),
    path("staff/dues/accounts/<slug:slug>/tier/", treasury.change_tier, name="change_tier"),
    path("staff/dues/accounts/<slug:slug>/band/", treasury.set_band, name="set_band"),
]
