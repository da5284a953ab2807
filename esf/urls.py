from django.urls import path

from esf import views

app_name = "esf"

urlpatterns = [path("desk/projects/<int:project_pk>/report/", views.show, name="report")]
