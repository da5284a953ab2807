from django.urls import path

from workspace.views import (
    accessibility,
    codes,
    desk,
    event,
    likenesses,
    log,
    members,
    outbox,
    participants,
    people,
    privacy,
    reports,
    sender,
)
from workspace.views.employers import card, contacts, register, tables
from workspace.views.participation import evidence
from workspace.views.participation import lists as participants_lists
from workspace.views.participation import person as participant

app_name = "workspace"

urlpatterns = [
    path("desk/", desk.show, name="desk"),
    path("desk/events/<int:event_pk>/", event.show, name="event"),
    path("desk/events/<int:event_pk>/people/", participants.show, name="participants"),
    path("desk/events/<int:event_pk>/people.<str:form>", participants.export, name="export_participants"),
    path("desk/events/<int:event_pk>/people/act/", participants.act, name="act_on_participants"),
    path("desk/events/<int:event_pk>/people/act/<int:action_pk>/undo/", participants.undo, name="undo_act"),
    path("desk/events/<int:event_pk>/people/<int:registration_pk>/note/", participants.note, name="note"),
    path("desk/events/<int:event_pk>/people/views/", participants.save_view, name="save_view"),
    path("desk/events/<int:event_pk>/people/views/<int:view_pk>/delete/", participants.delete_view, name="delete_view"),
    path("desk/events/<int:event_pk>/seats/", event.change_capacity, name="capacity"),
    path("accessibility/", accessibility.statement, name="accessibility"),
    path("accessibility/thanks/", accessibility.thanks, name="accessibility_thanks"),
    path("desk/accessibility/", accessibility.index, name="feedback"),
    path("desk/accessibility/<int:feedback_pk>/", accessibility.answer, name="answer_feedback"),
    path("desk/events/<int:event_pk>/codes/", codes.show, name="codes"),
    path("desk/events/<int:event_pk>/codes/<int:code_pk>/close/", codes.close, name="close_code"),
    path("desk/events/<int:event_pk>/codes/<int:code_pk>/qr.svg", codes.drawing, name="code_qr"),
    path("desk/events/<int:event_pk>/codes/<int:code_pk>/postcards.pdf", codes.postcards, name="postcards"),
    path("desk/events/<int:event_pk>/poster.pdf", codes.poster, name="poster"),
    path("desk/organisations/<int:organisation_pk>/members/", members.show, name="members"),
    path(
        "desk/organisations/<int:organisation_pk>/members/<int:grant_pk>/revoke/", members.revoke, name="revoke_member"
    ),
    path("desk/organisations/<int:organisation_pk>/hand-over/", members.hand_over, name="hand_over"),
    path("desk/organisations/<int:organisation_pk>/two-step/", members.require_mfa, name="require_mfa"),
    path("desk/employers/", register.index, name="employers"),
    path("desk/employers/new/", register.create, name="add_employer"),
    path("desk/employers/import/", tables.bring, name="bring_employers"),
    path("desk/employers/import/example.csv", tables.example, name="employers_example"),
    path("desk/employers/import/<int:table_pk>/", tables.table, name="employer_table"),
    path("desk/employers/import/<int:table_pk>/wrong.csv", tables.wrong_rows, name="wrong_employers"),
    path("desk/employers/<int:employer_pk>/", card.show, name="employer"),
    path("desk/employers/<int:employer_pk>/change/", card.change, name="change_employer"),
    path("desk/employers/<int:employer_pk>/stage/", card.move, name="move_employer"),
    path("desk/employers/<int:employer_pk>/archive/", card.archive, name="archive_employer"),
    path("desk/employers/<int:employer_pk>/contacts/", contacts.add, name="add_employer_contact"),
    path(
        "desk/employers/<int:employer_pk>/contacts/<int:contact_pk>/", contacts.change, name="change_employer_contact"
    ),
    path(
        "desk/employers/<int:employer_pk>/contacts/<int:contact_pk>/delete/",
        contacts.remove,
        name="remove_employer_contact",
    ),
    path("desk/employers/<int:employer_pk>/notes/", contacts.add_note, name="add_employer_note"),
    path(
        "desk/employers/<int:employer_pk>/notes/<int:note_pk>/delete/",
        contacts.remove_note,
        name="remove_employer_note",
    ),
    path("desk/projects/<int:project_pk>/participants/", participants_lists.show, name="project_people"),
    path("desk/projects/<int:project_pk>/participants/chase/", participants_lists.chase, name="chase"),
    path("desk/projects/<int:project_pk>/participants/eura.svg", participants_lists.eura_code, name="eura_code"),
    path("desk/projects/<int:project_pk>/participants/evidence.<str:form>", evidence.export, name="evidence"),
    path("desk/projects/<int:project_pk>/participants/<int:person_pk>/", participant.show, name="participant"),
    path(
        "desk/projects/<int:project_pk>/participants/<int:person_pk>/<slug:deed>/",
        participant.act,
        name="participant_act",
    ),
    path("desk/reports/", reports.show, name="reports"),
    path("desk/people/", people.search, name="people"),
    path("desk/people/<int:person_pk>/", people.show, name="person"),
    path("desk/people/alike/", likenesses.index, name="alike"),
    path("desk/people/compare/", likenesses.compare, name="compare"),
    path("desk/people/<int:person_pk>/with/<int:other_pk>/", likenesses.pair, name="pair"),
    path("desk/people/<int:person_pk>/with/<int:other_pk>/apart/", likenesses.say_apart, name="say_apart"),
    path("desk/people/<int:person_pk>/with/<int:other_pk>/apart/undo/", likenesses.take_back, name="take_back_apart"),
    path("desk/people/merges/<int:merge_pk>/undo/", likenesses.undo, name="undo_merge"),
    path("desk/audit/", log.show, name="audit"),
    path("desk/audit/log.<str:form>", log.export, name="export_log"),
    path("desk/privacy/", privacy.index, name="privacy"),
    path("desk/privacy/<slug:purpose>/new/", privacy.write, name="write_privacy"),
    path("desk/sender/", sender.show, name="sender"),
    path("desk/messages/", outbox.show, name="outbox"),
    path("desk/messages/<int:message_pk>/resend/", outbox.resend, name="resend"),
]
