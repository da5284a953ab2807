"""Questionnaires for tests, made as the desk makes them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from registrations.enums import AnswerKind, AskedAt, AskedOf, Join, Trial
from registrations.models import AnswerFile, Registration
from registrations.rules.conditions import Check, Condition, Group
from registrations.services.questions import answering, files, reading, writing
from registrations.services.questions.writing import Handled, Put
from tests import factories as make
from tests.factories import NOW

K, T = AnswerKind, Trial
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
YES_NO = [
    {"key": "y", "fi": "Kyllä", "sv": "Ja", "en": "Yes", "uk": "Так"},
    {"key": "n", "fi": "Ei", "sv": "Nej", "en": "No", "uk": "Ні"},
]


def sheet(event, moment=AskedAt.REGISTRATION, asked_of=AskedOf.PERSON, title="Kysymykset"):
    return writing.add_questionnaire(
        event=event, moment=moment, asked_of=asked_of, titles={"fi": title}, by=make.user(), now=NOW
    )


def ask(
    questionnaire, kind=K.TEXT, label="Ruokavalio?", *, screen=1, sensitive=False, sees=(), days=None, when=None, **put
):
    if kind in (K.CHOICE, K.CHOICES):
        put.setdefault("options", YES_NO)
    made = writing.ask(
        questionnaire=questionnaire,
        put=Put(kind=kind, labels={"fi": label}, **put),
        handled=Handled(screen=screen, sensitive=sensitive, sees=sees, retention_days=days),
        by=make.user(),
        now=NOW,
    )
    if when:
        depend(made, *when)
    return made


def depend(question, *checks, join=Join.ALL):
    """Each check is (question, trial) or (question, trial, value)."""
    found = tuple(Check(other.pk, trial, *value) for other, trial, *value in checks)
    writing.set_condition(
        question=question, condition=Condition(Join.ALL, (Group(join, found),)), by=make.user(), now=NOW
    )


def read(event, number=0):
    return reading.of_event(event)[number]


def answered_by_file(registration, question, body=PDF, name="Todistus.pdf"):
    """The file that the person has sent by their link."""
    registration = Registration.objects.select_related("event__own_terms").get(pk=registration.pk)
    sheet = next(each for each in reading.of_event(registration.event) if each.pk == question.questionnaire_id)
    filling = answering.save_draft(registration=registration, sheet=sheet, screen=1, typed={}, now=NOW)
    kept = files.keep(upload=SimpleUploadedFile(name, body), question=question.pk, filling=filling, now=NOW)
    send(registration, {question.pk: kept.key.hex}, sheet)
    return AnswerFile.objects.get(pk=kept.pk)


def send(registration, values, sheet=None, *, by=None, now=NOW):
    """Answer as the person does by their link."""
    registration = Registration.objects.select_related("event__own_terms").get(pk=registration.pk)
    sheet = sheet or read(registration.event)
    answering.send(registration=registration, sheet=sheet, answers=values, by=by, now=now)
