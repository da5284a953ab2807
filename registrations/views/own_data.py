"""What we hold about one registration, for the person themselves (Regulation (EU) 2016/679, Articles 15 and 20).

Nothing about anybody else, and nothing of how the desk works but its note, which the person may ask for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core.models import OutboxMessage
from core.templatetags.money import euros
from core.templatetags.when import full_day, moment, span
from esf.enums import SENSITIVE
from esf.forms import BackgroundForm
from esf.models import StartNotice
from esf.services import corrections
from events.models import Municipality
from registrations.forms import ContactForm
from registrations.models import Answer, Application, Order, Registration
from registrations.services import reaching
from registrations.services.questions import telling
from registrations.services.questions.reading import options_of

NOTICE_MORE = ("first_name", "last_name", "email", "phone", "language")


@dataclass(frozen=True, kw_only=True)
class Item:
    """`key` and `value` are for machines (`value` as JSON has it), `label`, `text` and `file` for people."""

    key: str
    label: str
    value: Any
    text: str
    file: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some things that belong together; `rows` has one list for each of several, such as messages."""

    key: str
    label: str
    rows: list[list[Item]]


def parts(*, registration: Registration) -> list[Part]:
    """All of it, in the language of the moment; parts with nothing in them are left out."""
    made = [
        Part(key="registration", label=_("Registration"), rows=[list(_registration(registration))]),
        Part(key="application", label=_("Application"), rows=_application(registration)),
        Part(key="background_form", label=_("Background form"), rows=_notices(registration)),
        Part(key="questions", label=_("Answers to the organiser's questions"), rows=_answers(registration)),
        Part(key="referrals", label=_("Referrals"), rows=_referrals(registration)),
        Part(key="orders", label=_("Orders and payments"), rows=_orders(registration)),
        Part(key="attendance", label=_("Attendance"), rows=_attendances(registration)),
        Part(key="messages", label=_("Messages sent to you"), rows=_messages(registration)),
    ]
    return [part for part in made if part.rows]


def as_json(*, registration: Registration, now: datetime) -> dict[str, Any]:
    """The same for a machine: `{"made_at": …, "event": {…}, "registration": [{…}], …}`, times in ISO 8601."""
    event = registration.event
    return {
        "made_at": now,
        "event": {"title": event.title, "slug": event.slug, "organiser": str(event.organisation)},
        **{
            part.key: [{item.key: item.value for item in row} for row in part.rows]
            for part in parts(registration=registration)
        },
    }


def _orders(registration: Registration) -> list[list[Item]]:
    """What was to be paid for this seat by the person, and what was paid and given back; a group's is its contact's."""
    if registration.price_id is None:
        return []
    rows = Order.objects.filter(payer_registration=registration).order_by("pk")
    return [list(_order(order)) for order in rows.prefetch_related("payments__refunds")]


def _order(order: Order) -> Iterator[Item]:
    yield Item(key="number", label=_("Order"), value=order.pk, text=str(order.pk))
    yield Item(key="cents", label=_("Sum"), value=order.cents, text=euros(order.cents))
    yield Item(key="state", label=_("State"), value=order.state, text=order.get_state_display())
    yield Item(key="made_at", label=_("Made"), value=order.made_at, text=moment(order.made_at))
    for name, label in (("company", _("Company or organisation")), ("address", _("Postal address"))):
        if text := getattr(order, name):
            yield Item(key=name, label=label, value=text, text=text)
    payments = [
        {"method": each.method, "state": each.state, "cents": each.cents, "refunded_cents": each.refunded_cents}
        for each in order.payments.all()
    ]
    told = (f"{each.get_method_display()}: {each.get_state_display()}" for each in order.payments.all())
    yield Item(key="payments", label=_("Payments"), value=payments, text=", ".join(told))


def _registration(registration: Registration) -> Iterator[Item]:
    labels = {name: str(field.label) for name, field in ContactForm.base_fields.items()}
    for name in ("first_name", "last_name", "email", "phone", "language", "support_needs"):
        yield _of(registration, name, labels[name])
    yield _of(registration, "status", _("Status"))
    yield Item(key="code", label=_("Ticket code"), value=registration.code, text=registration.readable_code)
    for name, label in (
        ("registered_at", _("Registered")),
        ("confirmed_at", _("Confirmed")),
        ("cancelled_at", _("Cancelled")),
    ):
        yield _at(name, label, getattr(registration, name))
    stop = registration.pick_up
    ride = f"{stop.ride.name}: {stop}" if stop else ""
    yield Item(key="ride", label=_("Ride"), value=ride, text=ride)
    yield _of(registration, "desk_note", _("The organisers' note"))


def _application(registration: Registration) -> list[list[Item]]:
    """How far it came. Points and notes of interviews, if there are any, the organiser gives on request: see ADR 14."""
    application = Application.objects.select_related("category").filter(registration=registration.pk).first()
    if application is None:
        return []
    asked = _("Points and notes of interviews are not in this file. Ask the organiser for them.")
    about = [
        Item(key="number", label=_("Number"), value=application.number, text=str(application.number)),
        Item(
            key="category",
            label=_("Category"),
            value=str(application.category or ""),
            text=str(application.category or ""),
        ),
        Item(key="on_request", label=_("On request"), value=asked, text=asked),
    ]
    steps = application.steps.order_by("number")
    return [
        about,
        *([_of(each, "to_stage", pgettext("application", "Stage")), _at("at", _("When"), each.at)] for each in steps),
    ]


