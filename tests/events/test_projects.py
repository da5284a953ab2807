import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from events.enums import Indicator
from events.models import EligibilityRule, Metric, Project
from events.rules import newest_of_each_day
from events.services import plans, usage
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def project():
    return make.project(name="Vauhtia", summary="Neljä kuntaa.")


@pytest.fixture
def owner(client, project):
    made = make.member(Role.OWNER, project.organisation)
    client.force_login(made)
    return made


def address(name, project, *more):
    return reverse(f"events:{name}", args=[project.pk, *more])


def shown(client, url):
    """What the form at `url` would send if nobody touched it."""
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in values.items() if value not in (None, False)}


def test_a_project_is_changed_and_the_difference_is_written_down(client, project, owner):
    url = address("change_project", project)
    changes = {
        "programme_fi": "Uudistuva ja osaava Suomi",
        "funding_line_en": "EU and the state",
        "ends_on": "2028-06-30",
    }
    assert client.post(url, shown(client, url) | changes).status_code == 302

    project.refresh_from_db()
    assert (project.programme_fi, project.funding_line_en, project.ends_on.isoformat()) == tuple(changes.values())
    entry = AuditEntry.objects.get(action="project.change")
    assert (entry.actor, entry.subject, entry.after) == (owner, project.scope, changes)
    assert entry.before["ends_on"] == "2027-12-31"


def test_the_second_of_two_who_change_a_project_is_told_and_loses_nothing(client, project, owner):
    url = address("change_project", project)
    seen = shown(client, url)
    client.post(url, seen | {"authority_fi": "Itä-Suomen elinvoimakeskus"})

    told = client.post(url, seen | {"authority_fi": "Kaakkois-Suomen elinvoimakeskus", "summary_fi": "Viisi kuntaa."})

    form = told.context["form"]
    assert (told.status_code, sorted(form.errors)) == (422, ["__all__", "authority_fi", "summary_fi"])
    assert "Itä-Suomen elinvoimakeskus" in form.errors["authority_fi"][0]
    assert form["summary_fi"].value() == "Viisi kuntaa."
    project.refresh_from_db()
    assert project.authority_fi == "Itä-Suomen elinvoimakeskus"

    again = seen | {"authority_fi": "Kaakkois-Suomen elinvoimakeskus", "seen": form["seen"].value()}
    assert client.post(url, again).status_code == 302
    project.refresh_from_db()
    assert project.authority_fi == "Kaakkois-Suomen elinvoimakeskus"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": "X1"}, "code"), ({"name_fi": ""}, "name_fi"), ({"ends_on": "2020-01-01"}, "ends_on")],
)
def test_a_wrong_detail_is_explained(client, project, owner, changes, field):
    url = address("change_project", project)
    response = client.post(url, shown(client, url) | changes)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_another_projects_code_is_refused(client, project, owner):
    url = address("change_project", project)
    response = client.post(url, shown(client, url) | {"code": make.project().code})
    assert list(response.context["form"].errors) == ["code"]


def test_several_organisations_carry_a_project_out_and_its_leader_always_does(client, project, owner):
    other = make.organisation()
    client.post(address("implementers", project), {"implementers": [other.pk]})
    assert set(project.implementers.all()) == {project.organisation, other}
    entry = AuditEntry.objects.get(action="project.implementers")
    assert entry.after == {"implementers": sorted([project.organisation.name, other.name]), "forgotten": 0}


def test_a_change_of_plan_is_a_new_row_with_its_day_and_reason(client, project, owner):
    url = address("add_target", project)
    first = {"indicator": "EECO02", "value": "330", "valid_from": "2025-01-01", "reason": ""}
    assert client.post(url, first).status_code == 302
    assert client.post(url, first | {"value": "300", "valid_from": "2026-11-01"}).status_code == 422
    assert client.post(url, first | {"value": "300", "reason": "Muutospäätös"}).status_code == 422
    assert (
        client.post(url, first | {"value": "300", "valid_from": "2026-11-01", "reason": "Muutospäätös"}).status_code
        == 302
    )

    [target] = client.get(address("project", project)).context["targets"]
    assert (target["code"], target["now"]) == ("EECO02", 300)
    assert [(row.value, row.reason) for row in target["history"]] == [(300, "Muutospäätös"), (330, "")]


