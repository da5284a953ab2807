from django.urls import path

from events.views import lifecycle, pictures, planning, preview, public, registers, rides

app_name = "events"

urlpatterns = [
    path("", public.catalogue, name="catalogue"),
    path("events/<slug:slug>/", public.event, name="event"),
    path("events/<slug:slug>/calendar.ics", public.calendar_file, name="calendar"),
    path("desk/venues/new/", registers.add_venue, name="add_venue"),
    path("desk/organisations/<int:organisation_pk>/projects/new/", registers.add_project, name="add_project"),
    path("desk/events/new/", planning.create, name="create"),
    path("desk/events/<int:event_pk>/edit/", planning.change, name="change"),
    path("desk/events/<int:event_pk>/dates/", lifecycle.dates, name="dates"),
    path("desk/events/<int:event_pk>/rides/", rides.show, name="rides"),
    path("desk/events/<int:event_pk>/rides/<int:ride_pk>/", rides.show, name="change_ride"),
    path("desk/events/<int:event_pk>/rides/<int:ride_pk>/remove/", rides.remove, name="remove_ride"),
    path("desk/events/<int:event_pk>/publish/", lifecycle.publish, name="publish"),
    path("desk/events/<int:event_pk>/unpublish/", lifecycle.unpublish, name="unpublish"),
    path("desk/events/<int:event_pk>/schedule/", lifecycle.schedule, name="schedule"),
    path("desk/events/<int:event_pk>/copy/", lifecycle.copy, name="copy"),
    path("desk/events/<int:event_pk>/template/", lifecycle.make_template, name="make_template"),
    path("desk/events/<int:event_pk>/archive/", lifecycle.archive, name="archive"),
    path("desk/events/<int:event_pk>/delete/", lifecycle.delete, name="delete"),
    path("desk/events/<int:event_pk>/preview-link/", lifecycle.preview_link, name="preview_link"),
    path("preview/<str:token>/", preview.show, name="preview"),
    path("pictures/<str:digest>-<int:width>.webp", pictures.show, name="picture"),
]
