from django.urls import path

from events.views import catalogue, embed, feeds, planning, public, registers

app_name = "events"

urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("month/", catalogue.month, name="month"),
    path("map/", catalogue.event_map, name="map"),
    path("feed.rss", feeds.rss, name="feed_rss"),
    path("feed.ics", feeds.ics, name="feed_ics"),
    path("seats/", feeds.seats, name="seats"),
    path("embed/", embed.builder, name="embed"),
    path("embed/events/", embed.framed, name="framed"),
    path("embed/events.js", embed.script, name="embed_script"),
    path("events/<slug:slug>/", public.event, name="event"),
    path("events/<slug:slug>/calendar.ics", public.calendar_file, name="calendar"),
    path("desk/venues/new/", registers.add_venue, name="add_venue"),
    path("desk/organisations/<int:organisation_pk>/projects/new/", registers.add_project, name="add_project"),
    path("desk/events/new/", planning.create, name="create"),
    path("desk/events/<int:event_pk>/edit/", planning.change, name="change"),
    path("desk/events/<int:event_pk>/publish/", planning.publish, name="publish"),
    path("desk/events/<int:event_pk>/unpublish/", planning.unpublish, name="unpublish"),
]