def test_indicators_keep_their_plans_apart(client, project, owner):
    for number, code in enumerate(("EECO01", "EECO19", "EECR04"), 1):
        plan = {"indicator": code, "value": str(number), "valid_from": "2025-01-01"}
        client.post(address("add_target", project), plan)
    targets = client.get(address("project", project)).context["targets"]
    assert [(target["code"], target["now"]) for target in targets] == [("EECO01", 1), ("EECO19", 2), ("EECR04", 3)]


def rule(project, day, text):
    return plans.add_rule(project=project, texts={"text_fi": text}, valid_from=day, reason="", by=make.user(), now=NOW)


def test_the_rule_of_a_day_is_the_one_in_force_then(project):
    first = rule(project, dt.date(2026, 1, 1), "Työttömät")
    second = rule(project, dt.date(2026, 9, 1), "Kaikki")
    on = project.eligibility_rules.on

    assert [list(on(dt.date(*day))) for day in [(2025, 12, 31), (2026, 8, 31), (2026, 9, 1)]] == [[], [first], [second]]
    first.refresh_from_db()
    assert first.valid_to == dt.date(2026, 8, 31)


def test_a_rule_is_added_and_ended_on_the_desk(client, project, owner):
    new = {"text_fi": "Työttömät työnhakijat", "text_uk": "Безробітні", "valid_from": "2026-01-01", "reason": "Päätös"}
    assert client.post(address("add_rule", project), new).status_code == 302
    made = EligibilityRule.objects.get()
    assert (made.text_fi, made.text_uk, made.reason) == ("Työttömät työnhakijat", "Безробітні", "Päätös")

    url = address("end_rule", project, made.pk)
    for day, status in [("2025-12-31", 422), ("2026-06-30", 302), ("2026-07-31", 422)]:
        assert client.post(url, {"valid_to": day}).status_code == status
    made.refresh_from_db()
    assert made.valid_to == dt.date(2026, 6, 30)


def test_a_projects_own_figure_has_a_history_of_which_the_newest_row_of_a_day_counts(client, project, owner):
    client.post(address("add_metric", project), {"name_fi": "Yrityskäynnit", "unit_fi": "kpl", "planned": "40,5"})
    metric = Metric.objects.get()
    assert (metric.name, metric.unit, metric.planned) == ("Yrityskäynnit", "kpl", Decimal("40.5"))

    url = address("metric", project, metric.pk)
    for day, value in [("2026-01-31", "10"), ("2026-10-31", "22"), ("2026-10-31", "23,5")]:
        assert client.post(url, {"day": day, "value": value, "note": ""}).status_code == 302
    page = client.get(url)
    rows = [(row.day.isoformat(), row.value, counts) for row, counts in page.context["rows"]]
    assert rows == [
        ("2026-10-31", Decimal("23.5"), True),
        ("2026-10-31", Decimal(22), False),
        ("2026-01-31", Decimal(10), True),
    ]
    assert (len(page.context["plot"].dots), page.context["plot"].highest) == (2, Decimal("40.5"))


def test_nothing_is_recorded_for_a_day_ahead(client, project, owner):
    metric = Metric.objects.create(project=project, name="Käynnit")
    tomorrow = {"day": (TODAY + dt.timedelta(days=1)).isoformat(), "value": "1", "note": "Huominen"}
    response = client.post(address("metric", project, metric.pk), tomorrow)
    assert (response.status_code, response.context["form"]["note"].value()) == (422, "Huominen")
    assert not metric.values.exists()


