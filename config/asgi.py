"""Pages and sockets, for daphne."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

from config.guard import refuse_wrong_database  # noqa: E402 - models are there only now

refuse_wrong_database()
