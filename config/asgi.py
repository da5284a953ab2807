"""Pages and sockets, for daphne (or uvicorn)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - models are there only now

from config import sockets  # noqa: E402
from config.guard import refuse_wrong_database  # noqa: E402

refuse_wrong_database()
application = ProtocolTypeRouter({"http": pages, "websocket": sockets.application})
