"""What can be done in a room, whoever asks and however often."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from core.models import LiveEvent, LiveReceipt
from tests.factories import NOW
from tests.virtualfair import factories as fairs
from virtualfair import commands, rules
from virtualfair.commands import COMMANDS
from virtualfair.enums import FairRole
from virtualfair.models import ChatMessage, Question, QuestionVote
from virtualfair.services import permits, questions, rooms, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return fairs.room()


def obey(name, room, by, command_id=None, now=NOW, **data):
    return commands.obey(name=name, command_id=command_id or uuid.uuid4(), data=data, room=room, by=by, now=now)


def log(room):
    return [(event.sq, event.type, event.payload) for event in LiveEvent.objects.order_by("sq")]


def test_what_is_said_is_stored_numbered_and_told(room):
    aino = fairs.visitor(room, first_name="Aino")

    answer = obey("chat.send", room, aino, text=" Hei! ")

    said = ChatMessage.objects.get()
    assert answer == {"ch": room.stream, "sq": 1}
    assert (said.text, said.author) == ("Hei!", aino)
    payload = {
        "id": said.pk,
        "by": {"id": aino.pk, "name": "Aino", "role": "jobseeker", "employer": None},
        "at": NOW.isoformat(),
        "text": "Hei!",
    }
    assert log(room) == [(1, "chat.msg", payload)]


def test_the_same_command_again_is_obeyed_once_and_answered_as_the_first_time(room):
    aino, once = fairs.visitor(room), uuid.uuid4()
    first = obey("chat.send", room, aino, once, text="Hei")
    obey("chat.send", room, aino, text="Muuta")
    assert obey("chat.send", room, aino, once, text="Hei") == first
    assert obey("chat.send", room, aino, once, text="") == first
    assert ChatMessage.objects.count() == 2


def test_somebody_elses_command_of_the_same_id_is_another_command(room):
    once = uuid.uuid4()
    for by in (fairs.visitor(room), fairs.visitor(room)):
        obey("chat.send", room, by, once, text="Hei")
    assert ChatMessage.objects.count() == 2


def send_at_once(room, by, times):
    once = uuid.uuid4()

    def send(_number):
        try:
            return obey("chat.send", room, by, once, text="Hei")["sq"]
        except commands.SlowDown:
            return "slow down"
        except Exception as error:  # noqa: BLE001 - an exception is an answer too, a wrong one
            return type(error).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as crowd:
        return set(crowd.map(send, range(times)))


@pytest.mark.django_db(transaction=True)
def test_a_command_that_comes_many_times_at_once_is_obeyed_once():
    room = fairs.room()
    assert send_at_once(room, fairs.visitor(room), 5) == {1}
    assert ChatMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_receipts_it_would_be_obeyed_more_than_once(monkeypatch):
    room = fairs.room()
    by = fairs.visitor(room)
    monkeypatch.setattr(commands.streams, "keep_answer", lambda **_fields: None)
    send_at_once(room, by, 5)
    assert ChatMessage.objects.count() > 1


@pytest.mark.parametrize("name", sorted(COMMANDS))
@pytest.mark.parametrize("role", [fairs.visitor, fairs.employer, fairs.moderator])
def test_every_command_is_given_by_its_roles_alone(room, name, role):
    by = role(room)
    other = fairs.visitor(room)
    said = ChatMessage.objects.create(room=room, author=other, text="x", at=NOW)
    asked = Question.objects.create(room=room, author=other, text="x", asked_at=NOW)
    pitch = fairs.pitch(room, began_at=NOW if name == "stage.end" else None)
    data = {"text": "Hei", "message": said.pk, "question": asked.pk, "on": True, "pitch": pitch.pk}

    if FairRole(by.role) in rules.MAY[name]:
        obey(name, room, by, **data)
    else:
        with pytest.raises(permits.NotAllowed):
            obey(name, room, by, **data)
        assert log(room) == []


def test_every_command_has_its_rule():
    assert set(COMMANDS) == set(rules.MAY)


def test_another_fairs_pass_opens_nothing(room):
    stranger = fairs.visitor(fairs.room())
    with pytest.raises(permits.NotAllowed):
        obey("chat.send", room, stranger, text="Hei")


def test_a_closed_room_hears_nothing(room):
    aino = fairs.visitor(room)
    for now in (NOW - timedelta(hours=1), NOW + timedelta(hours=5)):
        with pytest.raises(permits.RoomClosed):
            obey("chat.send", room, aino, now=now, text="Hei")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("chat.send", {"text": ""}),
        ("chat.send", {"text": "   "}),
        ("chat.send", {"text": "x" * 1001}),
        ("chat.send", {"text": "nul\x00"}),
        ("chat.send", {}),
        ("qa.ask", {"text": "x" * 501}),
        ("qa.vote", {"question": "x", "on": True}),
        ("qa.vote", {"question": 2**80, "on": True}),
        ("qa.vote", {"question": [1], "on": True}),
        ("qa.vote", {"question": {"a": 1}, "on": True}),
    ],
)
def test_what_a_form_cannot_read_is_said_so(room, name, data):
    with pytest.raises(commands.Invalid) as refusal:
        obey(name, room, fairs.visitor(room), **data)
    assert str(refusal.value)
    assert LiveReceipt.objects.count() == 0


def test_an_unknown_command_is_refused(room):
    with pytest.raises(commands.UnknownCommand):
        obey("chat.shout", room, fairs.visitor(room))


def test_whoever_is_too_quick_is_told_how_long_to_wait(room):
    aino = fairs.visitor(room)
    for number in range(5):
        obey("chat.send", room, aino, text=str(number))
    with pytest.raises(commands.SlowDown) as refusal:
        obey("chat.send", room, aino, text="6")
    assert refusal.value.retry_after == 5
    obey("chat.send", room, fairs.visitor(room), text="somebody else")
    obey("chat.send", room, aino, now=NOW + timedelta(seconds=5), text="6")
    assert ChatMessage.objects.count() == 7


# Questions


def test_a_question_belongs_to_the_pitch_that_is_on(room):
    live = fairs.pitch(room, began_at=NOW)
    obey("qa.ask", room, fairs.visitor(room), text="Palkka?")
    assert Question.objects.get().pitch == live


def test_an_anonymous_question_leaves_without_its_author(room):
    obey("qa.ask", room, fairs.visitor(room, first_name="Aino"), text="Palkka?", anonymous=True)
    [(_sq, _type, payload)] = log(room)
    assert payload["by"] is None
    assert LiveEvent.objects.get().actor == ""
    assert "Aino" not in str(rooms.snapshot(room.stream))


def test_a_vote_counts_once_and_can_be_taken_back(room):
    asker, voter = fairs.visitor(room), fairs.visitor(room)
    obey("qa.ask", room, asker, text="Palkka?")
    asked = Question.objects.get()
    story = []
    for on in (True, True, False, False, True):
        assert obey("qa.vote", room, voter, question=asked.pk, on=on) == {"ch": room.stream}
        story.append(rooms.scores(room.stream)[str(asked.pk)])
    assert story == [1, 1, 0, 0, 1]
    with pytest.raises(questions.OwnQuestion):
        obey("qa.vote", room, asker, question=asked.pk, on=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionVote.objects.create(question=asked, voter=voter)


def test_an_employer_answers_once_in_words(room):
    obey("qa.ask", room, fairs.visitor(room), text="Palkka?")
    asked = Question.objects.get()
    speaker = fairs.employer(room)
    obey("qa.answer", room, speaker, question=asked.pk, answer="15 € tunnilta.")
    _sq, kind, payload = log(room)[-1]
    assert (kind, payload["answered"], payload["answer"]) == ("qa.answered", True, "15 € tunnilta.")
    assert payload["by"]["employer"] == speaker.organisation.name
    with pytest.raises(questions.AlreadyAnswered):
        obey("qa.answer", room, speaker, question=asked.pk, answer="16 €")


def test_open_questions_stand_first_and_the_most_wanted_of_them(room):
    voters = [fairs.visitor(room) for _i in range(3)]
    asked = [Question.objects.create(room=room, author=fairs.visitor(room), text=text, asked_at=NOW) for text in "abcd"]
    for index, votes in ((1, 1), (2, 2), (3, 3)):
        for voter in voters[:votes]:
            questions.vote(room=room, by=voter, question=asked[index].pk, on=True, now=NOW)
    questions.answer(room=room, by=fairs.employer(room), question=asked[3].pk, answer="", now=NOW)
    assert [each["text"] for each in rooms.snapshot(room.stream)["questions"]] == ["c", "b", "a", "d"]


# Hiding


def test_what_a_moderator_hides_is_gone_for_everybody_also_from_the_log(room):
    moderator, aino = fairs.moderator(room), fairs.visitor(room)
    obey("chat.send", room, aino, text="Salaista")
    obey("qa.ask", room, aino, text="Salaista?")
    said, asked = ChatMessage.objects.get(), Question.objects.get()
    obey("chat.hide", room, moderator, message=said.pk)
    obey("qa.hide", room, moderator, question=asked.pk)

    assert [kind for _sq, kind, _payload in log(room)] == ["gone", "gone", "chat.hide", "qa.hide"]
    assert "Salaista" not in str(rooms.snapshot(room.stream)) + str(log(room))
    said.refresh_from_db()
    assert said.hidden_by == moderator
    for name, data in (("chat.hide", {"message": said.pk}), ("qa.vote", {"question": asked.pk})):
        with pytest.raises(permits.Gone):
            obey(name, room, moderator, **data)


def test_nothing_of_another_room_can_be_reached(room):
    elsewhere = fairs.room()
    obey("chat.send", elsewhere, fairs.visitor(elsewhere), text="Hei")
    obey("qa.ask", elsewhere, fairs.visitor(elsewhere), text="Hei?")
    moderator = fairs.moderator(room)
    said, asked = ChatMessage.objects.get(), Question.objects.get()
    for name, data in (
        ("chat.hide", {"message": said.pk}),
        ("qa.hide", {"question": asked.pk}),
        ("qa.vote", {"question": asked.pk, "on": True}),
        ("qa.answer", {"question": asked.pk}),
        ("stage.start", {"pitch": fairs.pitch(elsewhere).pk}),
    ):
        with pytest.raises(permits.Gone):
            obey(name, room, moderator, **data)


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (ChatMessage, {"text": "x", "at": NOW, "hidden_at": NOW}),
        (Question, {"text": "x", "asked_at": NOW, "hidden_at": NOW}),
        (Question, {"text": "x", "asked_at": NOW, "answered_at": NOW}),
        (Question, {"text": "x", "asked_at": NOW, "answer": "kyllä"}),
    ],
)
def test_the_database_knows_who_hid_and_who_answered(room, model, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(room=room, author=fairs.visitor(room), **wrong)


def test_a_snapshot_costs_the_same_queries_for_any_number_of_people(room, django_assert_num_queries):
    for _i in range(3):
        talk.say(room=room, by=fairs.visitor(room), text="Hei", now=NOW)
        questions.ask(room=room, by=fairs.employer(room), text="Hei?", anonymous=False, now=NOW)
    with django_assert_num_queries(4):
        rooms.snapshot(room.stream)
