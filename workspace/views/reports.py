"""Events in figures: plots drawn here, and a table beside each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from core import plots
from core.collation import alphabetical
from core.scopes import Scopes
from core.web import page
from events.enums import Kind
from events.models import Event, Municipality, Project
from workspace import figures
from workspace.enums import Way
from workspace.figures import NOWHERE, Choice, Group, Month, Origin, Turnout
from workspace.report_filter import ReportFilter

NAMES = 5
"""So many months have their names below the plot, that they fit on a phone."""
DRAWN = 20
"""So many lines of a table are in its plot, that it fits on a printed page; the table has them all."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of a table, with its bars in the plot beside it; the first number stands at the bar."""

    name: str
    numbers: list[object]
    bars: tuple[plots.Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A plot and its table. `parts` are the names of a bar's pieces, where it has several."""

    key: str
    title: str
    about: str
    first_column: str
    columns: list[str]
    rows: list[Row]
    parts: list[str]

    @property
    def drawn(self) -> list[Row]:
        return self.rows[:DRAWN]

    @property
    def undrawn(self) -> int:
        return len(self.rows) - len(self.drawn)

    @property
    def height(self) -> int:
        return plots.ROW * len(self.drawn)


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    reach = _reach(request)
    organisations = list(Organisation.objects.filter(pk__in=reach.ids("organisation")).order_by("name", "pk"))
    projects = list(Project.objects.in_reach_of(reach).order_by("code"))
    if not organisations and not projects:
        raise Http404
    events = Event.objects.in_reach_of(reach)
    names = dict(Municipality.objects.filter(venues__meetings__event__in=events).values_list("code", "name").distinct())
    towns = sorted(names.items(), key=lambda town: alphabetical(town[1]))
    form = ReportFilter(
        request.GET, organisations=organisations, projects=projects, towns=towns, today=timezone.localdate(now)
    )
    choice = form.choice(events)
    months = figures.months(choice)
    return page(
        request,
        "workspace/reports/index.html",
        form=form,
        choice=choice,
        chosen=form.chosen(),
        months=_drawn(months),
        highest=max((max(_seats(month)) for month in months), default=0),
        tables=[*_groups(choice, names), _origins(figures.origins(choice)), _turnouts(figures.turnouts(choice, now))],
        now=now,
    )


def _reach(request: SignedInRequest) -> Scopes:
    """Where the user sees reports, single events left out."""
    scopes = Grant.objects.scopes(request.user, Permission.SEE_REPORTS)
    return Scopes(frozenset(key for key in scopes.keys if not key.startswith("event:")))


def _drawn(months: list[Month]) -> list[dict[str, object]]:
    """Each month with its bars, and with its name where there is room for it."""
    step = -(-len(months) // NAMES)
    drawn = zip(months, plots.groups([_seats(month) for month in months]), plots.slots(len(months)), strict=True)
    return [
        {"month": month, "bars": bars, "middle": middle, "name": "" if at % step else date_format(month.month, "n/Y")}
        for at, (month, bars, middle) in enumerate(drawn)
    ]


def _seats(month: Month) -> tuple[int, int, int]:
    return month.seats, month.taken, month.came


def _groups(choice: Choice, towns: Mapping[str, str]) -> list[Table]:
    columns = [_("Registrations"), _("Confirmed"), _("On the waiting list"), _("Cancelled")]
    bars = _("One bar for each line of the table, as long as there are registrations, cancelled ones too.")
    places = {**towns, NOWHERE: _("No municipality, such as online")}
    return [
        Table(
            key="towns", title=_("Registrations by municipality"), about=bars, first_column=_("Municipality"),
            columns=columns, rows=_lines(figures.towns(choice), places), parts=[],
        ),
        Table(
            key="kinds", title=_("Registrations by kind of event"), about=bars, first_column=_("Kind"),
            columns=columns, rows=_lines(figures.kinds(choice), dict(Kind.choices)), parts=[],
        ),
    ]  # fmt: skip


def _lines(groups: list[Group], names: Mapping[str, object]) -> list[Row]:
    return [
        Row(
            name=str(names.get(group.key, group.key)),
            numbers=[group.made, group.confirmed, group.waiting, group.cancelled],
            bars=(bar,),
        )
        for group, bar in zip(groups, plots.lying([group.made for group in groups]), strict=True)
    ]


def _origins(origins: list[Origin]) -> Table:
    return Table(
        key="origins",
        title=_("Where registrations came from"),
        about=_("One bar for each line of the table, as long as there are registrations, cancelled ones too."),
        first_column=_("Source"),
        columns=[_("Registrations"), _("Confirmed"), _("Came")],
        rows=[
            Row(
                name=_("Code: %(source)s") % {"source": origin.source}
                if origin.way == Way.CODE
                else str(origin.way.label),
                numbers=[origin.made, origin.confirmed, origin.came],
                bars=(bar,),
            )
            for origin, bar in zip(origins, plots.lying([each.made for each in origins]), strict=True)
        ],
        parts=[],
    )


def _turnouts(turnouts: list[Turnout]) -> Table:
    """By kind, with all of them together first."""
    if turnouts:
        turnouts = [_together(turnouts), *turnouts]
    parts = [_("Came"), _("Did not come"), _("Not known")]
    pieces = plots.stacked([(each.came, each.absent, each.unknown) for each in turnouts])
    return Table(
        key="turnout",
        title=_("Who had a seat and came"),
        about=_("One bar for each line of the table, divided into those who came, those who did not, and not known."),
        first_column=_("Kind"),
        columns=[_("Share that came"), *parts],
        rows=[
            Row(
                name=str(dict(Kind.choices).get(each.kind, pgettext("kinds of events", "All together"))),
                numbers=["–" if each.rate is None else f"{each.rate} %", each.came, each.absent, each.unknown],
                bars=bars,
            )
            for each, bars in zip(turnouts, pieces, strict=True)
        ],
        parts=parts,
    )


def _together(turnouts: list[Turnout]) -> Turnout:
    came, absent, unknown = (sum(each) for each in zip(*((t.came, t.absent, t.unknown) for t in turnouts), strict=True))
    return Turnout(kind="", came=came, absent=absent, unknown=unknown)
