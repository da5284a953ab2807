"""The audit log as an organisation's owners may read it: which entries are theirs, and what these say in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.enums import Permission
from accounts.models import AuditEntry, AuditEntryQuerySet, AuditSeal, Employer, Grant, Organisation, User
from accounts.services import audit
from core.templatetags.when import clock, full_day
from events.models import Event, EventQuerySet, Project
from workspace import words
from workspace.enums import Deed

RECENT = 15
"""Entries on an event's own page."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What somebody may read of the log, and the things that it is about."""

    organisations: list[Organisation]
    events: EventQuerySet
    projects: QuerySet[Project]
    entries: AuditEntryQuerySet


@dataclass(frozen=True, kw_only=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry in words. `about` is what it is about, `url` where that is, if it still is; `people` is of reads."""

    entry: AuditEntry
    who: str
    what: str
    about: str
    url: str
    changes: list[Change]
    people: int | None


def reach(user: User) -> Reach:
    """What the owners of an organisation may read: what was done in it, in its projects and in its events.

    Of a confidential event only those read who may see its people.
    """
    grants = Grant.objects
    mine = grants.scopes(user, Permission.MANAGE_MEMBERS).ids("organisation")
    organisations = list(Organisation.objects.filter(pk__in=mine).order_by("name", "pk"))
    events = Event.objects.filter(organisation__in=mine).people_in_reach_of(grants.scopes(user, Permission.SEE_PEOPLE))
    projects = Project.objects.filter(organisation__in=mine)
    own = Organisation.objects.filter(pk__in=mine)
    scopes = _keys("organisation", own).union(_keys("project", projects), _keys("event", events), all=True)
    return Reach(
        organisations=organisations,
        events=events,
        projects=projects,
        entries=AuditEntry.objects.in_scopes(scopes).select_related("actor"),
    )


def of_event(event: Event) -> list[Line]:
    """What has happened to one event, the newest first; who has looked at its people is not in it."""
    about = AuditEntry.objects.filter(Q(scope=event.scope) | Q(subject=event.scope))
    entries = about.exclude(action__in=words.ACTIONS[Deed.READS]).select_related("actor").order_by("-pk")[:RECENT]
    within = Reach(
        organisations=[],
        events=Event.objects.none(),
        projects=Project.objects.none(),
        entries=AuditEntry.objects.none(),
    )
    return lines(list(entries), within)


def sealed_until(organisations: Iterable[Organisation]) -> datetime | None:
    """When the worker last sealed something of theirs."""
    found = AuditSeal.objects.filter(organisation__in=list(organisations)).order_by("-sealed_at").first()
    return found.sealed_at if found else None


def lines(entries: list[AuditEntry], within: Reach) -> list[Line]:
    """The entries in words. A fixed number of queries."""
    keys = {key for entry in entries for key in (entry.subject, entry.scope, entry.via)}
    things = {
        **{
            each.scope: (each.name, _project_page(each))
            for each in within.projects.filter(pk__in=_pks("project", keys))
        },
        **{each.scope: (each.title, _event_page(each)) for each in within.events.filter(pk__in=_pks("event", keys))},
        **{
            each.key: (each.name, _employer_page(each))
            for each in Employer.objects.filter(organisation__in=within.organisations, pk__in=_pks("employer", keys))
        },
    }
    users = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=_pks("user", keys))}
    tokens = _tokens(within, {key for key in keys if key.startswith("api_token:")})
    return [_line(entry, things, {**users, **tokens}) for entry in entries]


def export(*, entries: list[AuditEntry], within: Reach, form: str, by: User, now: datetime) -> list[list[object]]:
    """The rows of a file, in the order of `header`. That it was taken out is recorded in each organisation's log."""
    for organisation in within.organisations:
        audit.changed(
            actor=by, action="audit.export", subject=organisation.scope, scope=organisation.scope, now=now,
            after={"rows": len(entries), "form": form},
        )  # fmt: skip
    return [_row(line) for line in lines(entries, within)]


def header() -> list[str]:
    names = [_("Number"), _("When"), _("Who"), _("What was done"), _("About"), _("Before"), _("After"), _("People")]
    return [*names, _("Action"), _("Subject"), _("Scope"), _("Token"), _("Seal")]


def _row(line: Line) -> list[object]:
    entry = line.entry
    before, after = (
        "\n".join(f"{each.field}: {value}" for each, value in pairs if value)
        for pairs in ([(each, each.before) for each in line.changes], [(each, each.after) for each in line.changes])
    )
    plain = [entry.action, entry.subject, entry.scope, entry.via, entry.seal_id]
    return [entry.pk, entry.at, line.who, line.what, line.about, before, after, line.people, *plain]


def _keys(kind: str, rows: QuerySet[Any]) -> QuerySet[Any, str]:
    key = Concat(Value(f"{kind}:"), Cast("pk", CharField()), output_field=CharField())
    return rows.order_by().values_list(key, flat=True)


def _pks(kind: str, keys: Iterable[str]) -> list[int]:
    pairs = (key.split(":", 1) for key in keys if key.startswith(f"{kind}:"))
    return [int(pk) for _kind, pk in pairs if pk.isdecimal()]


def _tokens(within: Reach, keys: set[str]) -> dict[str, str]:
    """The names that tokens were given when they were made; the log itself knows them."""
    if not keys:
        return {}
    scopes = [organisation.scope for organisation in within.organisations]
    made = AuditEntry.objects.filter(action="api_token.issue", subject__in=keys, scope__in=scopes)
    return {each.subject: str(each.after.get("name", "")) for each in made}


def _line(entry: AuditEntry, things: dict[str, tuple[str, str]], names: dict[str, str]) -> Line:
    title, url = things.get(entry.subject) or things.get(entry.scope) or ("", "")
    itself = entry.subject in things or entry.subject == entry.scope
    subject = "" if itself else names.get(entry.subject) or entry.subject
    people = entry.after.get("people") if entry.action.endswith(".read") else None
    return Line(
        entry=entry,
        who=_who(entry, names),
        what=words.of_action(entry.action),
        about=" · ".join(filter(None, [title, subject])),
        url=url,
        changes=[] if people is not None else list(_changes(entry)),
        people=people,
    )


def _who(entry: AuditEntry, names: dict[str, str]) -> str:
    name = str(entry.actor) if entry.actor else _("The person themselves, or the service")
    token = names.get(entry.via) or entry.via
    return _("%(name)s, by the token %(token)s") % {"name": name, "token": token} if token else name


def _event_page(event: Event) -> str:
    return reverse("workspace:event", args=[event.pk])


def _employer_page(employer: Employer) -> str:
    return reverse("workspace:employer", args=[employer.pk])


def _project_page(project: Project) -> str:
    return reverse("events:project", args=[project.pk])


def _changes(entry: AuditEntry) -> Iterator[Change]:
    for name in dict.fromkeys(chain(entry.before, entry.after)):
        before, after = (_said(name, values.get(name)) for values in (entry.before, entry.after))
        if before or after:
            yield Change(field=words.of_field(name), before=before, after=after)


def _said(field: str, value: Any) -> str:
    """A value of the log in words: codes by their labels, moments as people say them."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(filter(None, (_said(field, each) for each in value)))
    if isinstance(value, dict):
        return "; ".join(f"{words.of_field(name)}: {_said(name, each)}" for name, each in value.items())
    return _moment(value) if isinstance(value, str) and "T" in value else words.of_value(field, str(value))


def _moment(text: str) -> str:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return f"{full_day(found)} {clock(found)}" if found and found.tzinfo else text
