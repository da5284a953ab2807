"""Every socket of the product: opened by our own pages, with cookies, or not at all."""

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware
from django.urls import re_path

from core.live.origin import SameOrigin
from virtualfair.routing import websockets

application = SameOrigin(CookieMiddleware(URLRouter([*websockets, re_path("", WebsocketDenier())])))
