"""Who may open which page and socket: every address that needs a sign-in, as each role and as strangers.

A new address fails the first test until it stands in `WALLS`; every row is then tried with everybody. The API's addresses
are tried in the same way, by scope and organisation, in `tests/api/test_access.py`.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import lending
from accounts.enums import ALLOWS, Permission, Role, Stage
from accounts.models import Employer, EmployerImport, User
from api.enums import Scope
from api.models import ApiToken
from core.models import OutboxMessage
from core.sheets_in import read_table
from esf.enums import SupportedKind
from esf.models import ReportFile, ReportSchedule
from esf.services import evidence
from events.models import Discount, EligibilityRule, Metric, Price, Vacancy
from events.services import invitations, projects
from registrations.enums import AskedAt
from registrations.models import Application, Mailing, Order, Payment, Seller
from registrations.services import people_import, seats
from tests import factories as make
from tests.factories import NOW
from tests.registrations import questions, surveys
from tests.test_architecture import OWN, PUBLIC, named_views
from tests.virtualfair import factories as fairs
from tests.workspace import merging
from virtualfair.http import holder_of
from virtualfair.routing import websockets
from workspace.enums import Bulk
from workspace.models import AccessibilityFeedback, SavedView
from workspace.services import bulk

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Wall:
    """Which permission opens an address, and in which kinds of scope; None: any role there."""

    permission: Permission | None
    kinds: frozenset[str] = frozenset({"organisation", "project", "event"})

    def lets(self, role, kind):
        return kind in self.kinds and (self.permission is None or self.permission in ALLOWS[role])


ORGANISATION = frozenset({"organisation"})
EVERYBODY = "everybody who is signed in"
STAFF = "everybody who has a role somewhere"
NO_ROLE = Wall(None, frozenset())  # one's own registrations alone
ANY_ROLE = Wall(None)
PLANS, SEES_PEOPLE, CHECKS_IN = Wall(Permission.MANAGE_EVENTS), Wall(Permission.SEE_PEOPLE), Wall(Permission.CHECK_IN)
OWNS, PLANS_ALL = Wall(Permission.MANAGE_MEMBERS, ORGANISATION), Wall(Permission.MANAGE_EVENTS, ORGANISATION)
PLANS_PROJECT = Wall(Permission.MANAGE_EVENTS, frozenset({"organisation", "project"}))
REPORTS = Wall(Permission.SEE_REPORTS, frozenset({"organisation", "project"}))

WALLS = {
    **dict.fromkeys(["workspace:desk", "registrations:gathered", "registrations:subscribe_all"], EVERYBODY),
    **dict.fromkeys(["workspace:outbox", "events:venues", "events:vacancies", "registrations:referrals", "registrations:money"], STAFF),
    "registrations:refer": Wall(Permission.REFER),
    **dict.fromkeys(
        [
            "registrations:payments", "registrations:order", "registrations:act_on_order", "registrations:give_back",
            "registrations:order_invoice", "registrations:order_paper",
        ],
        Wall(Permission.HANDLE_MONEY),
    ),
    **dict.fromkeys(
        [
            "registrations:seller", "registrations:bank", "registrations:bank_dealt_with", "registrations:compare_payments",
            "registrations:money_report", "registrations:money_table",
        ],
        Wall(Permission.HANDLE_MONEY, ORGANISATION),
    ),
    **dict.fromkeys(["registrations:assess", "registrations:assess_one"], Wall(Permission.ASSESS)),
    "registrations:open_mine": NO_ROLE,
    "workspace:event": ANY_ROLE,
    **dict.fromkeys(
        [
            "events:add_venue", "events:venue", "events:delete_venue", "events:change", "events:dates", "events:rides",
            "events:change_ride", "events:remove_ride", "events:publish", "events:unpublish", "events:schedule",
            "events:copy", "events:make_template", "events:archive", "events:delete", "events:preview_link",
            "registrations:prices", "registrations:add_price", "registrations:change_price", "registrations:retire_price",
            "registrations:payment_terms", "registrations:add_discount", "registrations:close_discount",
            "registrations:seat_plan", "registrations:terms", "registrations:change_pool", "registrations:add_pool",
            "registrations:remove_pool", "registrations:queue", "registrations:move_in_queue",
            "registrations:letters", "registrations:letter_plan", "registrations:tell_changes", "registrations:write_letter",
            "registrations:call_off_letter", "registrations:letter_text", "registrations:letter_preview",
            "registrations:bring_people", "registrations:people_example", "registrations:people_table",
            "registrations:stand_desk", "registrations:decide_stand", "registrations:cancel_event", "registrations:cancel_date",
            "registrations:selection", "registrations:decide_selection", "registrations:reserve", "registrations:lots",
            "registrations:selection_setup", "registrations:interviews", "registrations:funnel_table",
            "registrations:applicant",
            "registrations:questions", "registrations:add_questionnaire", "registrations:title_questions",
            "registrations:remove_questions", "registrations:ask_question", "registrations:take_question",
            "registrations:preview_questions", "registrations:change_question", "registrations:question_condition",
            "registrations:act_on_question", "registrations:add_survey", "registrations:change_survey",
            "registrations:close_survey", "registrations:print_survey",
            "virtualfair:desk", "virtualfair:remove_pitch",
            "workspace:capacity", "workspace:codes", "workspace:close_code", "workspace:code_qr",
            "workspace:postcards", "workspace:poster", "workspace:resend",
            "workspace:alike", "workspace:compare", "workspace:pair", "workspace:say_apart", "workspace:take_back_apart",
            "workspace:undo_merge",
        ],
        PLANS,
    ),
    **dict.fromkeys(
        [
            "events:create_vacancy", "events:vacancy", "events:move_vacancy", "esf:newsletter_desk", "esf:export_newsletter",
            "registrations:house_letters", "registrations:house_letter_text", "registrations:house_letter_preview",
        ],
        PLANS_ALL,
    ),
    **dict.fromkeys(
        [
            "workspace:employers", "workspace:add_employer", "workspace:bring_employers", "workspace:employers_example",
            "workspace:employer_table", "workspace:wrong_employers", "workspace:employer", "workspace:change_employer",
            "workspace:move_employer", "workspace:archive_employer", "workspace:add_employer_contact",
            "workspace:change_employer_contact", "workspace:remove_employer_contact", "workspace:add_employer_note",
            "workspace:remove_employer_note",
        ],
        PLANS_ALL,
    ),
    **dict.fromkeys(
        ["registrations:surveys", "registrations:survey_results", "registrations:survey_table"], Wall(Permission.SEE_REPORTS)
    ),
    "events:create": PLANS_PROJECT,
    **dict.fromkeys(
        [
            "registrations:passengers", "workspace:people", "workspace:person", "workspace:participants", "workspace:export_participants",
            "workspace:save_view", "workspace:delete_view", "registrations:answers", "registrations:answer_file",
            "registrations:background_desk", "registrations:correct_background",
            "registrations:print_background", "registrations:print_empty_background",
        ],
        SEES_PEOPLE,
    ),
    **dict.fromkeys(
        [
            "workspace:project_people", "workspace:eura_code", "workspace:participant",
        ],
        Wall(Permission.SEE_PEOPLE, frozenset({"organisation", "project"})),
    ),
    **dict.fromkeys(["workspace:act_on_participants", "workspace:undo_act", "workspace:note"], PLANS),
    **dict.fromkeys(["registrations:door", "registrations:walk_in", "registrations:door_questions", "registrations:hand_background"], CHECKS_IN),
    **dict.fromkeys(["events:project", "events:metric", "esf:report", "esf:supported", "esf:report_files", "esf:report_file", "workspace:reports", "registrations:project_selection", "registrations:project_funnel_table", "registrations:project_surveys", "workspace:project_feedback", "workspace:project_feedback_table"], REPORTS),
    **dict.fromkeys(
        ["esf:estimates", "esf:report_schedules", "esf:remove_report_schedule", "esf:bring_notices", "esf:notices_example", "esf:supported_kind", "esf:remove_supported", "workspace:chase", "workspace:evidence", "workspace:participant_act", "events:change_project", "events:add_target", "events:add_rule", "events:end_rule", "events:add_metric"],
        PLANS_PROJECT,
    ),
    **dict.fromkeys(
        [
            "events:delete_project", "events:implementers", "events:add_project",
            "workspace:members", "workspace:revoke_member", "workspace:hand_over", "workspace:require_mfa",
            "workspace:feedback", "workspace:answer_feedback", "api:tokens", "api:revoke_token",
            "workspace:audit", "workspace:export_log", "workspace:sender", "workspace:privacy", "workspace:write_privacy",
        ],
        OWNS,
    ),
}  # fmt: skip
"""Lists that are open to everybody show one's own things alone; `test_lists_show_nothing_of_others` looks."""

