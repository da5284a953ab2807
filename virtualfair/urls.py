from django.urls import path

from virtualfair import views

app_name = "virtualfair"

urlpatterns = [path("fairs/<slug:slug>/programme/", views.programme, name="programme")]
