"""Where the fake keeps what it knows: one SQLite file, which several processes share and which outlives them."""

import json
import secrets
import sqlite3
import string
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import stripe

from registrations.gateways.stripe_fake.problems import Problem, Thing, Trouble, missing

SCHEMA = """
CREATE TABLE IF NOT EXISTS things (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, created INTEGER, body TEXT);
CREATE INDEX IF NOT EXISTS by_kind ON things (kind, seq);
CREATE INDEX IF NOT EXISTS by_payment ON things (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS by_status ON things
    (kind, json_extract(body, '$.status'), json_extract(body, '$.expires_at'));
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, asked TEXT, status INTEGER, body TEXT, at INTEGER);
CREATE TABLE IF NOT EXISTS undelivered (event TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS troubles (seq INTEGER PRIMARY KEY, kind TEXT, method TEXT);
"""
TABLES = ("things", "answers", "undelivered", "troubles")
BUSY_SECONDS = 20
KEYS_KEPT_SECONDS = 24 * 3600
LETTERS = string.ascii_letters + string.digits
COMPARED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass(frozen=True)
class Shelf:
    """The file, the fake's clock (seconds since 1970) and where its pages are (a locale and a session's id → URL)."""

    path: Path
    clock: Callable[[], float]
    page: Callable[[str, str], str]

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connected()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(SCHEMA)

    @contextmanager
    def open(self) -> Iterator["Books"]:
        """One transaction; nobody else writes meanwhile."""
        with closing(self._connected()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Books(connection, int(self.clock()), self.page)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def empty(self) -> None:
        """Forget everything."""
        with closing(self._connected()) as connection:
            connection.executescript("".join(f"DELETE FROM {table};" for table in TABLES))  # noqa: S608 - our own names

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA synchronous=OFF")  # what a killed process wrote is kept; a power cut may take it
        return connection


@dataclass(frozen=True)
class Books:
    """What the fake knows, inside one transaction."""

    connection: sqlite3.Connection
    now: int
    page: Callable[[str, str], str]

    def get(self, kind: str, own_id: str, *, param: str = "id") -> Thing:
        """:raises Problem: if there is none: 404, or 400 where a parameter names it"""
        row = self.connection.execute("SELECT body FROM things WHERE id = ? AND kind = ?", (own_id, kind)).fetchone()
        if row is None:
            raise missing(kind, own_id, param=param, status=404 if param == "id" else 400)
        return _thing(row)

    def put(self, thing: Thing) -> Thing:
        """Keep a new object, or what has become of an old one."""
        self.connection.execute(
            "INSERT INTO things (id, kind, created, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (thing["id"], thing["object"], thing["created"], json.dumps(thing)),
        )
        return thing

    def find(
        self,
        kind: str,
        *,
        limit: int = -1,
        after: str = "",
        created: dict[str, int] | None = None,
        **equal: str,
    ) -> list[Thing]:
        """Objects whose fields equal, the newest first."""
        terms, values = ["kind = ?"], [kind]
        for name, value in equal.items():
            terms.append(f"json_extract(body, '$.{name}') = ?")
            values.append(value)
        for name, number in (created or {}).items():
            terms.append(f"created {COMPARED[name]} {int(number)}")
        if after:
            terms.append("seq < (SELECT seq FROM things WHERE id = ?)")
            values.append(after)
        asked = f"SELECT body FROM things WHERE {' AND '.join(terms)} ORDER BY seq DESC LIMIT {int(limit)}"  # noqa: S608 - our own words
        return [_thing(row) for row in self.connection.execute(asked, values)]

    def tell(self, kind: str, thing: Thing) -> None:
        """Make the event that something has happened to `thing`."""
        event = {
            "id": new_id("evt_"),
            "object": "event",
            "api_version": stripe.api_version,
            "created": self.now,
            "data": {"object": public(thing)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.put(event)
        self.connection.execute("INSERT INTO undelivered VALUES (?)", (event["id"],))

    def overdue(self, kind: str) -> list[Thing]:
        """What is still open although its time has passed."""
        rows = self.connection.execute(
            "SELECT body FROM things WHERE kind = ? AND json_extract(body, '$.status') = 'open' "
            "AND json_extract(body, '$.expires_at') <= ?",
            (kind, self.now),
        )
        return [_thing(row) for row in rows.fetchall()]

    def undelivered(self) -> list[Thing]:
        """Events that nobody has taken yet, the oldest first."""
        rows = self.connection.execute("SELECT body FROM things JOIN undelivered ON event = id ORDER BY seq")
        return [_thing(row) for row in rows]

    def replay(self, key: str, asked: str) -> tuple[int, str] | None:
        """What the key was answered, if it is not forgotten yet.

        :raises Problem: if it stood for another request
        """
        self.connection.execute("DELETE FROM answers WHERE at <= ?", (self.now - KEYS_KEPT_SECONDS,))
        row = self.connection.execute("SELECT asked, status, body FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        if row[0] != asked:
            raise Problem(
                "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                kind="idempotency_error",
            )
        return row[1], row[2]

    def remember(self, key: str, asked: str, status: int, body: str) -> None:
        self.connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", (key, asked, status, body, self.now))

    def trouble(self, among: frozenset[Trouble], method: str = "") -> Trouble | None:
        """Take the oldest of these troubles out, if one is meant for such a request."""
        for seq, kind, only in self.connection.execute(
            "SELECT seq, kind, method FROM troubles ORDER BY seq"
        ).fetchall():
            if Trouble(kind) in among and only in ("", method):
                self.connection.execute("DELETE FROM troubles WHERE seq = ?", (seq,))
                return Trouble(kind)
        return None


def new_id(prefix: str, length: int = 24) -> str:
    """As long as Stripe's own."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


def public(thing: Thing) -> Thing:
    """Without what only the fake needs to know."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def _thing(row: tuple[str]) -> Thing:
    found: Thing = json.loads(row[0])
    return found
