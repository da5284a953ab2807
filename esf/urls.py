from django.urls import path

from esf.views import importing, newsletters, report, supported

app_name = "esf"

urlpatterns = [
    path("desk/projects/<int:project_pk>/report/", report.show, name="report"),
    path("desk/projects/<int:project_pk>/supported/", supported.show, name="supported"),
    path("desk/projects/<int:project_pk>/supported/<int:row_pk>/kind/", supported.set_kind, name="supported_kind"),
    path("desk/projects/<int:project_pk>/supported/<int:row_pk>/remove/", supported.remove, name="remove_supported"),
    path("desk/projects/<int:project_pk>/notices/import/", importing.bring, name="bring_notices"),
    path("desk/projects/<int:project_pk>/notices/import/example.csv", importing.example, name="notices_example"),
    path("newsletter/<int:organisation_pk>/", newsletters.ask, name="newsletter"),
    path("newsletter/asked/", newsletters.asked, name="newsletter_asked"),
    path("newsletter/confirm/<str:token>/", newsletters.confirm, name="confirm_newsletter"),
    path("newsletter/end/<str:token>/", newsletters.end, name="end_newsletter"),
    path("desk/organisations/<int:organisation_pk>/newsletter/", newsletters.desk, name="newsletter_desk"),
    path("desk/organisations/<int:organisation_pk>/newsletter.csv", newsletters.export, name="export_newsletter"),
]
