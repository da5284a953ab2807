import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts import guards
from accounts.services import verifying


class Command(BaseCommand):
    help = "Check that the audit log is still what was sealed: see docs/audit.md. Exit code 1 when it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--head", action="store_true", help="print the newest seal of each chain, to be noted elsewhere"
        )
        what.add_argument(
            "--against", type=Path, metavar="FILE", help="check that the noted heads are still there, too"
        )
        what.add_argument("--rows", action="store_true", help="print seals and rows, for a check with other tools")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["head"]:
            self._print_heads()
        elif options["rows"]:
            for line in verifying.lines():
                self.stdout.write(line if isinstance(line, str) else json.dumps(line))
        else:
            self._check(_noted(options["against"]) if options["against"] else [])

    def _print_heads(self) -> None:
        for organisation, number, head in verifying.heads():
            self.stdout.write(f"{organisation or '-'} {number} {head}")

    def _check(self, noted: list[tuple[int | None, int, str]]) -> None:
        wrong = []
        for chain in verifying.chains(now=timezone.now()):
            whose = f"{chain.organisation} {chain.name}" if chain.organisation else "- (the installation)"
            counts = f"{chain.seals} seals ({chain.cut} cut), {chain.entries} entries, {chain.unsealed} not sealed yet"
            self.stdout.write(f"{whose}: {counts}: {chain.wrong or 'ok'}")
            for doubt in chain.doubts:
                self.stdout.write(f"{whose}: warning: {doubt}")
            wrong += [whose] if chain.wrong else []
        for organisation, number, head in noted:
            if not verifying.holds(organisation=organisation, number=number, noted=head):
                self.stdout.write(f"{organisation or '-'}: the noted seal {number} is gone or another one")
                wrong.append(f"{organisation or '-'}")
        absent = guards.missing(connection)
        for name in absent:
            self.stdout.write(f"the trigger {name} is missing, switched off or another one")
        if wrong:
            raise CommandError(f"The audit log is not what was sealed: {'; '.join(wrong)}")
        if absent:
            raise CommandError("The database does not guard the audit log.")


def _noted(file: Path) -> list[tuple[int | None, int, str]]:
    """What `--head` printed one day."""
    rows = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        (None if organisation == "-" else int(organisation), int(number), head) for organisation, number, head in rows
    ]
