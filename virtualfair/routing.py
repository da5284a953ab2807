from django.urls import path

from virtualfair.consumers import FairConsumer

websockets = [path("ws/fair/<int:event_pk>/", FairConsumer.as_asgi())]