ROLES = [
    (Role.OWNER, "organisation"),
    (Role.ORGANISER, "organisation"),
    (Role.READER, "organisation"),
    (Role.ORGANISER, "project"),
    (Role.READER, "project"),
    (Role.ORGANISER, "event"),
    (Role.TEACHER, "event"),
    (Role.DOOR, "event"),
    (Role.EXHIBITOR, "event"),
    (Role.REFERRER, "organisation"),
    (Role.REFERRER, "event"),
    (Role.ASSESSOR, "organisation"),
    (Role.ASSESSOR, "event"),
]


def behind_a_sign_in():
    return {
        name: list(pattern.pattern.converters)
        for name, pattern in named_views()
        if pattern.callback.__module__.split(".")[0] in OWN and name not in PUBLIC and not name.startswith("api-v1")
    }


def test_every_address_stands_in_the_matrix():
    assert set(WALLS) == set(behind_a_sign_in())


class World:
    """One organisation with a thing of every kind, and everybody who has something to do with it, or nothing."""

    view = None

    def __init__(self):
        make.privacy_notices()
        self.organisation, self.partner = make.organisation(), make.organisation()
        self.project = make.project(organisation=self.organisation)
        projects.set_implementers(project=self.project, organisations=[self.partner], by=make.user(), now=NOW)
        self.event = make.counting_event(organisation=self.organisation, project=self.project, takes_stands=True)
        self.registration = make.register(self.event)
        self.room = fairs.room(organisation=self.organisation, project=self.project)
        ride = self.event.rides.create(name="Bussi", seats=8)
        stop = ride.pick_ups.create(place="Asema", leaves=dt.time(8))
        self.registration.pick_up = stop
        self.registration.save()
        self.keys = {
            "event_pk": self.event.pk,
            "project_pk": self.project.pk,
            "organisation_pk": self.organisation.pk,
            "pool_pk": self.event.pools.get().pk,
            "registration_pk": self.registration.pk,
            "action_pk": self.planned().pk,
            "person_pk": self.registration.person_id,
            "ride_pk": self.event.rides.create(name="Auto", seats=3).pk,
            **self.keys_of_people(),
            "applicant_pk": self.applicant().pk,
            "import_pk": self.table_of_people().pk,
            "mailing_pk": self.mailing().pk,
            "purpose": "esf",
            "kind": "course",
            "deed": "attempt",
            "row_pk": self.supported().pk,
            "moment": "confirmed",
            "language": "fi",
            **self.keys_of_registers(),
            **self.keys_of_employers(),
            **self.keys_of_questions(),
            **self.keys_of_money(),
            **self.keys_of_reports(),
        }

    def keys_of_reports(self):
        file = ReportFile.objects.create(
            project=self.project,
            kind="STEERING",
            format="csv",
            choice={"on": "2026-11-22"},
            language="fi",
            state="READY",
            ready_at=NOW,
            made_by=make.user(),
            asked_at=NOW,
            expires_at=timezone.now() + dt.timedelta(7),
        )
        schedule = ReportSchedule.objects.create(
            project=self.project,
            kind="STEERING",
            format="pdf",
            roles=["reader"],
            rhythm="MONTHLY",
            next_on=dt.date(2027, 1, 1),
            made_by=make.user(),
            made_at=NOW,
        )
        return {"file_pk": file.pk, "schedule_pk": schedule.pk}  # fmt: skip

    def keys_of_people(self):
        other, survivor, merged = (make.register(self.event) for _each in range(3))
        seats.cancel(registration=merged, by=None, now=NOW)
        done = merging.merge(survivor.person, merged.person, make.member(Role.ORGANISER, self.organisation))
        return {"other_pk": other.person_id, "merge_pk": done.pk}

    def table_of_people(self):
        table = read_table(ContentFile(b"Etunimi;Sukunimi\nAino;Taulukko"))
        return people_import.keep(event=self.event, table=table, accept_queue=True, tell=True, by=make.user(), now=NOW)

    def mailing(self):
        return Mailing.objects.create(
            event=self.event, nonce=uuid.uuid4(), words={"fi": {"subject": "Hei", "body": "Moi"}}, statuses=["confirmed"], send_at=NOW, created_at=NOW
        )  # fmt: skip

    def supported(self):
        what = evidence.Supported(
            business_id="0165116-3",
            name="Mikkeli",
            kind=SupportedKind.PUBLIC,
            day=NOW.date(),
            evidence="x",
            source="x:1",
        )
        return evidence.supported(project=self.project, what=what, by=None, now=NOW)

    def applicant(self):
        """Somebody who would have applied, if people applied to this event."""
        return Application.objects.create(
            registration=self.registration, event=self.event, number=1, applied_at=NOW, stage_since=NOW
        )

    def planned(self):
        seen = {self.registration.pk: "confirmed"}
        return bulk.plan(event=self.event, kind=Bulk.LINK, seen=seen, by=make.user(), now=NOW)

    def keys_of_questions(self):
        at_door = questions.sheet(self.event, AskedAt.DOOR)
        asked = questions.ask(at_door)
        file = questions.answered_by_file(
            self.registration, questions.ask(questions.sheet(self.event), questions.K.FILE)
        )
        survey = surveys.survey(self.event)
        return {"survey_pk": survey.pk, "sheet_pk": at_door.pk, "question_pk": asked.pk, "what": "up", "key": file.key}

    def keys_of_money(self):
        Seller.objects.create(organisation=self.organisation, name="Kunta", business_id="0165116-3", address="Tie 1")
        price = Price.objects.create(event=self.event, name_fi="Hinta", cents=5500, position=1)
        discount = Discount.objects.create(event=self.event, code="KOODI", percent=10)
        order = Order.objects.create(
            event=self.event, cents=5500, first_name="Aino", last_name="T", language="fi", made_at=NOW
        )
        order.lines.create(
            registration=self.registration, price=price, name="Hinta", cents=5500, basis_points=0, vat_cents=0
        )
        payment = Payment.objects.create(
            order=order, method="cash", state="paid", cents=5500, started_at=NOW, paid_at=NOW
        )
        return {
            "price_pk": price.pk, "discount_pk": discount.pk, "order_pk": order.pk, "payment_pk": payment.pk,
        }  # fmt: skip

    def keys_of_registers(self):
        stand = self.event.stands.create(
            name="Yritys", contact_name="Yrjö", contact_email="yrjo@yritys.example", language="fi", applied_at=NOW
        )
        code = invitations.make(event=self.event, source="Lehti", by=make.user(), now=NOW)
        rule = EligibilityRule.objects.create(project=self.project, valid_from=NOW.date(), text="Kaikki")
        metric = Metric.objects.create(project=self.project, name="Mittari")
        vacancy = Vacancy.objects.create(
            organisation=self.organisation, employer="Yritys", title="Hitsaaja", deadline=NOW.date(), created_at=NOW,
            changed_at=NOW, apply_email="tyo@yritys.example",
        )  # fmt: skip
        message = OutboxMessage.objects.filter(scope=self.event.scope)[0]
        token = make.api_token(self.organisation, Scope.EVENTS_READ) and ApiToken.objects.latest("pk")
        feedback = AccessibilityFeedback.objects.create(message="En näe.", language="fi", received_at=NOW)
        grant = make.member(Role.DOOR, self.event).grants.get()
        return {
            "stand_pk": stand.pk, "code_pk": code.pk, "rule_pk": rule.pk, "metric_pk": metric.pk,
            "vacancy_pk": vacancy.pk, "name": "publish", "form": "csv", "message_pk": message.pk, "token_pk": token.pk,
            "feedback_pk": feedback.pk, "grant_pk": grant.pk, "venue_pk": make.venue().pk,
            "pitch_pk": fairs.pitch(self.room).pk,
        }  # fmt: skip

    def keys_of_employers(self):
        employer = Employer.objects.create(
            organisation=self.organisation,
            name="Paja",
            name_key="paja",
            stage=Stage.CONTACTED,
            stage_since=NOW.date(),
            created_at=NOW,
            changed_at=NOW,
        )
        later = NOW.date() + dt.timedelta(days=99)
        table = EmployerImport.objects.create(
            organisation=self.organisation,
            by=make.user(),
            at=NOW,
            expires_at=NOW + dt.timedelta(days=1),
            read_as="CSV",
            header=["name"],
            rows=[[2, ["Paja"]]],
        )
        return {
            "employer_pk": employer.pk,
            "contact_pk": employer.contacts.create(name="Pertti", delete_after=later).pk,
            "note_pk": employer.notes.create(text="Soitettu", by=make.user(), at=NOW, delete_after=later).pk,
            "table_pk": table.pk,
        }  # fmt: skip

    def address(self, name, wanted):
        keys = (
            self.keys
            | {"view_pk": self.view.pk if self.view else 0}
            | ({"event_pk": self.room.event.pk} if name.startswith("virtualfair:") else {})
            | ({"what": "cash"} if name == "registrations:act_on_order" else {})
            | ({"form": "xlsx"} if name == "workspace:evidence" else {})
        )
        return reverse(name, kwargs={key: keys[key] for key in wanted})

    def member(self, role, kind):
        scope = {"organisation": self.organisation, "project": self.project, "event": self.event}[kind]
        made = make.member(role, scope, organisation=self.organisation)
        self.view = SavedView.objects.create(user=made, name="Oma", query="", made_at=NOW)
        if kind == "event":
            make.member(role, self.room.event, organisation=self.organisation).grants.update(user=made)
        return made


