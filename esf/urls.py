from django.urls import path

from esf.views import estimates, importing, newsletters, report, report_files, supported

app_name = "esf"

REPORT = "desk/projects/<int:project_pk>/report/"

urlpatterns = [
    path(REPORT, report.show, name="report"),
    path(f"{REPORT}files/", report_files.files, name="report_files"),
    path(f"{REPORT}files/<int:file_pk>/", report_files.fetch, name="report_file"),
    path(f"{REPORT}schedules/", report_files.schedules, name="report_schedules"),
    path(f"{REPORT}schedules/<int:schedule_pk>/remove/", report_files.remove_schedule, name="remove_report_schedule"),
    path("desk/projects/<int:project_pk>/estimates/", estimates.index, name="estimates"),
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
