"""What the audit log says in codes, in words. A test holds that no action lacks its own."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import NoticePurpose, Role
from accounts.enums import Stage as EmployerStage
from core.details import WordsForm
from events.enums import Access, Audience, Counting, Kind, Mode, Period, StandState
from events.enums import Status as EventStatus
from events.forms.events import EventForm
from events.forms.projects import ProjectDetailsForm, VenueDetailsForm
from registrations.enums import ConsentHow, Stage, Status
from workspace.enums import Deed

ACTIONS: dict[Deed, dict[str, Promise]] = {
    Deed.EVENTS: {
        "event.create": _("Made the event"),
        "event.change": _("Changed the event"),
        "event.copy": _("Copied the event from another"),
        "event.make_template": _("Made a template of the event"),
        "event.publish": _("Published the event"),
        "event.unpublish": _("Took the event back to draft"),
        "event.schedule": _("Set when the event is published by itself"),
        "event.preview_link": _("Made a link that shows the draft"),
        "event.cancel": _("Cancelled the event"),
        "event.cancel_date": _("Called a date off"),
        "event.archive": _("Put the event into the archive"),
        "event.unarchive": _("Brought the event back from the archive"),
        "event.delete": _("Deleted the event"),
        "event.repeat": _("Added dates"),
        "event.change_series": _("Changed the dates ahead"),
        "event.ride": _("Changed a ride"),
        "event.remove_ride": _("Removed a ride"),
        "seats.change": _("Changed the number of seats"),
        "seats.add_pool": _("Divided the seats"),
        "seats.change_pool": _("Changed a division of the seats"),
        "seats.remove_pool": _("Removed a division of the seats"),
        "seats.terms": _("Changed the terms of the seats"),
        "price.set": _("Set a price"),
        "price.retire": _("Took a price away"),
        "prices.terms": _("Changed how seats are paid and given back"),
        "discount.add": _("Made a discount code"),
        "discount.close": _("Closed a discount code"),
        "seller.save": _("Changed the seller's details"),
        "applicant_category.change": _("Changed as what people apply"),
        "criterion.add": _("Added a criterion of the selection"),
        "criterion.remove": _("Removed a criterion of the selection"),
        "assessor.add": _("Named an assessor"),
        "assessor.remove": _("Removed an assessor"),
        "assessor.disqualify": _("Left an assessor's points of an applicant out"),
        "interview.add": _("Added times for interviews"),
        "interview.remove": _("Removed a time for an interview"),
        "lottery.prepare": _("Prepared lots"),
        "lottery.draw": _("Drew lots"),
        "questions.sheet": _("Made or renamed a questionnaire"),
        "questions.add": _("Added a question"),
        "questions.change": _("Changed a question"),
        "questions.move": _("Changed the order of the questions"),
        "questions.remove": _("Took a question or a questionnaire out"),
        "questions.library": _("Put a question into the library"),
        "survey.change": _("Changed when a survey is open"),
        "survey.close": _("Closed a survey"),
        "invitation.make": _("Made an invitation code"),
        "invitation.close": _("Closed an invitation code"),
        "picture.sweep": _("Deleted a picture that no event used"),
        "venue.create": _("Made a place"),
        "venue.change": _("Changed a place"),
        "venue.delete": _("Deleted a place"),
    },
    Deed.PEOPLE: {
        "registration.create": _("Registered for the event"),
        "registration.edit": _("Corrected a registration"),
        "answers.send": _("Answered the organiser's questions"),
        "answers.change": _("Corrected answers to the organiser's questions"),
        "answers.forget": _("Deleted answers whose day had come"),
        "registration.move": _("Changed the date of a registration"),
        "registration.link": _("Closed the personal links of a registration and made a new one"),
        "registration.note": _("Wrote a note on a registration"),
        "bulk.plan": _("Chose registrations to act on together"),
        "bulk.undo": _("Took an action on several registrations back"),
        "bulk.do": _("Acted on several registrations together"),
        "people.export": _("Took a list of people out as a file"),
        "registration.cancel": _("Cancelled a registration"),
        "registration.promote": _("Gave a free seat to the next on the waiting list"),
        "registration.offer": _("Offered a free seat to the next on the waiting list"),
        "registration.accept": _("Took an offered seat"),
        "registration.decline": _("Left an offered seat to the next"),
        "registration.lapse": _("Did not answer an offer in time"),
        "registration.paid": _("Paid for the seat"),
        "registration.invoiced": _("Got the seat against an invoice"),
        "payment.paid": _("A payment came"),
        "payment.give_back": _("Gave money back"),
        "bank.import": _("Took a bank's file in"),
        "bank.dealt_with": _("Dealt with money that paid no invoice"),
        "refund.again": _("Tried a refund again"),
        "refund.by_hand": _("Gave money back by hand"),
        "registration.rejoin": _("Joined the waiting list again"),
        "application.step": _("Moved an application to another stage"),
        "application.move_in_reserve": _("Gave somebody another place on the reserve list"),
        "application.score": _("Gave points to an applicant"),
        "application.note": _("Wrote a note of an interview"),
        "application.forget_notes": _("Deleted notes of interviews whose day had come"),
        "interview.book": _("Booked a time for an interview"),
        "interview.unbook": _("Left a booked time to others"),
        "registration.hand_over": _("Gave a seat to somebody else"),
        "registration.receive": _("Got the seat of somebody else"),
        "registration.move_in_queue": _("Gave somebody another place on the waiting list"),
        "referral.create": _("Referred a client"),
        "people.import": _("Began to register people from a table"),
        "attendance.check_in": _("Checked somebody in"),
        "start_notice.submit": _("Sent the background form"),
        "participation.move_start": _("First day of a participation corrected"),
        "participation.end": _("Participation in a project ended"),
        "participation.open_again": _("End of a participation taken back"),
        "participation.count": _("Participation put back into the figures"),
        "participation.discount": _("Participation taken out of the figures"),
        "end_notice.submit": _("End notice sent or written in"),
        "end_notice.give_up": _("End notice noted as not to be had"),
        "end_notice.follow_up": _("Follow-up written in"),
        "attempt.add": _("Attempt to get a notice written down"),
        "eura.step": _("State in EURA 2021 set"),
        "report.ask": _("Asked for a report as a file"),
        "report.file": _("Fetched a report as a file"),
        "report_schedule.add": _("Regular report added"),
        "report_schedule.remove": _("Regular report removed"),
        "estimate.add": _("Estimate added"),
        "supported.add": _("Supported organisation added"),
        "supported.kind": _("Kind of a supported organisation set"),
        "supported.remove": _("Supported organisation taken out of the figures"),
        "start_notice.import": _("Brought older notices from a table"),
        "start_notice.destroy": _("Destroyed background forms that came to nothing"),
        "start_notice.correct": _("Corrected a background form"),
        "start_notice.confirm": _("Said that an earlier background form is still right"),
        "participation.begin": _("Began a participation in the project"),
        "participation.join": _("Joined two participations of one person"),
        "participation.part": _("Parted two participations that had been joined"),
        "person.merge": _("Merged two people who are one"),
        "person.part": _("Took the merge of two people back"),
        "person.apart": _("Said that two people are not the same"),
        "person.apart_undo": _("Took back that two people are not the same"),
        "newsletter.confirm": _("Confirmed the newsletter"),
        "newsletter.end": _("Ended the newsletter"),
        "message.resend": _("Sent a message again"),
        "mailing.write": _("Wrote a message to those who are registered"),
        "mailing.call_off": _("Called a message off before it left"),
        "event.changes_told": _("Told those who come of a changed plan"),
        "event.changes_kept": _("Told nobody of a changed plan"),
        "event.letters": _("Changed which letters leave by themselves"),
        "letter.write": _("Changed the words of a letter"),
        "letter.restore": _("Gave a letter its built-in words again"),
    },
    Deed.READS: {
        "people.read": _("Looked at people's data"),
        "attendance.read": _("Looked at who was present"),
        "answers.read": _("Looked at sensitive answers"),
        "answers.file": _("Opened a file that somebody had sent"),
        "stands.read": _("Looked at the applications for stands"),
        "newsletter.export": _("Took the newsletter's addresses out as a file"),
        "messages.read": _("Looked at sent mail"),
        "audit.export": _("Took the log out as a file"),
    },
    Deed.PROJECTS: {
        "project.create": _("Made the project"),
        "project.change": _("Changed the project"),
        "project.delete": _("Deleted the project"),
        "project.implementers": _("Changed who carries out the project"),
        "project.target": _("Changed what is planned for an indicator"),
        "project.rule": _("Changed who may take part in the project"),
        "project.rule_end": _("Ended a rule on who may take part"),
        "project.metric": _("Added a figure that the project counts"),
        "project.value": _("Recorded a figure"),
    },
    Deed.FAIRS: {
        "stand.apply": _("Applied for a stand"),
        "stand.change": _("Changed a stand"),
        "stand.approved": _("Approved a stand"),
        "stand.declined": _("Declined a stand"),
        "stand.withdrawn": _("Withdrew a stand"),
        "pitch.add": _("Added a pitch"),
        "pitch.remove": _("Removed a pitch"),
        "fair.representative": _("Said whom somebody speaks for at the fair"),
        "chat.hide": _("Hid a message"),
        "question.hide": _("Hid a question"),
    },
    Deed.JOBS: {
        "vacancy.create": _("Wrote a job notice"),
        "vacancy.change": _("Changed a job notice"),
        "vacancy.publish": _("Published a job notice"),
        "vacancy.fill": _("Marked a job as filled"),
        "vacancy.close": _("Closed a job notice"),
        "vacancy.reopen": _("Opened a job notice again"),
    },
    Deed.EMPLOYERS: {
        "employer.create": _("Added an employer"),
        "employer.change": _("Changed an employer"),
        "employer.stage": _("Moved an employer to another stage"),
        "employer.contact": _("Changed an employer's contacts"),
        "employer.note": _("Changed the notes on an employer"),
        "employer.archive": _("Put an employer into the archive, or brought it back"),
        "employer.import": _("Imported employers from a table"),
        "employer.forget": _("Deleted contacts and notes whose day had come"),
    },
    Deed.RIGHTS: {
        "grant.give": _("Gave a role"),
        "grant.revoke": _("Took a role away"),
        "organisation.require_mfa": _("Changed whether two-step sign-in is required"),
        "api_token.issue": _("Made a token for another system"),
        "api_token.revoke": _("Ended a token"),
    },
    Deed.SERVICE: {
        "accessibility.answer": _("Answered feedback on accessibility"),
        "privacy_notice.publish": _("Published a new privacy notice"),
        "audit.cut": _("Deleted entries that were old enough"),
    },
}

OTHER_FIELDS: dict[str, Promise] = {
    "role": _("Role"),
    "where": _("Where"),
    "status": _("State"),
    "state": _("State"),
    "number": _("Number"),
    "stage": pgettext_lazy("application", "Stage"),
    "fingerprint": _("Fingerprint of the seed (SHA-256)"),
    "capacity": _("Seats"),
    "title": _("Title"),
    "summary": _("Summary"),
    "description": _("Description"),
    "audience": _("For whom, in your words"),
    "language_note": _("About languages, such as an interpreter"),
    "access_note": _("About accessibility, in your words"),
    "picture_alt": _("What the picture shows"),
    "text": _("Who can take part"),
    "unit": _("Unit"),
    "planned": _("Planned value"),
    "name": _("Name"),
    "picture": _("Picture"),
    "meetings": _("Dates"),
    "publish_at": _("Is published by itself"),
    "people": _("People"),
    "entries": _("Entries"),
    "code": _("Code"),
    "source": _("Where the code is printed"),
    "employer": _("Employer"),
    "deadline": _("Last day to apply"),
    "reason": _("Reason"),
    "day": _("Day"),
    "value": _("Value"),
    "valid_from": _("From which day"),
    "valid_to": _("Until which day"),
    "indicator": _("Indicator"),
    "started_on": _("Began on"),
    "ended_on": _("Ended on"),
    "ended_by": _("Ended by"),
    "was": _("Before"),
    "end_notice_withdrawn": _("End notice withdrawn"),
    "channel": _("How the notice came"),
    "outcome": _("What came of asking?"),
    "of": _("Notice"),
    "way": _("How they were asked"),
    "implementers": _("Who carries it out"),
    "expires_at": _("Valid until"),
    "scopes": _("What it may do"),
    "rows": _("Rows"),
    "changed": _("Changed"),
    "office": _("Office"),
    "questionnaire": _("Questionnaire"),
    "consent_how": _("How did they agree?"),
    "consent_on": _("When did they agree?"),
    "purpose": _("For what"),
    "version": _("Version"),
}

CHOICES: dict[str, list[type[TextChoices]]] = {
    "role": [Role],
    "status": [EventStatus, Status],
    "state": [StandState],
    "kind": [Kind],
    "counting": [Counting],
    "period": [Period],
    "audiences": [Audience],
    "access_features": [Access],
    "meetings": [Mode],
    "consent_how": [ConsentHow],
    "stage": [Stage, EmployerStage],
    "purpose": [NoticePurpose],
}
"""Fields whose values are codes."""


def of_action(action: str) -> str:
    found = (words[action] for words in ACTIONS.values() if action in words)
    return str(next(found, action))


def of_field(name: str) -> str:
    """The label that the form has; a column of one language says which."""
    labels = _labels()
    plain, _line, code = name.rpartition("_")
    if name in labels:
        return str(labels[name])
    return f"{labels[plain]} ({code})" if plain in labels and len(code) == 2 else name  # noqa: PLR2004 - a language's code


def of_value(field: str, value: str) -> str:
    found = (enum(value).label for enum in CHOICES.get(field, []) if value in enum.values)
    return str(next(found, value))


@cache
def _labels() -> dict[str, Any]:
    forms: list[type[Form]] = [ProjectDetailsForm, VenueDetailsForm, EventForm]
    return {name: label for form in forms for name, label in _of_form(form)} | OTHER_FIELDS


def _of_form(form: type[Form]) -> Iterator[tuple[str, Any]]:
    if issubclass(form, WordsForm):
        yield from ((name, words.label) for name, words in form.words.items())
    yield from ((name, field.label) for name, field in form.base_fields.items() if field.label)
