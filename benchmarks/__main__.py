"""`python -m benchmarks [name …]`: each bench in turn, a JSON object a line on standard output, then the table."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable

from benchmarks import (
    cancel,
    catalogue,
    checkin,
    crowd,
    indicators,
    kill,
    machine,
    messages,
    pages,
    people,
    questions,
    refunds,
    registration,
    room,
    rush,
    selection,
    webhooks,
)
from benchmarks import table as table_of_people
from benchmarks.figures import Figure, table
from benchmarks.production import Site, running

SEATS, REGISTRATIONS = 20, 2000

BENCHES: dict[str, Callable[[Site], Awaitable[list[Figure]]]] = {
    "pages": pages.run,
    "catalogue": catalogue.run,
    "registration": registration.run,
    "rush": rush.run,
    "crowd": crowd.run,
    "cancel": cancel.run,
    "checkin": checkin.run,
    "room": room.run,
    "desk": table_of_people.desk,
    "export": table_of_people.export,
    "people": people.run,
    "selection": selection.run,
    "questions": questions.run,
    "indicators": indicators.run,
    "kill": kill.run,
    "messages": messages.run,
    "webhooks": webhooks.run,
    "refunds": refunds.run,
}
SIZES = {
    "room": {"listeners": room.LISTENERS},
    "catalogue": {"catalogue": catalogue.EVENTS},
    "people": {"people": people.MULTITUDE},
    "crowd": {"popular": crowd.SEATS},
    "cancel": {"waiting": cancel.WAITING + cancel.CANCELS, "big": cancel.BIG},
    "selection": {"applicants": selection.APPLICANTS},
    "questions": {"questions": questions.QUESTIONS},
    "indicators": {"participants": indicators.PARTICIPANTS},
    "kill": {"rushes": kill.KILLS},
}
"""What a bench needs in the fixture besides what is always there."""


def main(names: list[str]) -> int:
    if unknown := [name for name in names if name not in BENCHES]:
        sys.exit(f"There is no bench called {', '.join(unknown)}. There are: {', '.join(BENCHES)}.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    found: list[Figure] = []
    wanted = dict.fromkeys(names or BENCHES)
    sizes = {"seats": SEATS, "registrations": REGISTRATIONS}
    for name in wanted:
        sizes |= SIZES.get(name, {})
    for figure in machine.figures():
        print(figure.line(), flush=True)
        found.append(figure)
    with running(**sizes) as site:
        for name in wanted:
            for figure in asyncio.run(_run(name, site)):
                print(figure.line(), flush=True)
                found.append(figure)
    print(f"\n{table(found)}")
    return 0


async def _run(name: str, site: Site) -> list[Figure]:
    return await BENCHES[name](site)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
