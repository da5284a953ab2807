from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from accounts import guards

QUESTION = """Everything in the database "{}" would be deleted for good, the audit log too.
Type 'yes' to go on: """


class Command(Flush):
    """Django's own, which empties the database of a test, a demo or a benchmark: the audit log lets it.

    It asks before the log's guards are lifted, never while they are.
    """

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        if options["interactive"] and input(QUESTION.format(connection.settings_dict["NAME"])) != "yes":
            self.stdout.write("Nothing was deleted.")
            return
        with guards.lifted(connection):
            super().handle(**options | {"interactive": False})
