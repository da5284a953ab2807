"""Background forms: taken in by any way, changed by the person until the participation begins."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import CharField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import NoticePurpose
from accounts.models import Person, PrivacyNotice, User
from accounts.services import audit, privacy
from core.compiled import Compiled, Param, insert
from core.errors import Refused
from esf.enums import EnteredBy, NoticeChannel
from esf.models import AttendedDay, NoticeConfirmation, Participation, StartNotice
from esf.rules.personal_id import born
from esf.rules.questions import profile_of
from esf.services import corrections, drafts, personal_ids, wordings
from events.models import Project

WORDING = wordings.NEWEST
"""Version of the questions as they stand in `esf.forms`; a change of their wording is a new version."""

SOURCE = Param("source", CharField())
LOCK = Compiled(lambda: Person.objects.locked().filter(pk=Param("pk")).values_list("pk"))
GIVEN = Compiled(lambda: StartNotice.objects.filter(source=SOURCE))
IN_USE = Compiled(lambda: Participation.objects.filter(start_notice__source=SOURCE).values_list("pk"))
LET_IN = Compiled(
    lambda: AttendedDay.objects.filter(
        person=Param("person"), project=Param("project"), notice_source=SOURCE
    ).values_list("pk")
)


class ReasonMissing(Refused):
    code = "reason_missing"
    message = _("Say why it is corrected.")


class NoticeInUse(Refused):
    code = "notice_in_use"
    message = _("Your participation has begun with these answers. Ask the organiser to correct them.")


class CodeDiffers(Refused):
    code = "code_differs"
    message = _("This date of birth does not fit what the organiser has checked. Ask the organiser to correct it.")


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the start notice asks, by the profile of the project. Codes are those of `esf.enums`."""

    first_name: str
    last_name: str
    email: str
    phone: str
    language: str
    birth_date: date
    gender: str
    municipality_code: str
    labour_status_start: str
    education_level: str
    unemployment_duration: str = ""
    employer_business_id: str = ""
    street_address: str = ""
    postal_code: str = ""
    post_office: str = ""
    citizenship_group: str = ""
    foreign_background: str = ""
    minority: str = ""
    disability: str = ""
    housing_exclusion: str = ""
    other_disadvantage: str = ""
    jobless_household: str = ""
    dependent_children: str = ""
    single_adult: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """By which way a form came in. `by` is the one of the staff who wrote it down, after they had made sure, as
    `identity` (a code of `esf.enums.IdentityCheck`) tells, who the person is. `signed_on` and `wording`, the version
    that was printed, are of a form on paper. `personal_id` is known only where the project asks staff for it.
    """

    channel: NoticeChannel = NoticeChannel.REGISTRATION
    by: User | None = None
    identity: str = ""
    signed_on: date | None = None
    wording: str = WORDING
    personal_id: str = ""


WITH_REGISTRATION = Entry()
HOW_IT_CAME = {"channel", "entered_by", "identity_checked_by", "identity_checked_how"}


@transaction.atomic
def submit(
    *,
    person: Person,
    project: Project,
    source: str,
    answers: Answers,
    now: datetime,
    entry: Entry = WITH_REGISTRATION,
) -> StartNotice:
    """Keep the answers that `person` gave and confirmed through `source`; a second time, they replace the first.

    The person's row is locked, so that a check-in at this moment finds the form, or the form finds its participation.
    What stood there before is kept as a correction.

    :raises NoticeInUse: if a participation has begun with them
    :raises CodeDiffers: if the personal identity code that staff wrote in is of somebody born on another day
    """
    notice = _given(person, source)
    if notice.personal_id and not entry.personal_id and born(notice.personal_id) != answers.birth_date:
        raise CodeDiffers
    before = corrections.values_of(notice) if notice.pk else {}
    _keep(notice, person, project, answers, entry, now)
    if before:
        corrections.keep(notice=notice, before=before, reason=corrections.OWN, by=entry.by, now=now)
    drafts.forget(source=source)
    completed = _complete(person, project, notice, source)
    _record(notice, project, entry, now, after={"participation": completed} if completed else {})
    return notice


@transaction.atomic
def correct(
    *, notice: StartNotice, answers: Answers, reason: str, seen: str, by: User, now: datetime, personal_id: str = ""
) -> StartNotice:
    """Staff correct what is wrong in `notice`, also where it is in use; what stood there is kept, with the reason.

    Right to rectification: Regulation (EU) 2016/679, Article 16. How the form came in stays as it was.

    :param seen: the fingerprint of what stood there when `by` began to write
    :param personal_id: a new one; empty: it stays as it is
    :raises ReasonMissing: if none is given
    :raises ChangedMeanwhile: if somebody else has corrected it since
    """
    if not reason.strip():
        raise ReasonMissing
    LOCK.all(pk=notice.person_id)  # as the person's own corrections do
    notice = StartNotice.objects.locked().select_related("project").get(pk=notice.pk)
    before = corrections.values_of(notice)
    corrections.refuse_stale(notice, seen)
    values = asdict(answers) | (_coded(personal_id) if personal_id else {})
    for name, value in values.items():
        setattr(notice, name, value)
    notice.save()
    if corrections.keep(notice=notice, before=before, reason=reason.strip(), by=by, now=now):
        scope = notice.project.scope
        audit.changed(actor=by, action="start_notice.correct", subject=notice.source, scope=scope, now=now)
    return notice