def opens(user, address):
    """Whether the address answers `user` with anything but "no such page". What it changes is taken back."""
    client = Client()
    client.force_login(user)
    with transaction.atomic():
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address, {"kind": "link"})
        transaction.set_rollback(True)
    assert answer.status_code in {200, 302, 404, 409, 422, 503}, (address, answer.status_code)
    return answer.status_code != 404


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return World()


@pytest.mark.parametrize(("role", "kind"), ROLES, ids=[f"{role}-of-the-{kind}" for role, kind in ROLES])
def test_each_role_opens_what_its_permissions_say_and_nothing_else(world, role, kind):
    user = world.member(role, kind)
    opened = {name for name, wanted in behind_a_sign_in().items() if opens(user, world.address(name, wanted))}
    expected = {name for name, wall in WALLS.items() if wall in (EVERYBODY, STAFF) or wall.lets(role, kind)}
    assert opened == expected


NOBODYS = {name for name, wall in WALLS.items() if wall == EVERYBODY}
SHARED = NOBODYS | {name for name, wall in WALLS.items() if wall == STAFF} | {
    "events:create", "events:create_vacancy", "api:tokens", "workspace:employers", "workspace:add_employer",
    "workspace:bring_employers", "workspace:employers_example", "workspace:audit", "workspace:export_log", "workspace:reports",  # for one's own organisation
    "registrations:money_report", "registrations:money_table", "registrations:compare_payments",
    "workspace:people", "workspace:alike", "workspace:compare",
    "events:add_venue", "events:venue", "events:delete_venue",  # the register of places is everybody's who plans
    "workspace:feedback", "workspace:answer_feedback", "workspace:sender",  # the installation's
    "workspace:privacy", "workspace:write_privacy",
}  # fmt: skip
"""What an owner from elsewhere opens too, without seeing anything of this organisation."""


