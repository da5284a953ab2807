"""Who judges applicants and by what, whose points count, and what nobody may see."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEntry
from registrations.enums import Stage
from registrations.models import Assessor, Criterion, Disqualification, InterviewNote, Score
from registrations.services import selection, standings
from tests import factories as make
from tests.factories import NOW
from tests.registrations import selecting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def event():
    return selecting.event(seats=3)


def mean(event, application):
    return standings.scores(event_pk=event.pk, applications=[application.pk]).get(application.pk)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


# Points


def test_the_mean_of_several_assessors(event):
    criteria = selecting.criteria(event, 2, 1)
    one, other = selecting.assessor(event), selecting.assessor(event)
    application = selecting.apply(event)

    selecting.score(application, one, criteria, 5, 5)
    selecting.score(application, other, criteria, 0, 3)

    assert mean(event, application) == Decimal("60.0")


def test_points_given_again_take_the_place_of_the_first(event):
    criteria, judge, application = selecting.criteria(event, 1), selecting.assessor(event), selecting.apply(event)

    selecting.score(application, judge, criteria, 1)
    selecting.score(application, judge, criteria, 4)

    assert Score.objects.get().points == 4


def test_one_removed_for_a_conflict_of_interest_counts_no_more_and_stays_in_the_record(event):
    criteria, application = selecting.criteria(event, 1), selecting.apply(event)
    cousin, other = selecting.assessor(event), selecting.assessor(event)
    selecting.score(application, cousin, criteria, 5)
    selecting.score(application, other, criteria, 1)

    selection.remove_assessor(assessor=cousin, reason="Serkku hakee", by=make.user(), now=NOW)

    assert mean(event, application) == Decimal("20.0")
    assert Score.objects.filter(assessor=cousin).count() == 1
    with pytest.raises(selection.NotAssessor):
        selecting.score(application, cousin, criteria, 5)


def test_one_disqualified_for_one_applicant_counts_for_the_others(event):
    criteria, (mine, theirs) = selecting.criteria(event, 1), selecting.several(event, 2)
    judge = selecting.assessor(event)
    for each in (mine, theirs):
        selecting.score(each, judge, criteria, 5)

    selection.disqualify(application=mine, assessor=judge, reason="Naapuri", by=make.user(), now=NOW)

    assert (mean(event, mine), mean(event, theirs)) == (None, Decimal("100.0"))
    with pytest.raises(selection.NotAssessor):
        selecting.score(mine, judge, criteria, 5)
    with pytest.raises(selection.NotAssessor):
        selection.write_note(application=mine, assessor=judge, text="Jotain", now=NOW)


def test_what_points_are_given_for_stays_once_they_are_given(event):
    [criterion] = selecting.criteria(event, 1)
    selecting.score(selecting.apply(event), selecting.assessor(event), [criterion], 3)

    with pytest.raises(selection.AlreadyScored):
        selecting.criteria(event, 1)
    with pytest.raises(selection.AlreadyScored):
        selection.remove_criterion(criterion=criterion, by=make.user(), now=NOW)


def test_only_who_has_a_role_for_it_is_named(event):
    with pytest.raises(selection.NotEligible):
        selection.add_assessor(event=event, user=make.member(Role.DOOR, event), by=make.user(), now=NOW)


def test_who_comes_back_as_an_assessor_counts_again(event):
    criteria, application, judge = selecting.criteria(event, 1), selecting.apply(event), selecting.assessor(event)
    selecting.score(application, judge, criteria, 5)
    selection.remove_assessor(assessor=judge, reason="Erehdys", by=make.user(), now=NOW)

    selection.add_assessor(event=event, user=judge.user, by=make.user(), now=NOW)

    assert mean(event, application) == Decimal("100.0")


# What the database holds


def test_no_points_above_the_maximum(event):
    [criterion] = selecting.criteria(event, 1, most=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(
            application=selecting.apply(event), criterion=criterion, assessor=selecting.assessor(event), points=6,
            out_of=5, at=NOW,
        )  # fmt: skip


def test_nobody_gives_points_twice_for_one_thing(event):
    criteria, judge, application = selecting.criteria(event, 1), selecting.assessor(event), selecting.apply(event)
    selecting.score(application, judge, criteria, 2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(application=application, criterion=criteria[0], assessor=judge, points=1, out_of=5, at=NOW)


@pytest.mark.parametrize("wrong", [{"weight": 0}, {"max_points": 0}, {"name_fi": ""}])
def test_a_criterion_makes_sense(event, wrong):
    plain = {"name_fi": "Motivaatio", "weight": 1, "max_points": 5, "position": 9}
    with pytest.raises(IntegrityError), transaction.atomic():
        Criterion.objects.create(event=event, **plain | wrong)


def test_an_assessor_is_removed_for_a_reason(event):
    judge = selecting.assessor(event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessor.objects.filter(pk=judge.pk).update(removed_at=NOW)


def test_a_disqualification_has_its_reason(event):
    with pytest.raises(IntegrityError), transaction.atomic():
        Disqualification.objects.create(
            application=selecting.apply(event), assessor=selecting.assessor(event), at=NOW, by=make.user(), reason=""
        )


# Notes


def note(event, application, text="Puhui hyvin työstään"):
    return selection.write_note(application=application, assessor=selecting.assessor(event), text=text, now=NOW)


def test_a_note_is_deleted_on_its_day_and_the_log_says_only_how_many(event):
    application = selecting.apply(event)
    written = note(event, application)
    assert written.delete_after == NOW.date() + dt.timedelta(days=180)

    assert selection.forget_notes(now=NOW + dt.timedelta(days=180)) == 0
    assert selection.forget_notes(now=NOW + dt.timedelta(days=181)) == 1

    assert InterviewNote.objects.count() == 0
    [entry] = AuditEntry.objects.filter(action="application.forget_notes")
    assert (entry.subject, entry.after) == (event.scope, {"number": 1})
    assert "Puhui" not in str(list(AuditEntry.objects.values()))


def test_notes_are_kept_from_the_last_day_to_apply_as_the_terms_say():
    last = NOW + dt.timedelta(days=10)
    event = selecting.event(applications_close_at=last, notes_kept_days=30)

    assert note(event, selecting.apply(event)).delete_after == NOW.date() + dt.timedelta(days=40)


# The assessor's pages


def test_an_assessor_sees_the_applicants_and_not_what_others_gave_before_their_own(event):
    criteria, application = selecting.criteria(event, 1), selecting.apply(event)
    other, mine = selecting.assessor(event, name="Olli Opettaja"), selecting.assessor(event, name="Aila Arvioija")
    selecting.score(application, other, criteria, 4)
    client = client_of(mine.user)
    address = f"/desk/events/{event.pk}/assess/{application.pk}/"

    assert application.registration.last_name in client.get(f"/desk/events/{event.pk}/assess/").text
    before = client.get(address).text
    assert ("Olli Opettaja" in before, "4 / 5" in before) == (False, False)
    assert client.post(address, {f"points_{criteria[0].pk}": "2"}).status_code == 302

    after = client.get(address).text
    assert ("Olli Opettaja" in after, "4 / 5" in after, "60" in after) == (True, True, True)


def test_whom_an_assessor_has_not_judged_comes_first(event):
    criteria, judge = selecting.criteria(event, 1), selecting.assessor(event)
    first, second, third = selecting.several(event, 3)
    selecting.score(second, judge, criteria, 4)

    page = client_of(judge.user).get(f"/desk/events/{event.pk}/assess/")

    assert [line["application"].pk for line in page.context["lines"]] == [first.pk, third.pk, second.pk]


def test_notes_of_others_wait_for_ones_own_points_too(event):
    criteria, application = selecting.criteria(event, 1), selecting.apply(event)
    note(event, application, "Erinomainen hakija")
    mine = selecting.assessor(event)
    selection.write_note(application=application, assessor=mine, text="Oma huomio", now=NOW)
    client = client_of(mine.user)
    address = f"/desk/events/{event.pk}/assess/{application.pk}/"

    before = client.get(address).text
    assert ("Erinomainen hakija" in before, "Oma huomio" in before) == (False, True)
    selecting.score(application, mine, criteria, 2)

    assert "Erinomainen hakija" in client.get(address).text


def test_points_beyond_the_maximum_are_an_error_beside_the_field(event):
    criteria, application, mine = selecting.criteria(event, 1), selecting.apply(event), selecting.assessor(event)

    answer = client_of(mine.user).post(
        f"/desk/events/{event.pk}/assess/{application.pk}/", {f"points_{criteria[0].pk}": "6"}
    )

    assert answer.status_code == 422
    assert 'value="6"' in answer.text
    assert Score.objects.count() == 0


def test_an_assessor_writes_a_note(event):
    application, mine = selecting.apply(event), selecting.assessor(event)

    client_of(mine.user).post(f"/desk/events/{event.pk}/assess/{application.pk}/", {"text": "Innostunut"})

    assert InterviewNote.objects.get().text == "Innostunut"
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM registrations_interviewnote")
        assert "Innostunut" not in cursor.fetchone()[0]


def test_an_assessor_sees_nothing_else_of_the_event_nor_anything_of_another(event):
    mine, other = selecting.assessor(event), selecting.event()
    stranger = selecting.apply(other)
    client = client_of(mine.user)

    paths = (f"/desk/events/{event.pk}/selection/", f"/desk/events/{event.pk}/people/", f"/desk/events/{event.pk}/door/",
             f"/desk/events/{other.pk}/assess/", f"/desk/events/{event.pk}/assess/{stranger.pk}/")  # fmt: skip
    assert [client.get(path).status_code for path in paths] == [404] * 5


def test_one_removed_or_disqualified_sees_no_applicant_any_more(event):
    one, two = selecting.several(event, 2)
    mine = selecting.assessor(event)
    client = client_of(mine.user)
    selection.disqualify(application=one, assessor=mine, reason="Naapuri", by=make.user(), now=NOW)

    assert client.get(f"/desk/events/{event.pk}/assess/{one.pk}/").status_code == 404
    assert client.get(f"/desk/events/{event.pk}/assess/{two.pk}/").status_code == 200
    selection.remove_assessor(assessor=mine, reason="Serkku", by=make.user(), now=NOW)

    assert two.registration.last_name not in client.get(f"/desk/events/{event.pk}/assess/").text
    assert client.get(f"/desk/events/{event.pk}/assess/{two.pk}/").status_code == 302


def test_an_organiser_who_was_not_named_gives_no_points(event):
    application = selecting.apply(event)
    client = client_of(make.organiser(event))

    answer = client.post(f"/desk/events/{event.pk}/assess/{application.pk}/", {})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/desk/events/{event.pk}/assess/")


def test_the_applicant_sees_neither_points_nor_notes(client, event):
    criteria, application = selecting.criteria(event, 1), selecting.apply(event)
    judge = selecting.assessor(event, name="Aila Arvioija")
    selecting.score(application, judge, criteria, 3)
    selection.write_note(application=application, assessor=judge, text="Salainen merkintä", now=NOW)
    selecting.decide(event, Stage.RESERVE, application)
    token = selecting.link(application)

    for path in (f"/my/{token}/", f"/my/{token}/data/", f"/my/{token}/data.json"):
        answer = client.get(path)
        assert answer.status_code == 200
        for secret in ("Salainen", "Aila", "Peruste 1", "60.0", "60,0", "3 / 5"):
            assert secret not in answer.text, (path, secret)


def test_the_organiser_leaves_an_assessors_points_out_on_the_applicants_page(event):
    criteria, application = selecting.criteria(event, 1), selecting.apply(event)
    judge = selecting.assessor(event, name="Aila Arvioija")
    selecting.score(application, judge, criteria, 5)
    client = client_of(make.organiser(event))
    address = f"/desk/events/{event.pk}/selection/{application.pk}/"

    assert client.post(address, {"assessor": judge.pk, f"bar{judge.pk}-reason": ""}).status_code == 422
    client.post(address, {"assessor": judge.pk, f"bar{judge.pk}-reason": "Sukulainen"})

    shown = client.get(address).text
    assert ("Aila Arvioija" in shown, "5 / 5" in shown, "Sukulainen" in shown) == (True, True, True)
    assert mean(event, application) is None


def test_the_setup_page_adds_and_removes(event):
    client = client_of(make.organiser(event))
    address = f"/desk/events/{event.pk}/selection/setup/"
    colleague = make.member(Role.ASSESSOR, event)

    new = {"criterion-name_fi": "Motivaatio", "criterion-weight": "2", "criterion-max_points": "10", "do": "criterion"}
    assert client.post(address, new).status_code == 302
    assert client.post(address, {"assessor-user": colleague.pk, "do": "assessor"}).status_code == 302
    assert client.post(address, {"category-name_fi": "Kesätyö", "do": "category"}).status_code == 302
    assert client.post(address, {"category-name_fi": "Kesätyö", "do": "category"}).status_code == 422

    criterion, judge = Criterion.objects.get(), Assessor.objects.get()
    assert (criterion.weight, criterion.max_points, judge.user) == (2, 10, colleague)
    assert selecting.category(event, "Kesätyö").position == 4
    client.post(address, {"do": f"drop-{criterion.pk}"})
    client.post(address, {"do": f"remove-{judge.pk}", f"remove{judge.pk}-reason": "Esteellinen"})
    client.post(address, {"do": f"dropcategory-{selecting.category(event, 'Kesätyö').pk}"})

    assert (Criterion.objects.count(), Assessor.objects.at_work().count()) == (0, 0)
    assert event.applicant_categories.count() == 3


def test_a_category_in_use_stays(event):
    client, chosen = client_of(make.organiser(event)), event.applicant_categories.get(position=1)
    selecting.apply(event, category=chosen)

    client.post(f"/desk/events/{event.pk}/selection/setup/", {"do": f"dropcategory-{chosen.pk}"})

    assert event.applicant_categories.count() == 3


# In a crowd


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_a_note_waits_for_a_removal_that_is_under_way_and_is_refused():
    event = selecting.event()
    application, judge, by = selecting.apply(event), selecting.assessor(event), make.user()

    def write():
        try:
            selection.write_note(application=application, assessor=judge, text="Jotain", now=NOW)
        except selection.NotAssessor:
            return "refused"
        finally:
            connections.close_all()
        return "written"

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            selection.remove_assessor(assessor=judge, reason="Esteellinen", by=by, now=NOW)
            note = threads.submit(write)
            time.sleep(0.3)
        assert note.result() == "refused"
