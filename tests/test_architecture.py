"""The floors of the house, held where import-linter cannot see: references between models, and public doors."""

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

FLOORS = ["core", "accounts", "events", "esf", "registrations", "virtualfair", "workspace", "api", "config"]

PUBLIC = {
    "healthy", "privacy", "privacy_version",
    "bounces",  # a mail server, with a secret
    "api:reference",
    "api-v1:openapi-json", "api-v1:api-root", "api-v1:missing",  # the API judges its callers itself
    "api-v1:list_events", "api-v1:get_event", "api-v1:get_seats", "api-v1:get_occupancy",
    "api-v1:create_registration", "api-v1:list_registrations", "api-v1:get_registration", "api-v1:cancel_registration",
    "api-v1:check_in", "api-v1:check_in_many", "api-v1:list_attendances",
    "api-v1:list_projects", "api-v1:get_indicators",
    "events:catalogue", "events:month", "events:map", "events:event", "events:calendar", "events:seats",
    "events:feed_rss", "events:feed_ics", "events:embed", "events:framed", "events:embed_script",
    "events:invitations", "events:invitation", "events:jobs", "events:jobs_feed", "events:job", "events:jobs_embed",
    "events:preview", "events:picture",
    "esf:newsletter", "esf:newsletter_asked", "esf:confirm_newsletter", "esf:end_newsletter",
    "robots", "sitemap_index", "sitemap",
    "registrations:stand", "registrations:stand_thanks", "registrations:stands", "registrations:my_stand",
    "registrations:withdraw_stand",
    "registrations:survey", "registrations:survey_thanks",
    "registrations:pay", "registrations:pay_online", "registrations:pay_by_invoice", "registrations:pay_paper",
    "registrations:payments_webhook",
    "registrations:my_background", "registrations:door_form", "registrations:door_form_done", "registrations:lent",
    "registrations:my_questions", "registrations:my_file", "registrations:interview",
    "registrations:take", "registrations:form", "registrations:renew", "registrations:confirm", "registrations:mine", "registrations:edit",
    "registrations:stay", "registrations:accept", "registrations:decline", "registrations:rejoin",
    "registrations:hand_over", "registrations:party", "registrations:party_answer", "registrations:party_cancel",
    "registrations:party_open", "registrations:party_ticket",
    "registrations:new_link", "registrations:new_link_sent", "registrations:speak", "registrations:ticket_pdf",
    "registrations:data", "registrations:data_json", "registrations:lost_link", "registrations:lost_link_sent",
    "registrations:end_notice",
    "registrations:cancel", "registrations:change_date", "registrations:ticket", "registrations:calendar",
    "registrations:feed", "registrations:subscribe", "registrations:no_letters",
    "workspace:accessibility", "workspace:accessibility_thanks",
    "virtualfair:programme", "virtualfair:room", "virtualfair:enter", "virtualfair:do",
}  # fmt: skip
"""Every address that needs no sign-in; a new one must be written here on purpose."""


def own_models():
    return [model for label in FLOORS for model in apps.get_app_config(label).get_models()]


def test_models_refer_only_to_their_own_floor_or_below():
    climbing = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model._meta.app_label in FLOORS
        if FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(model._meta.app_label)
    ]
    assert climbing == []


def test_no_model_sorts_itself():
    assert [model.__name__ for model in own_models() if model._meta.ordering] == []


def named_views(patterns=None, namespace=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace]))
            yield from named_views(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield ":".join(filter(None, [namespace, pattern.name or ""])), pattern


OWN = ("events", "esf", "registrations", "virtualfair", "workspace", "api", "config")


def test_only_the_addresses_on_the_list_are_open_without_signing_in():
    mine = {
        name: pattern
        for name, pattern in named_views()
        if (pattern.callback.__module__.split(".")[0] in OWN) or name.startswith("api-v1")
    }
    open_doors = {name for name, pattern in mine.items() if not getattr(pattern.callback, "login_required", True)}
    assert open_doors == PUBLIC


@pytest.mark.django_db
def test_what_is_not_open_sends_a_stranger_to_the_sign_in(client):
    for path in ("/desk/", "/desk/events/new/", "/desk/messages/", "/desk/events/1/", "/desk/projects/1/report/"):
        assert client.get(path).headers["Location"] == f"/account/login/?next={path}"


@pytest.mark.django_db
def test_every_page_has_a_strict_policy(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
