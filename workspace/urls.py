from django.urls import path

from workspace.views import accessibility, codes, desk, event, log, members, outbox

app_name = "workspace"

urlpatterns = [
    path("desk/", desk.show, name="desk"),
    path("desk/events/<int:event_pk>/", event.show, name="event"),
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
    path("desk/audit/", log.show, name="audit"),
    path("desk/audit/log.<str:form>", log.export, name="export_log"),
    path("desk/messages/", outbox.show, name="outbox"),
    path("desk/messages/<int:message_pk>/resend/", outbox.resend, name="resend"),
]
