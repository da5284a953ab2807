from django.urls import path

from events.views import planning, public, registers

app_name = "events"

urlpatterns = [
    path("", public.catalogue, name="catalogue"),
    path("events/<slug:slug>/", public.event, name="event"),
    path("events/<slug:slug>/calendar.ics", public.calendar_file, name="calendar"),
    path("desk/venues/new/", registers.add_venue, name="add_venue"),
    path("desk/organisations/<int:organisation_pk>/projects/new/", registers.add_project, name="add_project"),
    path("desk/events/new/", planning.create, name="create"),
    path("desk/events/<int:event_pk>/edit/", planning.change, name="change"),
    path("desk/events/<int:event_pk>/publish/", planning.publish, name="publish"),
    path("desk/events/<int:event_pk>/unpublish/", planning.unpublish, name="unpublish"),
]
