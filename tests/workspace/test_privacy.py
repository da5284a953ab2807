"""Privacy notices: published, followed, never edited."""

import datetime as dt

import pytest
from django.conf import settings

from accounts.enums import NoticePart, NoticePurpose, Role
from accounts.models import AuditEntry, PrivacyNotice
from accounts.services import privacy
from accounts.services.privacy import PartMissing, PublishedMeanwhile
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ESF = NoticePurpose.ESF
LANGUAGES = [code for code, _name in settings.LANGUAGES]
FORM = "/en/desk/privacy/esf/new/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)
    make.privacy_notices()


@pytest.fixture
def owner(client):
    made = make.member(Role.OWNER, make.organisation())
    client.force_login(made)
    return made


def parts(**changes):
    return {code: {part: f"{part} {code}" for part in NoticePart} | changes for code in LANGUAGES}


def sent(follows=1, **more):
    return (
        {f"{part}_{code}": f"{part} {code}" for part in NoticePart for code in LANGUAGES} | {"follows": follows} | more
    )


def publish(follows=1, now=NOW, by=None, **changes):
    return privacy.publish(purpose=ESF, parts=parts(**changes), follows=follows, by=by or make.user(), now=now)


def test_a_new_version_follows_and_is_shown_from_then_on(django_capture_on_commit_callbacks):
    assert privacy.current(ESF).version == 1
    with django_capture_on_commit_callbacks(execute=True):
        publish()
    assert [privacy.current(purpose).version for purpose in NoticePurpose] == [1, 2]
    assert PrivacyNotice.objects.filter(purpose=ESF).count() == 2


def test_who_published_it_is_kept():
    by = make.user()
    publish(by=by)
    entry = AuditEntry.objects.get(action="privacy_notice.publish")
    assert (entry.actor, entry.after) == (by, {"purpose": "esf", "version": 2})


def test_every_part_is_needed_in_every_language():
    with pytest.raises(PartMissing):
        publish(basis=" ")
    with pytest.raises(PartMissing):
        privacy.publish(purpose=ESF, parts={"fi": parts()["fi"]}, follows=1, by=make.user(), now=NOW)


def test_of_two_who_write_at_once_the_later_reads_the_other_first():
    publish()
    with pytest.raises(PublishedMeanwhile):
        publish()
    assert publish(follows=2).version == 3


def test_the_parts_stand_under_their_headings_and_together_as_one_text():
    notice = publish()
    assert notice.text_en.startswith("Who is responsible for your data\ncontroller en\n\nWhat we use your data for\n")
    assert [text for _heading, text in notice.told] == [f"{part} fi" for part in NoticePart]


def test_an_owner_looks_at_it_first_and_then_publishes(client, owner):
    looked = client.post(FORM, sent(preview="1"))
    assert (looked.status_code, PrivacyNotice.objects.filter(purpose=ESF).count()) == (200, 1)
    assert [(code, len(shown)) for code, _name, shown in looked.context["preview"]] == [(code, 8) for code in LANGUAGES]
    assert client.post(FORM, sent(publish="1")).headers["Location"] == "/en/desk/privacy/"
    assert PrivacyNotice.objects.latest("pk").parts["sv"]["rights"] == "rights sv"


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(client, owner):
    answer = client.post(FORM, sent(publish="1", basis_uk=""))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["basis_uk"])
    assert "basis sv" in answer.text


def test_a_page_opened_before_anothers_version_publishes_nothing(client, owner):
    publish()
    answer = client.post(FORM, sent(publish="1"))
    assert (answer.status_code, answer.context["refusal"].code) == (409, "published_meanwhile")


def test_the_next_begins_with_what_the_newest_says(client, owner):
    publish()
    form = client.get(FORM).context["form"]
    assert (form["rights_en"].value(), form["follows"].value()) == ("rights en", 2)


def test_every_version_can_be_read_by_everybody(client):
    publish(now=NOW + dt.timedelta(seconds=0))
    assert "Tietosi." in client.get("/en/privacy/esf/1/").text
    assert "controller en" in client.get("/en/privacy/esf/2/").text
    assert "controller en" in client.get("/en/privacy/").text
    assert client.get("/en/privacy/esf/3/").status_code == 404
    assert client.get("/en/privacy/other/1/").status_code == 404


def test_the_desk_lists_versions_with_their_days(client, owner, django_assert_max_num_queries):
    for follows in (1, 2, 3):
        publish(follows=follows)
    with django_assert_max_num_queries(5):
        answer = client.get("/en/desk/privacy/")
    assert [(purpose, len(found)) for purpose, found in answer.context["kinds"]] == [("registration", 1), ("esf", 4)]


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.READER])
def test_only_owners_come_here(client, role):
    client.force_login(make.member(role, make.organisation()))
    assert [client.get(path).status_code for path in ("/en/desk/privacy/", FORM)] == [404, 404]
