"""Whose background form is still to be filled in, and what stands for it: nobody is asked twice in a project."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from accounts.services import links, people
from core.compiled import Compiled, Param
from core.errors import Refused
from esf.enums import NoticeChannel
from esf.models import AttendedDay, NoticeConfirmation, NoticeDraft, Participation, StartNotice
from esf.models.notices import StartNoticeQuerySet
from esf.services import drafts, notices
from events.models import Event, Project
from events.services import residents
from registrations.enums import ACTIVE
from registrations.models import Registration
from registrations.services import gathering, letters, reaching

Form = tuple[int, str, str | None, bool]
"""Whose it is, what it came by, what it was confirmed by, and whether somebody was let in or checked."""
AT_DOOR = timedelta(minutes=30)
"""How long a form that is opened at the door stays open."""


FORMS = Compiled(lambda: _with_their_ways(StartNotice.objects.filter(person=Param("person"), project=Param("project"))))


class NotAsked(Refused):
    code = "not_asked"
    message = _("This event does not ask for the background form, or the registration is not valid any more.")


class NothingOnRecord(Refused):
    code = "nothing_on_record"
    message = _("There is no background form to confirm. Please fill it in.")


class GivenAlready(Refused):
    code = "given_already"
    message = _("This person has given a background form to the project meanwhile. Correct that one, if it is wrong.")


@dataclass(frozen=True)
class Standing:
    """What there is of a registration's background form.

    `notice` is its `own`, else one that the same person gave to the project before, which they may confirm. `in_use`: a
    participation has begun with it. `begun`: answers are kept that were not sent. Of its `own` nothing but the day is
    told, and `notice` is None, where the link may be in other hands than the person's.
    """

    notice: StartNotice | None = None
    own: bool = False
    given_at: datetime | None = None
    in_use: bool = False
    confirmed_at: datetime | None = None
    begun: bool = False

    @property
    def is_given(self) -> bool:
        return self.own or self.confirmed_at is not None


def missing(*, event: Event, registrations: Iterable[Registration]) -> set[int]:
    """Keys of those for whom no form stands; empty where the event asks for none.

    What came through a registration that nobody was let in with may be anybody's, unless staff checked who it was: it
    stands for that one alone, until the person says that it is right.
    """
    rows = list(registrations)
    if not event.project_id or not event.asks_start_notice:
        return set()
    forms: dict[int, list[Form]] = defaultdict(list)
    of_them = StartNotice.objects.filter(project=event.project_id, person__in={each.person_id for each in rows})
    for form in _with_their_ways(of_them):
        forms[form[0]].append(form)
    return {each.pk for each in rows if not _stands(forms[each.person_id], each)}


def lacks(event: Event, registration: Registration) -> bool:
    """Whether the form of one registration is missing; asked at every scan."""
    if not event.project_id or not event.asks_start_notice:
        return False
    return not _stands(FORMS.all(person=registration.person_id, project=event.project_id), registration)


def is_asked(registration: Registration) -> bool:
    event = registration.event
    return bool(event.project_id and event.asks_start_notice and registration.status in ACTIVE)


def standing(registration: Registration) -> Standing:
    """For the person's own page. What they told is shown only to whom the link was mailed."""
    rows = StartNotice.objects.select_related("participation", "privacy_notice", "project")
    own = rows.filter(source=registration.key).first()
    if own and not reaching.is_own(registration):
        return Standing(own=True, given_at=own.submitted_at)
    if own is None and registration.event.project_id and reaching.is_own(registration):
        mine = rows.filter(person=registration.person_id, project=registration.event.project_id)
        earlier = mine.order_by("-submitted_at", "-pk").first()
    else:
        earlier = None
    notice = own or earlier
    if notice is None:
        return Standing(begun=NoticeDraft.objects.filter(source=registration.key).exists())
    confirmed = NoticeConfirmation.objects.filter(notice=notice, source=registration.key).first() if earlier else None
    return Standing(
        notice=notice,
        own=own is not None,
        given_at=notice.submitted_at,
        in_use=hasattr(notice, "participation"),
        confirmed_at=confirmed.at if confirmed else None,
    )


def given_before(*, emails: Collection[str], project: Project) -> StartNotice | None:
    """The newest form that somebody gave to the project who has shown that one of these mailboxes is theirs."""
    mine = gathering.of_addresses(emails).order_by().values("person")
    return StartNotice.objects.filter(person__in=mine, project=project).order_by("-submitted_at", "-pk").first()


