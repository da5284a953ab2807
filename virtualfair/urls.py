from django.urls import path

from virtualfair.views import desk, programme, room

app_name = "virtualfair"

urlpatterns = [
    path("fairs/<slug:slug>/", room.show, name="room"),
    path("fairs/<slug:slug>/programme/", programme.programme, name="programme"),
    path("fairs/<slug:slug>/enter/<str:token>/", room.enter, name="enter"),
    path("fairs/<slug:slug>/do/<str:command>/", room.do, name="do"),
    path("desk/fairs/<int:event_pk>/", desk.show, name="desk"),
    path("desk/fairs/<int:event_pk>/pitches/<int:pitch_pk>/remove/", desk.remove_pitch, name="remove_pitch"),
]
