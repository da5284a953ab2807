from django.urls import path

from esf.views import report, supported

app_name = "esf"

urlpatterns = [
    path("desk/projects/<int:project_pk>/report/", report.show, name="report"),
    path("desk/projects/<int:project_pk>/supported/", supported.show, name="supported"),
    path("desk/projects/<int:project_pk>/supported/<int:row_pk>/kind/", supported.set_kind, name="supported_kind"),
    path("desk/projects/<int:project_pk>/supported/<int:row_pk>/remove/", supported.remove, name="remove_supported"),
]
