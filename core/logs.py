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
