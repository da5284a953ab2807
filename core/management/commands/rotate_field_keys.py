from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.services import rotating
from core.services.rotating import Rotated


class Command(BaseCommand):
    """`rotate_field_keys`: write every encrypted value anew with the first key of MIITTI_FIELD_KEYS."""

    help = "Write every encrypted value anew with the first key of MIITTI_FIELD_KEYS. Safe to stop and to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """:raises CommandError: if a value opens with none of the keys; all others are done all the same"""
        done = rotating.rotate(tell=self._tell)
        for each in done:
            self._tell(each)
        closed = {each.column: each.closed for each in done if each.closed}
        if closed:
            which = "; ".join(f"{column}: {', '.join(map(str, keys[:20]))}" for column, keys in closed.items())
            raise CommandError(f"No key in MIITTI_FIELD_KEYS opens these rows: {which}. Add the key that wrote them.")

    def _tell(self, state: Rotated) -> None:
        self.stdout.write(f"{state.column}: {state.seen} seen, {state.changed} written anew")
