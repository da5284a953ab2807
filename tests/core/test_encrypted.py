"""Encrypted columns: unreadable with the database alone, readable after rotation, an error with the wrong key."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from core.encrypted import WrongKey, is_newest, seal_text, unseal_text
from core.services import rotating
from registrations.models import Answer, AnswerFile
from tests import factories as make
from tests.registrations import questions as q

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _each in range(3))


@pytest.fixture
def secret(db, settings, time_machine):
    """A sensitive answer and a file, written with the key OLD."""
    time_machine.move_to(make.NOW, tick=False)
    settings.FIELD_KEYS = [OLD]
    event = make.event()
    sheet = q.sheet(event)
    health = q.ask(sheet, label="Terveys?", sensitive=True, sees=["owner"])
    registration = make.register(event)
    q.send(registration, {health.pk: "diabetes"})
    file = q.ask(q.sheet(event), q.K.FILE, "Todistus")
    q.answered_by_file(registration, file)
    return Answer.objects.get(question=health)


def dump():
    """All that one sees who has the database."""
    seen = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names are the database's own
            seen.append(
                repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor])
            )
    return "".join(seen)


def test_neither_answer_nor_file_nor_its_name_is_readable_in_the_database(secret):
    everything = dump()
    assert secret.secret == '"diabetes"'
    assert [word in everything for word in ("diabetes", "%PDF", "Todistus.pdf")] == [False, False, False]


def test_all_is_readable_after_rotation_and_the_old_key_is_not_needed_any_more(secret, settings):
    settings.FIELD_KEYS = [NEW, OLD]
    told = StringIO()
    call_command("rotate_field_keys", stdout=told)
    settings.FIELD_KEYS = [NEW]

    assert Answer.objects.get(pk=secret.pk).secret == '"diabetes"'
    assert (AnswerFile.objects.get().body, AnswerFile.objects.get().name) == (q.PDF, "Todistus.pdf")
    assert "registrations.Answer.secret: 1 seen, 1 written anew" in told.getvalue()


def test_a_second_rotation_writes_nothing(secret, settings):
    settings.FIELD_KEYS = [NEW, OLD]
    assert sum(each.changed for each in rotating.rotate()) == 3
    assert sum(each.changed for each in rotating.rotate()) == 0


def test_a_rotation_that_was_stopped_goes_on_where_it_was(secret, settings, monkeypatch):
    event = secret.registration.event
    for _each in range(4):
        q.send(make.register(event), {secret.question_id: "astma"}, q.read(event))
    settings.FIELD_KEYS = [NEW, OLD]
    monkeypatch.setattr(rotating, "BATCH", 2)

    def stop(state):
        if state.column == "registrations.Answer.secret":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotating.rotate(tell=stop)
    rest = {each.column: each.changed for each in rotating.rotate()}
    settings.FIELD_KEYS = [NEW]

    assert rest["registrations.Answer.secret"] == 3
    assert sorted(each.secret for each in Answer.objects.filter(question=secret.question)) == ['"astma"'] * 4 + [
        '"diabetes"'
    ]


def test_the_wrong_key_is_an_error_and_nothing_is_shown(secret, settings):
    settings.FIELD_KEYS = [OTHER]
    with pytest.raises(WrongKey):
        Answer.objects.get(pk=secret.pk)
    with pytest.raises(WrongKey):
        AnswerFile.objects.get()


def test_a_rotation_tells_what_no_key_opens_and_leaves_it_as_it_is(secret, settings):
    before = dump()
    settings.FIELD_KEYS = [NEW, OTHER]
    with pytest.raises(CommandError, match=rf"registrations.Answer.secret: {secret.pk}"):
        call_command("rotate_field_keys", stdout=StringIO())
    assert dump() == before


@pytest.mark.django_db
@pytest.mark.parametrize("lookup", ["secret", "secret__contains", "secret__in", "secret__length"])
def test_nothing_can_be_looked_up_in_it(lookup):
    with pytest.raises(FieldError, match="secret is encrypted"):
        Answer.objects.filter(**{lookup: "x"}).exists()
    assert not Answer.objects.filter(secret__isnull=False).exists()


def test_the_newest_key_writes_and_all_keys_read(settings):
    settings.FIELD_KEYS = [OLD]
    token = seal_text("ääni")
    settings.FIELD_KEYS = [NEW, OLD]
    assert (unseal_text(token), is_newest(token.encode()), is_newest(seal_text("x").encode())) == ("ääni", False, True)


def test_every_encrypted_column_is_found():
    names = {f"{field.model._meta.label}.{field.name}" for field in rotating.columns()}
    assert names == {
        "esf.Correction.before", "esf.NoticeDraft.answers", "esf.ReportPart.content", "esf.StartNotice.personal_id",
        "registrations.Answer.secret", "registrations.AnswerFile.body", "registrations.AnswerFile.name",
        "registrations.Filling.draft", "registrations.InterviewNote.text", "registrations.NoLettersKey.key",
    }  # fmt: skip