def test_the_newest_row_of_each_day():
    monday, tuesday = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
    assert newest_of_each_day([(tuesday, 1), (monday, 2), (tuesday, 3)]) == {2, 3}


def test_a_project_that_nothing_refers_to_is_deleted_with_its_plans_and_roles(client, project, owner):
    helper = make.member(Role.READER, project)
    plans.set_target(
        project=project, indicator=Indicator.EECO01, value=5, valid_from=TODAY, reason="", by=owner, now=NOW
    )
    assert client.post(address("delete_project", project)).headers["Location"] == "/desk/"
    assert (Project.objects.count(), helper.grants.count()) == (0, 0)
    assert AuditEntry.objects.get(action="project.delete").before == {"code": project.code}


def test_a_project_is_kept_and_what_refers_to_it_is_said(client, project, owner):
    make.event(project=project, title="Hygieniapassi")
    metric = Metric.objects.create(project=project, name="Käynnit")
    plans.record_value(metric=metric, day=TODAY, value=Decimal(1), note="", by=owner, now=NOW)
    counted = make.counting_event(project=project, title="Kurssi")
    make.register(counted, who := make.contact(), answers=make.answers(who))

    uses = usage.uses(thing=project, by=make.user())
    assert ("Hygieniapassi, Kurssi" in uses[0], len(uses)) == (True, 3)
    client.post(address("delete_project", project))
    assert Project.objects.filter(pk=project.pk).exists()
    assert client.get(address("delete_project", project)).context["uses"] == uses


PAGES = ["project", "change_project", "implementers", "delete_project", "add_target", "add_rule", "add_metric"]


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.OWNER, [200, 200, 200, 200, 200, 200, 200]),
        (Role.ORGANISER, [200, 200, 404, 404, 200, 200, 200]),
        (Role.READER, [200, 404, 404, 404, 404, 404, 404]),
        (Role.DOOR, [404] * 7),
        (Role.TEACHER, [404] * 7),
    ],
)
def test_each_role_opens_its_pages(client, project, role, statuses):
    client.force_login(make.member(role, project.organisation))
    assert [client.get(address(name, project)).status_code for name in PAGES] == statuses


def test_strangers_and_the_anonymous_find_nothing(client, project):
    metric = Metric.objects.create(project=project, name="Käynnit")
    made = rule(project, TODAY, "Kaikki")
    pages = [address(name, project) for name in PAGES]
    pages += [address("metric", project, metric.pk), address("end_rule", project, made.pk)]
    assert {client.get(page).status_code for page in pages} == {302}
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert {client.get(page).status_code for page in pages} == {404}
    assert {client.post(page).status_code for page in pages} == {404, 405}


def test_a_reader_sees_figures_and_adds_none(client, project):
    metric = Metric.objects.create(project=project, name="Käynnit")
    client.force_login(make.member(Role.READER, project))
    url = address("metric", project, metric.pk)
    assert client.get(url).context["form"] is None
    assert client.post(url, {"day": TODAY.isoformat(), "value": "1"}).status_code == 404


def test_figures_and_rules_belong_to_their_project(client, project, owner):
    other = make.project(organisation=project.organisation)
    metric = Metric.objects.create(project=other, name="Käynnit")
    assert client.get(address("metric", project, metric.pk)).status_code == 404
    assert client.get(address("end_rule", project, rule(other, TODAY, "Kaikki").pk)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_queries_for_any_number_of_plans(client, project, owner, number):
    for index in range(number):
        Metric.objects.create(project=project, name=f"Luku {index}")
        rule(project, TODAY + dt.timedelta(days=index), "Kaikki")
        project.targets.create(indicator=f"EECO0{index + 1}", value=1, valid_from=TODAY)
    client.get(address("project", project))
    with CaptureQueriesContext(connection) as queries:
        client.get(address("project", project))
    assert len(queries) == 12
