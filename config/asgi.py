"""Pages and sockets, for daphne (or uvicorn)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 - models are there only now
from channels.security.websocket import WebsocketDenier  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.urls import re_path  # noqa: E402

from config.guard import refuse_wrong_database  # noqa: E402
from core.live.origin import SameOrigin  # noqa: E402
from virtualfair.routing import websockets  # noqa: E402

refuse_wrong_database()
sockets = URLRouter([*websockets, re_path("", WebsocketDenier())])
application = ProtocolTypeRouter({"http": pages, "websocket": SameOrigin(CookieMiddleware(sockets))})
