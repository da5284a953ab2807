from django.urls import path

from esf.views import report

app_name = "esf"

urlpatterns = [path("desk/projects/<int:project_pk>/report/", report.show, name="report")]
