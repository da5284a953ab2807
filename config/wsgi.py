"""Pages, for gunicorn in production."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.guard import refuse_wrong_database  # noqa: E402 - models are there only now

refuse_wrong_database()
