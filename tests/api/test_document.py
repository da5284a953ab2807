"""The OpenAPI document: checked in, whole, and readable as a page."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.html import escape
from ninja.errors import ConfigError

from api.enums import Scope
from api.management.commands import write_openapi
from api.v1.document import Document
from api.v1.reference import endpoints
from api.v1.urls import document, v1
from core.templatetags.components import with_code

CHECKED_IN = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.json"


def operations():
    return {each["operationId"]: each for methods in document()["paths"].values() for each in methods.values()}


def test_the_checked_in_document_is_what_the_code_says():
    assert json.loads(CHECKED_IN.read_text(encoding="utf-8")) == document(), "./run manage write_openapi"


def test_the_command_writes_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(write_openapi, "ROOT", tmp_path)
    call_command("write_openapi")
    assert (tmp_path / "docs" / "openapi.json").read_text() == CHECKED_IN.read_text()


@pytest.mark.django_db
def test_it_is_served_to_everybody(client):
    response = client.get("/api/v1/openapi.json")
    assert (response.json()["openapi"], response.json()) == ("3.1.0", document())


def test_every_answer_is_documented():
    read, write = operations()["get_registration"], operations()["create_registration"]
    assert list(read["responses"]) == ["200", "401", "403", "404", "422", "429", "503"]
    assert list(write["responses"]) == ["201", "400", "401", "403", "404", "409", "413", "422", "429", "503"]
    assert write["responses"]["409"]["x-codes"]["full"].startswith("The last seat")
    assert set(operations()["cancel_registration"]["responses"]["409"]["x-codes"]) == {
        "nothing_to_cancel",
        "already_attended",
        "idempotency_key_reused",
    }


def test_every_scope_opens_something():
    named = {scope for each in operations().values() for scope in each["security"][0].get("Bearer", [])}
    assert named == set(Scope.values)


def test_nothing_in_it_depends_on_the_installation(settings):
    assert settings.SITE_URL not in json.dumps(document())


def test_every_reference_in_it_leads_somewhere():
    def references(part):
        if isinstance(part, dict):
            yield from [part["$ref"]] if "$ref" in part else []
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
        for each in inner:
            yield from references(each)

    for reference in references(document()):
        part = document()
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "sv/", "en/", "uk/"])
def test_the_page_shows_every_endpoint(client, language):
    page = client.get(f"/{language}api/")

    assert page.status_code == 200
    for name, operation in operations().items():
        assert f'<h3 id="{name}">{escape(operation["summary"])}</h3>' in page.text


def test_the_page_says_what_each_field_may_hold():
    groups = endpoints(document(), site="https://miitti.example")
    by_name = {each.name: each for group in groups.values() for each in group}

    fields = {each.name: (each.kind, each.required) for each in by_name["create_registration"].body}
    assert fields["first_name"] == ("string, 1 to 100 characters", True)
    assert fields["language"] == ("one of fi, sv, en, uk", True)
    assert fields["background.gender"] == ("one of F, M, X", True)
    assert fields["background.unemployment_duration"] == ("one of M0_6, M6_12, M12_24, M24P, or null", False)
    result = {each.name: each.kind for each in by_name["list_events"].result}
    assert result["items[].meetings[].starts_at"] == "date-time"
    scans = {each.name: each.kind for each in by_name["check_in_many"].body}
    assert (scans["scans"], scans["scans[].nonce"]) == ("list of object, 1 to 500", "uuid")
    assert by_name["list_events"].example == "curl https://miitti.example/api/v1/events"
    assert '"scanned": "BCDF-2345"' in by_name["check_in"].example


def test_what_stands_between_backticks_is_code_and_nothing_else_is_markup():
    assert with_code("`next` of <page> & `a<b`") == "<code>next</code> of &lt;page&gt; &amp; <code>a&lt;b</code>"


def test_two_things_of_one_name_are_not_let_into_the_document():
    paper = Document(v1, "/api/v1/")
    with pytest.raises(ConfigError, match="Status"):
        paper.add_schema_definitions({"Status": {"enum": ["draft"]}})


@pytest.mark.django_db
def test_every_page_leads_there(client):
    assert 'href="/api/"' in client.get("/").text
