import datetime as dt
import json
import re
from xml.etree import ElementTree as ET

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from core import kept
from events.enums import VacancyState
from events.models import Vacancy
from events.rules import vacancy_state
from events.services import vacancies
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def vacancy(**fields):
    plain = {
        "title": "Lähihoitaja", "employer": "Kuusikon Kotihoiva Oy", "apply_email": "tyohon@kuusikko.example",
        "deadline": TODAY + 7 * DAY, "created_at": NOW, "changed_at": NOW, "published_at": NOW - DAY,
        "organisation": fields.pop("organisation", None) or make.organisation(),
    }  # fmt: skip
    return Vacancy.objects.create(**plain | fields)


def listed(client, **query):
    return [(line.vacancy, line.state) for line in client.get(reverse("events:jobs"), query).context["lines"]]


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"published_at": None}, VacancyState.DRAFT),
        ({"deadline": TODAY}, VacancyState.OPEN),
        ({"deadline": TODAY - DAY}, VacancyState.CLOSED),
        ({"closed_at": NOW}, VacancyState.CLOSED),
        ({"filled_at": NOW, "deadline": TODAY - DAY}, VacancyState.FILLED),
    ],
)
def test_what_an_applicant_must_know(fields, state):
    assert vacancy_state(vacancy(**fields), TODAY) == state


def test_the_list_shows_open_jobs_by_deadline_and_filled_ones_for_a_week(client):
    later, sooner = vacancy(deadline=TODAY + 9 * DAY), vacancy(deadline=TODAY)
    filled = vacancy(filled_at=NOW - 6 * DAY, deadline=TODAY + 20 * DAY)
    vacancy(filled_at=NOW - 8 * DAY)
    vacancy(published_at=None)
    vacancy(deadline=TODAY - DAY)
    vacancy(closed_at=NOW)
    expected = [(sooner, VacancyState.OPEN), (later, VacancyState.OPEN), (filled, VacancyState.FILLED)]
    assert listed(client) == expected


def test_jobs_are_found_by_words_and_municipality(client):
    joutsa = make.municipality("172", "Joutsa")
    nurse = vacancy(title_fi="Lähihoitaja", title_uk="Помічниця", municipality=joutsa)
    welder = vacancy(title_fi="Hitsaaja", employer="Päijänteen Konepaja")
    found = [[job for job, _state in listed(client, **query)] for query in
             ({"q": "hitsaaja"}, {"q": "Помічниця"}, {"q": "konepaja"}, {"q": "xyzzy"}, {"municipality": "172"})]  # fmt: skip
    assert found == [[welder], [nurse], [welder], [], [nurse]]
    assert len(listed(client, municipality="nonsense")) == 2


def posting(page):
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def test_a_jobs_page_tells_search_engines_what_it_is(client):
    job = vacancy(
        title="Hitsaaja </script><b>", municipality=make.municipality(), business_id="0165116-3",
        apply_url="https://paja.example/",
    )  # fmt: skip
    page = client.get(job.get_absolute_url()).text
    facts = posting(page)
    assert (facts["@type"], facts["title"], facts["datePosted"]) == ("JobPosting", job.title, "2026-11-22")
    assert facts["validThrough"] == "2026-11-30T23:59:59+02:00"
    assert facts["hiringOrganization"] == {"@type": "Organization", "name": job.employer, "taxID": "0165116-3"}
    assert facts["jobLocation"]["address"]["addressLocality"] == "Hartola"
    assert "<b>" not in page


@pytest.mark.parametrize("fields", [{"filled_at": NOW}, {"closed_at": NOW}, {"deadline": TODAY - DAY}])
def test_a_jobs_page_stays_when_nobody_can_apply(client, fields):
    page = client.get(vacancy(**fields).get_absolute_url())
    assert (page.status_code, "ld+json" in page.text, "mailto:" in page.text) == (200, False, False)
    assert 'content="noindex"' in page.text


def test_a_draft_is_nobodys_business(client):
    assert client.get(vacancy(published_at=None).get_absolute_url()).status_code == 404


def test_the_feed_lists_open_jobs_the_newest_first(client):
    first, second = vacancy(published_at=NOW - 3 * DAY), vacancy(title="Hitsaaja & <muut>")
    vacancy(filled_at=NOW)
    response = client.get(reverse("events:jobs_feed"))
    items = ET.fromstring(response.content).findall("channel/item")  # noqa: S314 - our own words
    assert response.headers["Content-Type"].startswith("application/rss+xml")
    assert [item.findtext("title") for item in items] == [
        "Hitsaaja & <muut>, Kuusikon Kotihoiva Oy", "Lähihoitaja, Kuusikon Kotihoiva Oy",
    ]  # fmt: skip
    assert [item.findtext("link") for item in items] == [
        f"https://miitti.example{job.get_absolute_url()}" for job in (second, first)
    ]


def test_other_sites_may_frame_the_embedded_list_and_nothing_else(client):
    job = vacancy()
    page = client.get(reverse("events:jobs_embed"))
    assert ("X-Frame-Options" in page.headers, bool(page.cookies)) == (False, False)
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert f'href="{job.get_absolute_url()}" target="_blank" rel="noopener"' in page.text
    assert "<script" not in page.text

    other = client.get(reverse("events:jobs"))
    assert other.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]


