from django.urls import path

from registrations.views import door, personal, visitor

app_name = "registrations"

urlpatterns = [
    path("events/<slug:slug>/seat/", visitor.take, name="take"),
    path("registration/<str:token>/", visitor.fill, name="form"),
    path("registration/<str:token>/renew/", visitor.renew, name="renew"),
    path("my/<str:token>/", personal.mine, name="mine"),
    path("my/<str:token>/edit/", personal.edit, name="edit"),
    path("my/<str:token>/cancel/", personal.cancel, name="cancel"),
    path("my/<str:token>/ticket.svg", personal.ticket, name="ticket"),
    path("my/<str:token>/calendar.ics", personal.calendar_file, name="calendar"),
    path("desk/events/<int:event_pk>/door/", door.show, name="door"),
]
