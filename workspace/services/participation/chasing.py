"""Asking for notices that are missing: by mail, on paper, by phone. Each attempt is written down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Person, User
from core import pdf, qr
from core.fields import readable
from core.templatetags.when import full_day
from esf.enums import AttemptWay, NoticeKind
from esf.models import Participation, StartNotice
from esf.services import collecting
from events.models import Project
from events.services import sheets
from registrations.enums import ACTIVE, Status
from registrations.models import Registration
from registrations.services import letters, reaching

MOMENT = {NoticeKind.START: "start_notice_missing", NoticeKind.END: "end_notice_missing"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How many were written to, and how many have no address, or no registration whose link could be sent."""

    written: int
    unreachable: int


@transaction.atomic
def remind(*, project: Project, spells: Sequence[Participation], of: NoticeKind, by: User, now: datetime) -> Asked:
    """Mail those with an address a link to the form; nobody gets the same letter twice on one day."""
    registrations = reached_by(project=project, people=[spell.person_id for spell in spells], of=of)
    day = timezone.localdate(now).isoformat()
    written = [
        spell.person_id
        for spell in spells
        if (registration := registrations.get(spell.person_id)) and reaching.has_mailbox(registration)
        if letters.notice_missing(
            registration=registration, moment=MOMENT[of], once=f"notice/{of}/{spell.pk}/{day}", now=now
        )
    ]
    collecting.tried(people=written, project=project, of=of, way=AttemptWay.MAIL, note="", by=by, now=now)
    reached = {person for person, registration in registrations.items() if reaching.has_mailbox(registration)}
    without = [spell for spell in spells if spell.person_id not in reached]
    return Asked(written=len(written), unreachable=len(without))


@transaction.atomic
def on_paper(*, project: Project, spells: Sequence[Participation], of: NoticeKind, by: User, now: datetime) -> bytes:
    """A letter for each, in their language, with a QR code of their personal link: one PDF to print and post."""
    registrations = reached_by(project=project, people=[spell.person_id for spell in spells], of=of)
    notices = _newest_notices(project, [spell.person_id for spell in spells])
    pages = [
        _letter(spell, registrations.get(spell.person_id), notices.get(spell.person_id), of, now) for spell in spells
    ]
    people = [spell.person_id for spell in spells]
    collecting.tried(people=people, project=project, of=of, way=AttemptWay.LETTER, note="", by=by, now=now)
    return pdf.render("notices", {"title": project.name, "letters": pages}, language=translation.get_language() or "fi")


def reached_by(*, project: Project, people: Iterable[int], of: NoticeKind) -> dict[int, Registration]:
    """By person: whose link leads to the form, with a mailbox of their own rather than without, the newest of them.

    The start notice is asked for by registrations of events that ask for it, and only by those that are valid.
    """
    rows = (
        Registration.objects.filter(event__project=project, person__in=list(people))
        .exclude(status=Status.CANCELLED)
        .select_related("event__project", "event__organisation", "person", "party")
        .order_by("registered_at", "pk")
    )
    if of == NoticeKind.START:
        rows = rows.filter(event__asks_start_notice=True, status__in=ACTIVE)
    found: dict[int, Registration] = {}
    for row in rows:
        known = found.get(row.person_id)
        if known is None or reaching.has_mailbox(row) or not reaching.has_mailbox(known):
            found[row.person_id] = row
    return found


def _newest_notices(project: Project, people: list[int]) -> dict[int, StartNotice]:
    rows = StartNotice.objects.filter(project=project, person__in=people).order_by("submitted_at", "pk")
    return {row.person_id: row for row in rows.defer("personal_id")}


def _letter(
    spell: Participation, registration: Registration | None, notice: StartNotice | None, of: NoticeKind, now: datetime
) -> dict[str, object]:
    """In the person's language; without a registration there is no link, and they are asked to call."""
    language = registration.language if registration else spell.person.language
    with translation.override(language):
        url = letters.personal_url(registration=registration, now=now) if registration else ""
        return {
            "language": language,
            "day": full_day(timezone.localdate(now)),
            "to": _to(spell.person, notice),
            "project": f"{spell.project.name} ({spell.project.code})",
            **_words(of),
            "call": _("Open the form with your phone's camera, or write the address in a browser:") if url else "",
            "qr": qr.svg(url, border=2) if url else "",
            "qr_alt": _("QR code of your personal link"),
            "address": url,
            "help": _("You may also answer by phone, or fill in the form with us. Help is free."),
            "organiser": _organiser(spell, registration),
            **sheets.funding(spell.project),
        }


def _words(of: NoticeKind) -> dict[str, object]:
    if of == NoticeKind.START:
        return {
            "heading": _("Please fill in the background form"),
            "text": [
                _("You take part in a project that the European Union pays for."),
                _("That is why we need to know a few things about you."),
                _("Filling in the form takes about five minutes."),
            ],
        }
    return {
        "heading": _("How did it go? Four questions"),
        "text": [
            _("Your time in the project is over."),
            _("Please tell us what you do now: four questions, about two minutes."),
            _("We need it to show the European Union what the project has led to. Nobody is named in the reports."),
        ],
    }


def _to(person: Person, notice: StartNotice | None) -> list[str]:
    """The name, and the postal address where the background form has one."""
    lines = [str(person)]
    if notice and notice.street_address:
        lines += [notice.street_address, f"{notice.postal_code} {notice.post_office}".strip()]
    return lines


def _organiser(spell: Participation, registration: Registration | None) -> list[str]:
    event = registration.event if registration else None
    organisation = event.organisation if event else spell.project.organisation
    contact = [event.contact_name, readable(event.contact_phone), event.contact_email] if event else []
    return [str(organisation), *(text for text in contact if text)]