def test_the_frame_of_every_page_leads_to_the_jobs_while_some_are_open(client):
    link = f'href="{reverse("events:jobs")}"'
    assert link not in client.get(reverse("events:invitations")).text
    vacancy()
    kept.forget()
    assert link in client.get(reverse("events:invitations")).text


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries_for_any_number_of_jobs(client, number):
    for _i in range(number):
        vacancy(municipality=make.municipality())
    client.get(reverse("events:jobs"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("events:jobs"))
    assert len(queries) == 2


# The desk


@pytest.fixture
def owner(client):
    make.municipality()
    organisation = make.organisation()
    client.force_login(make.member(Role.ORGANISER, organisation))
    return organisation


def sent(keeper, **changes):
    plain = {
        "organisation": str(keeper.pk), "employer": "Päijänteen Konepaja Oy", "business_id": "01651163",
        "title_fi": "Hitsaaja", "title_uk": "Зварювальник", "description_fi": "Hitsaat.", "municipality": "081",
        "deadline": (TODAY + 7 * DAY).isoformat(), "apply_phone": "050 555 0181",
    }  # fmt: skip
    return plain | changes


def test_a_job_is_written_published_filled_and_opened_again(client, owner):
    assert client.post(reverse("events:create_vacancy"), sent(owner)).status_code == 302
    job = Vacancy.objects.get()
    assert (job.title_uk, job.business_id, job.apply_phone, job.published_at) == (
        "Зварювальник", "0165116-3", "+358505550181", None,
    )  # fmt: skip

    states = []
    for name in ("publish", "fill", "reopen", "close", "reopen"):
        client.post(reverse("events:move_vacancy", args=[job.pk, name]))
        states.append(vacancy_state(Vacancy.objects.get(), TODAY).value)
    assert states == ["open", "filled", "open", "closed", "open"]
    actions = AuditEntry.objects.filter(subject=f"vacancy:{job.pk}").order_by("pk").values_list("action", flat=True)
    assert list(actions) == [f"vacancy.{name}" for name in ("create", "publish", "fill", "reopen", "close", "reopen")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"business_id": "0165116-4"}, "business_id"),
        ({"apply_phone": ""}, "apply_url"),
        ({"title_fi": ""}, "title_fi"),
        ({"apply_url": "javascript:alert(1)"}, "apply_url"),
        ({"organisation": "0"}, "organisation"),
    ],
)
def test_a_wrong_notice_is_explained(client, owner, changes, field):
    response = client.post(reverse("events:create_vacancy"), sent(owner, **changes))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_the_second_who_changes_a_job_is_told(client, owner):
    job = vacancy(organisation=owner)
    url = reverse("events:vacancy", args=[job.pk])
    seen = client.get(url).context["form"]["seen"].value()
    assert client.post(url, sent(owner, seen=seen)).status_code == 302
    told = client.post(url, sent(owner, seen=seen, employer="Toinen Oy"))
    assert (told.status_code, sorted(told.context["form"].errors)) == (422, ["__all__", "employer"])


@pytest.mark.parametrize(
    ("fields", "move", "refusal"),
    [
        ({"published_at": None, "deadline": TODAY - DAY}, vacancies.publish, vacancies.DeadlinePast),
        ({"published_at": None, "apply_email": ""}, vacancies.publish, vacancies.NoWayToApply),
        ({"filled_at": NOW, "deadline": TODAY - DAY}, vacancies.reopen, vacancies.DeadlinePast),
        ({"published_at": None}, vacancies.fill, vacancies.NotOpen),
        ({"closed_at": NOW}, vacancies.close, vacancies.NotOpen),
    ],
)
def test_what_cannot_be_is_refused(fields, move, refusal):
    job = vacancy(**fields)
    with pytest.raises(refusal):
        move(vacancy=job, by=make.user(), now=NOW)
    unchanged = Vacancy.objects.get()
    assert (unchanged.published_at, unchanged.filled_at, unchanged.closed_at) == (
        job.published_at, job.filled_at, job.closed_at,
    )  # fmt: skip


@pytest.mark.parametrize("fields", [{"filled_at": NOW}, {"closed_at": NOW}])
def test_the_database_keeps_a_draft_from_being_filled_or_closed(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        vacancy(published_at=None, **fields)


def test_a_refusal_is_said_on_the_desk(client, owner):
    job = vacancy(organisation=owner, published_at=None, deadline=TODAY - DAY)
    page = client.post(reverse("events:move_vacancy", args=[job.pk, "publish"]), follow=True)
    assert [str(message) for message in page.context["messages"]] == [str(vacancies.DeadlinePast())]


def test_jobs_are_for_those_who_plan_their_organisations_events(client):
    job = vacancy()
    change, new = reverse("events:vacancy", args=[job.pk]), reverse("events:create_vacancy")
    move = reverse("events:move_vacancy", args=[job.pk, "close"])
    assert [client.get(change).status_code, client.get(new).status_code, client.post(move).status_code] == [302] * 3
    client.force_login(make.member(Role.READER, job.organisation))
    assert [client.get(change).status_code, client.get(new).status_code, client.post(move).status_code] == [404] * 3
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert [client.get(change).status_code, client.get(new).status_code, client.post(move).status_code] == [
        404,
        200,
        404,
    ]
    assert client.get(reverse("events:vacancies")).context["rows"] == []
    client.force_login(make.member(Role.OWNER, job.organisation))
    assert [client.get(change).status_code, client.get(move).status_code] == [200, 405]
    assert client.post(reverse("events:move_vacancy", args=[job.pk, "explode"])).status_code == 404
    assert client.post(reverse("events:jobs")).status_code == 405
