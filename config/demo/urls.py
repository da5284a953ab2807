from django.urls import path

from config.demo import payments, views

app_name = "demo"

urlpatterns = [
    path("", views.front, name="front"),
    path("sign-in/<int:user_pk>/", views.sign_in, name="sign_in"),
    path("fair/<int:pass_pk>/", views.enter_fair, name="enter_fair"),
    path("mail/", views.mails, name="mails"),
    path("mail/<int:message_pk>/", views.mail, name="mail"),
    path("mail/<int:message_pk>/html/", views.mail_html, name="mail_html"),
    path("pay/<slug:session_id>/", payments.pay, name="pay"),
    path("payments/", payments.holdings, name="payments"),
    path("payments/do/", payments.act, name="payments_act"),
]