def draft_key(registration: Registration, channel: NoticeChannel) -> str:
    """Where answers are kept that are not sent: what is typed at the door never shows what was typed at home."""
    return f"door:{registration.key}" if channel == NoticeChannel.DOOR else registration.key


@transaction.atomic
def begin_at_door(*, registration: Registration, now: datetime) -> str:
    """Return a token that opens an empty form of `registration` for half an hour; earlier ones are closed."""
    drafts.forget(source=draft_key(registration, NoticeChannel.DOOR))
    links.revoke_all(purpose=letters.DOOR, key=registration.key, now=now)
    return links.make(purpose=letters.DOOR, key=registration.key, now=now, expires_at=now + AT_DOOR)


@transaction.atomic
def fill(*, registration: Registration, answers: notices.Answers, channel: NoticeChannel, now: datetime) -> StartNotice:
    """Keep what the person tells of themselves by `channel`; what they gave to the project before is corrected by it.

    :raises NotAsked: if the event asks for no form, or the registration is not active any more
    :raises NoticeInUse: if a participation has begun with what they gave before
    :raises GivenAlready: at the door, or by a link that may be in other hands, if they have given it meanwhile
    """
    registration, project = _asked(registration)
    if channel == NoticeChannel.DOOR:
        _refuse_second(registration, project)
    known = standing(registration) if channel == NoticeChannel.LINK else Standing()
    if known.own and known.notice is None:
        raise GivenAlready
    earlier = known.notice if known.notice and not known.own else None
    notice = notices.submit(
        person=registration.person,
        project=project,
        source=earlier.source if earlier else registration.key,
        answers=answers,
        entry=notices.Entry(channel=channel),
        now=now,
    )
    if earlier:
        notices.confirm(notice=notice, source=registration.key, now=now)
    drafts.forget(source=draft_key(registration, channel))
    if channel == NoticeChannel.DOOR:
        links.revoke_all(purpose=letters.DOOR, key=registration.key, now=now)
    scopes = residents.scopes(registration.event, answers.municipality_code)
    people.make_known(person=registration.person, scopes=scopes)
    return notice


@transaction.atomic
def write_in(
    *, registration: Registration, answers: notices.Answers, entry: notices.Entry, now: datetime
) -> StartNotice:
    """Staff write down what the person told them, or what stands on a signed paper.

    :raises NotAsked: see `fill`
    :raises GivenAlready: if the person has given a form to the project; that one is to be corrected
    """
    registration, project = _asked(registration)
    _refuse_second(registration, project)
    notice = notices.submit(
        person=registration.person, project=project, source=registration.key, answers=answers, entry=entry, now=now
    )
    scopes = residents.scopes(registration.event, answers.municipality_code)
    people.make_known(person=registration.person, scopes=scopes)
    return notice


@transaction.atomic
def confirm(*, registration: Registration, now: datetime) -> NoticeConfirmation:
    """The person says that what they gave to the project before is still right.

    :raises NotAsked: see `fill`
    :raises NothingOnRecord: if they gave nothing
    """
    registration, _project = _asked(registration)
    known = standing(registration)
    if known.notice is None or known.own:
        raise NothingOnRecord
    return notices.confirm(notice=known.notice, source=registration.key, now=now)


def _refuse_second(registration: Registration, project: Project) -> None:
    if _stands(FORMS.all(person=registration.person_id, project=project.pk), registration):
        raise GivenAlready


def _with_their_ways(rows: StartNoticeQuerySet) -> QuerySet[StartNotice, Form]:
    """A row for each form and each of its confirmations."""
    used = Participation.objects.filter(start_notice=OuterRef("pk"))
    let_in = AttendedDay.objects.filter(person=OuterRef("person"), project=OuterRef("project"))
    came = Exists(let_in.filter(notice_source=OuterRef("source")))
    came_again = Exists(let_in.filter(notice_source=OuterRef("confirmations__source")))
    proven = Exists(used) | came | came_again | ~Q(identity_checked_how="")
    return rows.values_list("person", "source", "confirmations__source", Case(When(proven, then=True), default=False))


def _stands(forms: Iterable[Form], registration: Registration) -> bool:
    """Whether one of the person's `forms` stands for this registration."""
    return any(proven or registration.key in (given, confirmed) for _person, given, confirmed, proven in forms)


def _asked(registration: Registration) -> tuple[Registration, Project]:
    """The registration, locked, and its project."""
    rows = Registration.objects.locked().select_related("event__project", "person")
    registration = rows.get(pk=registration.pk)
    project = registration.event.project
    if project is None or not is_asked(registration):
        raise NotAsked
    return registration, project
