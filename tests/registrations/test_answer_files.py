"""Files that answer a question: hostile ones are refused or harmless, and only those entitled get any."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from accounts.models import AuditEntry
from registrations.enums import AskedAt
from registrations.models import Answer, AnswerFile
from registrations.services import letters
from registrations.services.questions import files
from registrations.services.questions.changing import NoFilesAtDoor
from tests import factories as make
from tests.registrations import questions as q
from tests.registrations.questions import PDF, K

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(make.NOW, tick=False)


def picture(form):
    out = BytesIO()
    Image.new("RGB", (3, 3)).save(out, form)
    return out.getvalue()


def docx(*names, body=b"<w/>"):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in names or ("[Content_Types].xml", "word/document.xml"):
            parts.writestr(name, body)
    return out.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("body", "ending"), [(PDF, ".pdf"), (picture("PNG"), ".png"), (picture("JPEG"), ".jpg"), (docx(), ".docx")]
)
def test_what_a_file_is_its_content_says_and_not_its_name(body, ending):
    taken, kind = files.read(SimpleUploadedFile("anything.exe", body, content_type="text/html"))
    assert (taken, kind.ending) == (body, ending)


HOSTILE = {
    "a page named as a document": b"<html><script>alert(1)</script>",
    "a page before a document": b"<script>alert(1)</script>" + PDF,
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "a document without an end": b"%PDF-1.7\n" + b"x" * 5000,
    "a picture without an end": picture("PNG")[:-14],
    "an archive": docx("evil.exe"),
    "an archive behind something else": b"GIF89a" + docx(),
    "a document with macros": docx(*WORD, "word/vbaProject.bin"),
    "a document of too many parts": docx(*WORD, *(f"{n}.xml" for n in range(2100))),
    "a bomb": docx(*WORD, body=b"0" * 60_000_000),
    "half an archive": docx()[:60],
    "a program": b"MZ\x90\x00",
    "text": b"hello",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_none_of_the_known_kinds_is_not_taken(body):
    with pytest.raises(files.NotTaken):
        files.read(SimpleUploadedFile("todistus.pdf", body))


def test_nothing_and_too_much_are_refused(settings):
    settings.ANSWER_FILE_BYTES = 100
    with pytest.raises(files.EmptyFile):
        files.read(SimpleUploadedFile("a.pdf", b""))
    with pytest.raises(files.FileTooLarge):
        files.read(SimpleUploadedFile("a.pdf", PDF + b"x" * 100))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\Todistus.exe.pdf", "Todistus.pdf"),
        ("todistus\u202efdp.exe", "todistusfdp.pdf"),
        ("Åäö  ja\r\nSet-Cookie: x.pdf", "Åäö jaSet-Cookie x.pdf"),
        (".htaccess", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ('"><script>.pdf', "script.pdf"),
    ],
)
def test_a_name_holds_no_path_no_second_ending_and_nothing_unprintable(name, told):
    assert files.tidy_name(name, ".pdf") == told


@pytest.fixture
def event():
    return make.event()


@pytest.fixture
def sent(event):
    question = q.ask(q.sheet(event), K.FILE, "Todistus", sees=["owner", "organiser"])
    return q.answered_by_file(make.register(event), question, body=PDF + b"<script>alert(1)</script>%%EOF")


def address(event, file):
    return reverse("registrations:answer_file", args=[event.pk, file.key])


def test_a_file_comes_as_an_attachment_without_any_right(client, event, sent):
    client.force_login(make.organiser(event))
    answer = client.get(address(event, sent))

    assert answer.content == sent.body
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Todistus.pdf"'
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == {"default-src 'none'", "sandbox"}
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEntry.objects.filter(action="answers.file").count() == 1


def test_only_those_entitled_get_it(client, event, sent):
    assert client.get(address(event, sent)).status_code == 302
    for user in (make.member(Role.TEACHER, event), make.member(Role.DOOR, event), make.organiser(make.event())):
        client.force_login(user)
        assert client.get(address(event, sent)).status_code == 404
    client.force_login(make.member(Role.OWNER, event.organisation))
    other = make.event(organisation=event.organisation)
    assert client.get(address(other, sent)).status_code == 404
    assert client.get(address(event, sent)).status_code == 200


def test_the_person_gets_their_own_by_their_link_and_nobody_elses(client, event, sent):
    url = letters.personal_url(registration=sent.answer.registration, now=make.NOW).removeprefix(
        "https://miitti.example"
    )
    assert f"{url}files/{sent.key}/" in client.get(f"{url}questions/{sent.question.questionnaire_id}/").text
    assert client.get(f"{url}files/{sent.key}/").content == sent.body

    theirs = letters.personal_url(registration=make.register(event), now=make.NOW).removeprefix(
        "https://miitti.example"
    )
    assert client.get(f"{theirs}files/{sent.key}/").status_code == 404
    assert client.get(f"/my/{'x' * 27}/files/{sent.key}/").status_code == 404


def test_another_file_takes_the_place_of_the_first(event, sent):
    q.answered_by_file(sent.answer.registration, sent.question, name="Uusi.pdf")
    assert [each.name for each in AnswerFile.objects.all()] == ["Uusi.pdf"]
    assert Answer.objects.count() == 1


def test_a_file_goes_with_its_answer(sent):
    sent.answer.delete()
    assert not AnswerFile.objects.exists()


def test_a_file_cannot_be_asked_for_at_the_door(event):
    with pytest.raises(NoFilesAtDoor):
        q.ask(q.sheet(event, AskedAt.DOOR), K.FILE)


@pytest.mark.parametrize("fields", [{"answer": None}, {"size": 0}])
def test_the_database_holds_no_file_without_an_owner_or_a_content(sent, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerFile.objects.filter(pk=sent.pk).update(**fields)