def _notices(registration: Registration) -> list[list[Item]]:
    """Nothing where the link may be in other hands than the person's."""
    if not reaching.is_own(registration):
        return []
    labels = {name: str(field.label) for name, field in BackgroundForm.base_fields.items()}
    labels |= {name: str(ContactForm.base_fields[name].label) for name in NOTICE_MORE}
    rows = []
    for notice in StartNotice.objects.filter(source=registration.key).select_related("project"):
        project = f"{notice.project.name} ({notice.project.code})"
        rows.append(
            [
                Item(key="project", label=_("Project"), value=notice.project.code, text=project),
                *(
                    _town(notice, label) if name == "municipality_code" else _of(notice, name, label)
                    for name, label in labels.items()
                    if name not in SENSITIVE or getattr(notice, name)
                ),
                _at("submitted_at", _("Filled in"), notice.submitted_at),
            ]
        )
        rows += [list(_correction(change, labels)) for change in corrections.of(notice)]
    return rows


def _correction(change: corrections.Change, labels: dict[str, str]) -> Iterator[Item]:
    """What stood there before; of the personal identity code only that it was another."""
    yield _at("corrected_at", _("Corrected"), change.at)
    if change.reason != corrections.OWN:
        yield Item(key="reason", label=_("Reason"), value=change.reason, text=change.reason)
    for name, value in change.before.items():
        label = labels.get(name, _("Personal identity code"))
        was = "…" if name == "personal_id" else value
        yield Item(key=f"before_{name}", label=_("%(what)s before") % {"what": label}, value=was, text=str(was or "–"))


def _answers(registration: Registration) -> list[list[Item]]:
    """What an answer was before is told beside it; a file can be opened."""
    language = get_language() or "fi"
    rows = Answer.objects.whole().told_to(registration).order_by("pk").prefetch_related("changes__wording")
    return [
        [
            Item(
                key="question",
                label=_("Question"),
                value=telling.label_of(each, language),
                text=telling.label_of(each, language),
            ),
            Item(
                key="answer",
                label=_("Answer"),
                value=telling.text_of(each, language),
                text=telling.text_of(each, language),
                file=each.file.key if hasattr(each, "file") else None,
            ),
            _at("at", _("Answered"), each.at),
            *_before(each, language),
        ]
        for each in rows
    ]


def _before(answer: Answer, language: str) -> Iterator[Item]:
    for number, change in enumerate(answer.changes.all(), start=1):
        options = options_of(change.wording)
        was = telling.in_words(change.wording.kind, options, change.was, language) if change.was is not None else "…"
        yield Item(key=f"before_{number}", label=_("Answer before"), value=was, text=was)


def _referrals(registration: Registration) -> list[list[Item]]:
    """Also those that came when the person was registered already."""
    return [
        [
            _of(each, "office", _("Office")),
            _of(each, "consent_how", _("How did they agree?")),
            _of(each, "consent_on", _("When did they agree?")),
            _at("at", _("Registered"), each.at),
        ]
        for each in registration.referrals.order_by("pk")
    ]


def _attendances(registration: Registration) -> list[list[Item]]:
    found = registration.attendances.select_related("meeting").order_by("meeting__starts_at")
    return [
        [
            Item(
                key="meeting",
                label=_("When"),
                value=each.meeting.starts_at,
                text=span(each.meeting.starts_at, each.meeting.ends_at),
            ),
            _at("at", _("Checked in"), each.at),
        ]
        for each in found
    ]


def _messages(registration: Registration) -> list[list[Item]]:
    person, scope = f"person:{registration.person_id}", registration.event.scope
    mine = Q(payload__keys__registration=registration.pk)
    found = OutboxMessage.objects.filter(mine, scope=scope, person=person).order_by("created_at", "pk")
    return [
        [
            Item(key="subject", label=pgettext("mail", "Subject"), value=each.subject, text=each.subject),
            Item(key="recipient", label=_("E-mail"), value=each.recipient, text=each.recipient),
            _at("sent_at", _("Sent"), each.sent_at),
        ]
        for each in found
    ]


def _of(row: Model, name: str, label: str) -> Item:
    value = getattr(row, name)
    shown = getattr(row, f"get_{name}_display", None)
    if shown and value:
        text = str(shown())
    elif isinstance(value, date):
        text = full_day(value)
    else:
        text = str(value or "")
    return Item(key=name, label=label, value=value, text=text)


def _town(notice: StartNotice, label: str) -> Item:
    town = Municipality.objects.filter(code=notice.municipality_code).first()
    text = " ".join(filter(None, [notice.municipality_code, str(town or "")]))
    return Item(key="municipality_code", label=label, value=notice.municipality_code, text=text)


def _at(key: str, label: str, value: datetime | None) -> Item:
    return Item(key=key, label=label, value=value, text=moment(value))