@pytest.mark.parametrize("who", ["owner elsewhere", "implementer of the same project", "nobody's member"])
def test_strangers_open_nothing_of_it(world, who):
    user = {
        "owner elsewhere": lambda: make.member(Role.OWNER, make.organisation()),
        "implementer of the same project": lambda: make.member(Role.OWNER, world.partner),
        "nobody's member": make.user,
    }[who]()
    opened = {name for name, wanted in behind_a_sign_in().items() if opens(user, world.address(name, wanted))}
    assert opened == (NOBODYS if who == "nobody's member" else SHARED)


def test_one_who_only_takes_part_is_sent_from_the_desk_to_their_own_registrations(world):
    client = Client()
    client.force_login(make.user())
    answer = client.get(reverse("workspace:desk"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my-registrations/")


def test_lists_show_nothing_of_others(world):
    client = Client()
    client.force_login(make.member(Role.OWNER, make.organisation()))
    binary = {"registrations:money_table"}  # its rows are those of the page
    for name in sorted(
        SHARED - binary - {"events:venue", "events:venues", "events:delete_venue", "workspace:answer_feedback"}
    ):
        answer = client.get(world.address(name, behind_a_sign_in()[name])).text
        for theirs in (world.event.title, world.registration.last_name, world.project.name, "Hitsaaja", "Lehti"):
            assert theirs not in answer, (name, theirs)


# Sockets

SOCKETS = {"ws/fair/<int:event_pk>/": PLANS}
"""A login opens a fair's socket for those who plan it; visitors come in by their pass (see `virtualfair`)."""


def test_every_socket_stands_in_the_matrix():
    assert {str(route.pattern) for route in websockets} == set(SOCKETS)


@pytest.mark.parametrize(("role", "kind"), ROLES, ids=[f"{role}-of-the-{kind}" for role, kind in ROLES])
def test_each_role_opens_the_sockets_that_its_permissions_say(world, role, kind):
    session = fairs.signed_in(world.member(role, kind))
    [wall] = SOCKETS.values()
    assert (holder_of(session, world.room.event.pk, NOW) is not None) == wall.lets(role, kind)


def test_strangers_open_no_socket(world):
    for user in (make.member(Role.OWNER, make.organisation()), make.member(Role.OWNER, world.partner), make.user()):
        assert holder_of(fairs.signed_in(user), world.room.event.pk, NOW) is None
    assert holder_of("", world.room.event.pk, NOW) is None


def test_a_device_that_staff_have_lent_opens_no_socket(world):
    session = fairs.signed_in(world.member(Role.OWNER, "organisation"))
    assert holder_of(session, world.room.event.pk, NOW) is not None
    store = SessionStore(session)
    store[lending.SINCE] = NOW.timestamp()
    store.save()
    assert holder_of(session, world.room.event.pk, NOW) is None


# Without a sign-in, and in the middle of a session


def test_who_is_not_signed_in_is_sent_to_the_sign_in(world):
    for name, wanted in behind_a_sign_in().items():
        answer = Client().get(world.address(name, wanted))
        assert (name, answer.status_code, answer.headers["Location"].partition("?")[0]) == (
            name,
            302,
            "/account/login/",
        )


def test_one_whose_account_is_closed_is_nobody(world):
    user = world.member(Role.OWNER, "organisation")
    client = Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("workspace:desk")).status_code == 302


def test_a_role_taken_away_ends_in_the_middle_of_a_session(world):
    user = world.member(Role.OWNER, "organisation")
    client = Client()
    client.force_login(user)
    page = world.address("workspace:members", ["organisation_pk"])
    assert client.get(page).status_code == 200
    user.grants.all().delete()
    assert client.get(page).status_code == 404
