import logging

from pythonjsonlogger.json import JsonFormatter


class Formatter(JsonFormatter):
    """Time, level, logger, message and the caller's fields as one JSON object a line."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "at", "levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
        )


class WithoutPaths(logging.Filter):
    """Django's own request logs name the path, and paths carry personal links: name the route instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("django.request", "django.security")):
            request = record.__dict__.pop("request", None)
            match = getattr(request, "resolver_match", None)
            record.msg, record.args = (
                "%s %s",
                (record.__dict__.get("status_code", ""), match.view_name if match else ""),
            )
        return True
