from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from core.errors import Refused
from registrations.services.payments import reconciling
from registrations.services.payments.comparing import euros

NOT_COMPARED = 2


class Command(BaseCommand):
    help = (
        "Compare our payments with the payment service's books, a line for each difference. Exit code 0: none, "
        "1: some, 2: nothing could be compared. See docs/payments.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=_day, required=True, metavar="YYYY-MM-DD", help="the first day")
        parser.add_argument("--until", type=_day, required=True, metavar="YYYY-MM-DD", help="the last day, too")

    def handle(self, *args: Any, **options: Any) -> None:
        since, until = _midnight(options["since"]), _midnight(options["until"] + timedelta(days=1))
        if since >= until:
            raise CommandError("--since is after --until", returncode=NOT_COMPARED)
        try:
            found = reconciling.compare(since=since, until=until)
        except Refused as refusal:
            with translation.override("en"):
                raise CommandError(str(refusal), returncode=NOT_COMPARED) from refusal
        for each in found.differences:
            self.stdout.write(each.line)
        held = f"held online, by our books {_signed(found.ours)}, by the payment service's {_signed(found.theirs)}"
        self.stdout.write(f"{held}; {len(found.differences)} differences")
        if found.differences:
            raise CommandError("the books differ", returncode=1)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(f"{text} is no day such as 2026-11-02") from wrong


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _signed(cents: int) -> str:
    return euros(cents) if cents >= 0 else f"-{euros(-cents)}"
