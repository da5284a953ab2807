from django.urls import path

from registrations.views import cancelling, door, gathered, own, passengers, personal, stands, visitor

app_name = "registrations"

urlpatterns = [
    path("events/<slug:slug>/seat/", visitor.take, name="take"),
    path("registration/<str:token>/", visitor.fill, name="form"),
    path("registration/<str:token>/renew/", visitor.renew, name="renew"),
    path("my/<str:token>/", personal.mine, name="mine"),
    path("my/<str:token>/edit/", personal.edit, name="edit"),
    path("my/<str:token>/cancel/", personal.cancel, name="cancel"),
    path("my/<str:token>/date/", personal.change_date, name="change_date"),
    path("my/<str:token>/link/", own.new_link, name="new_link"),
    path("my-link/", gathered.lost_link, name="lost_link"),
    path("my-link/asked/", gathered.lost_link_sent, name="lost_link_sent"),
    path("my-registrations/", gathered.show, name="gathered"),
    path("my-registrations/<int:registration_pk>/open/", gathered.open_mine, name="open_mine"),
    path("my-link/sent/", own.new_link_sent, name="new_link_sent"),
    path("my/<str:token>/language/", own.speak, name="speak"),
    path("my/<str:token>/ticket.pdf", own.ticket_pdf, name="ticket_pdf"),
    path("my/<str:token>/data/", own.data, name="data"),
    path("my/<str:token>/data.json", own.data_json, name="data_json"),
    path("my/<str:token>/ticket.svg", personal.ticket, name="ticket"),
    path("my/<str:token>/calendar.ics", personal.calendar_file, name="calendar"),
    path("events/<slug:slug>/stands/", stands.programme, name="stands"),
    path("events/<slug:slug>/stands/new/", stands.apply, name="stand"),
    path("events/<slug:slug>/stands/thanks/", stands.thanks, name="stand_thanks"),
    path("my-stand/<str:token>/", stands.mine, name="my_stand"),
    path("my-stand/<str:token>/withdraw/", stands.withdraw, name="withdraw_stand"),
    path("desk/events/<int:event_pk>/stands/", stands.desk, name="stand_desk"),
    path("desk/events/<int:event_pk>/stands/<int:stand_pk>/", stands.decide, name="decide_stand"),
    path("desk/events/<int:event_pk>/door/", door.show, name="door"),
    path("desk/events/<int:event_pk>/passengers/", passengers.show, name="passengers"),
    path("desk/events/<int:event_pk>/cancel/", cancelling.show, name="cancel_event"),
    path("desk/events/<int:event_pk>/dates/<int:pool_pk>/cancel/", cancelling.cancel_date, name="cancel_date"),
]
