from django.urls import path

from coalition.dues import views

app_name = "dues"
urlpatterns = [
    path("organisation/dues/", views.own, name="own"),
    path("organisation/dues/billing/", views.billing, name="billing"),
    path("dues/of/<slug:slug>/", views.of, name="of"),
    path("dues/card/", views.told_by_card, name="told_by_card"),
    path("dues/<slug:number>/", views.invoice, name="invoice"),
    path("dues/<slug:number>/pdf/", views.pdf, name="pdf"),
    path("dues/<slug:number>/pay/", views.pay, name="pay"),
    path("dues/<slug:number>/credit/", views.credit, name="credit"),
    path("dues/<slug:number>/refund/", views.refund_credit, name="refund_credit"),
    path("staff/dues/", views.ageing, name="ageing"),
    path("staff/dues/ladder/", views.ladder, name="ladder"),
    path("staff/dues/bank/", views.bank_statements, name="bank"),
    path("staff/dues/bank/<int:pk>/", views.statement, name="statement"),
    path("staff/dues/bank/<int:pk>/accept/", views.accept_certain, name="accept_certain"),
    path("staff/dues/bank/lines/<int:pk>/accept/", views.accept, name="accept"),
    path("staff/dues/bank/lines/<int:pk>/leave/", views.leave, name="leave"),
    path("staff/dues/rates/", views.rates, name="rates"),
    path("staff/dues/payments/<int:pk>/back/", views.give_back, name="give_back"),
    path("staff/dues/payments/<int:pk>/move/", views.move, name="move"),
    path("staff/dues/payments/<int:pk>/refund/", views.refund, name="refund"),
    path("staff/dues/accounts/<slug:slug>/", views.account, name="account"),
    path("staff/dues/accounts/<slug:slug>/billing/", views.account_billing, name="account_billing"),
    path("staff/dues/accounts/<slug:slug>/receive/", views.receive, name="receive"),
    path("staff/dues/accounts/<slug:slug>/renew/", views.renew, name="renew"),
    path("staff/dues/accounts/<slug:slug>/tier/", views.change_tier, name="change_tier"),
    path("staff/dues/accounts/<slug:slug>/band/", views.set_band, name="set_band"),
]