@transaction.atomic
def confirm(*, notice: StartNotice, source: str, now: datetime) -> NoticeConfirmation:
    """Somebody who came again, through `source`, says that `notice` is still right; it stands for this time too.

    A second time changes nothing.
    """
    LOCK.all(pk=notice.person_id)
    made, is_new = NoticeConfirmation.objects.get_or_create(notice=notice, source=source, defaults={"at": now})
    if is_new:
        drafts.forget(source=source)
        completed = _complete(notice.person, notice.project, notice, source)
        audit.changed(
            actor=None,
            action="start_notice.confirm",
            subject=source,
            scope=notice.project.scope,
            now=now,
            after={"participation": completed} if completed else {},
        )
    return made


@transaction.atomic(savepoint=False)
def submit_first(*, person: Person, project: Project, source: str, answers: Answers, now: datetime) -> StartNotice:
    """The same for a `source` made in this very transaction, under the person's lock: nothing can refer to it yet."""
    notice = StartNotice(source=source)
    _keep(notice, person, project, answers, WITH_REGISTRATION, now)
    _record(notice, project, WITH_REGISTRATION, now, after={})
    return notice


def _keep(notice: StartNotice, person: Person, project: Project, answers: Answers, entry: Entry, now: datetime) -> None:
    """A form on paper was confirmed, and the information read, when it was signed; what another one told is unknown."""
    brought = entry.channel == NoticeChannel.IMPORT
    signed = timezone.make_aware(datetime.combine(entry.signed_on, time(12))) if entry.signed_on else now
    values = {
        **asdict(answers),
        "person": person,
        "project": project,
        "profile": profile_of(project.period),
        "privacy_notice": None if brought else _told(entry, signed),
        "info_given_at": None if brought else min(signed, now),
        "confirmed_at": min(signed, now),
        "submitted_at": now,
        "wording": entry.wording,
        "channel": entry.channel,
        "entered_by": EnteredBy.STAFF if entry.by else EnteredBy.SELF,
        "identity_checked_by": entry.by,
        "identity_checked_how": entry.identity,
    }
    if notice.pk and not entry.by:  # the person corrects it: how it came in, and who checked, stays
        values = {name: value for name, value in values.items() if name not in HOW_IT_CAME}
    if entry.personal_id:
        values |= _coded(entry.personal_id)
    for name, value in values.items():
        setattr(notice, name, value)
    if notice.pk:
        notice.save()
    else:
        insert(notice)


def _told(entry: Entry, signed: datetime) -> PrivacyNotice:
    """The privacy notice that whoever filled the form in could read."""
    return privacy.in_force(NoticePurpose.ESF, signed) if entry.signed_on else privacy.current(NoticePurpose.ESF)


def _coded(personal_id: str) -> dict[str, str]:
    return {"personal_id": personal_id, "personal_id_index": personal_ids.index_of(personal_id)}


def _record(notice: StartNotice, project: Project, entry: Entry, now: datetime, after: dict[str, int]) -> None:
    audit.changed(
        actor=entry.by, action="start_notice.submit", subject=notice.source, scope=project.scope, now=now, after=after
    )


def _given(person: Person, source: str) -> StartNotice:
    """The form of `source`, or a new one, with the person's row locked.

    :raises NoticeInUse: if a participation has begun with it
    """
    LOCK.all(pk=person.pk)
    if IN_USE.first(source=source):
        raise NoticeInUse
    return GIVEN.first(source=source) or StartNotice(source=source)


def _complete(person: Person, project: Project, notice: StartNotice, source: str) -> int | None:
    """Give the form to the first spell that began without one, if the registration `source` has been let in.

    So it is with a form of somebody whose identity was checked, and where staff began the spell, who let nobody in.
    """
    proven = notice.identity_checked_how or LET_IN.first(person=person.pk, project=project.pk, source=source)
    holder = Participation.objects.filter(start_notice=notice).first()
    if holder and holder.counted:
        return None
    bare = (
        Participation.objects.counted()
        .filter(person=person, project=project, start_notice=None)
        .order_by("started_on")
        .first()
    )
    if bare and not proven and not bare.begun_by_id:
        return None
    if bare:
        Participation.objects.filter(start_notice=notice).update(start_notice=None)  # of one out of the figures
        Participation.objects.filter(pk=bare.pk, start_notice=None).update(start_notice=notice)
    return bare.pk if bare else None
