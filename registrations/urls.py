from django.urls import path

from registrations.views import answers, cancelling, door, party, passengers, personal, stands, visitor

app_name = "registrations"

urlpatterns = [
    path("events/<slug:slug>/seat/", visitor.take, name="take"),
    path("registration/<str:token>/", visitor.fill, name="form"),
    path("registration/<str:token>/renew/", visitor.renew, name="renew"),
    path("registration/<str:token>/stay/", visitor.stay, name="stay"),
    path("my/<str:token>/", personal.mine, name="mine"),
    path("my/<str:token>/edit/", personal.edit, name="edit"),
    path("my/<str:token>/cancel/", personal.cancel, name="cancel"),
    path("my/<str:token>/date/", personal.change_date, name="change_date"),
    path("my/<str:token>/accept/", answers.accept, name="accept"),
    path("my/<str:token>/decline/", answers.decline, name="decline"),
    path("my/<str:token>/rejoin/", answers.rejoin, name="rejoin"),
    path("my/<str:token>/give/", answers.hand_over, name="hand_over"),
    path("my-group/<str:token>/", party.show, name="party"),
    path("my-group/<str:token>/<int:pk>/cancel/", party.cancel, name="party_cancel"),
    path("my-group/<str:token>/<int:pk>/open/", party.open_one, name="party_open"),
    path("my-group/<str:token>/<int:pk>/ticket.svg", party.ticket, name="party_ticket"),
    path("my-group/<str:token>/<slug:what>/", party.answer, name="party_answer"),
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
