from django.urls import path

from esf.views import estimates, report, report_files

app_name = "esf"

REPORT = "desk/projects/<int:project_pk>/report/"

urlpatterns = [
    path(REPORT, report.show, name="report"),
    path(f"{REPORT}files/", report_files.files, name="report_files"),
    path(f"{REPORT}files/<int:file_pk>/", report_files.fetch, name="report_file"),
    path(f"{REPORT}schedules/", report_files.schedules, name="report_schedules"),
    path(f"{REPORT}schedules/<int:schedule_pk>/remove/", report_files.remove_schedule, name="remove_report_schedule"),
    path("desk/projects/<int:project_pk>/estimates/", estimates.index, name="estimates"),
]
