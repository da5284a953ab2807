"""Feedback on this service's accessibility: received from anybody, answered by an owner, not forgotten."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Grant, User
from accounts.services import audit
from core.errors import Refused
from core.services import mail, outbox
from workspace.models import AccessibilityFeedback
from workspace.rules import REMIND_AFTER

SCOPE = "accessibility"


class AnsweredAlready(Refused):
    code = "answered_already"
    message = _("Somebody has answered this already.")


@transaction.atomic
def receive(*, message: str, page: str, email: str, language: str, now: datetime) -> AccessibilityFeedback:
    """Keep what somebody wrote."""
    return AccessibilityFeedback.objects.create(
        message=message, page=page, email=email, language=language, received_at=now
    )


@transaction.atomic
def answer(*, feedback: AccessibilityFeedback, text: str, by: User, now: datetime) -> None:
    """Answer, by mail where an address was given; without one the text says what was done.

    :raises AnsweredAlready: if somebody has
    """
    feedback = AccessibilityFeedback.objects.locked().get(pk=feedback.pk)
    if feedback.answered_at:
        raise AnsweredAlready
    feedback.answer, feedback.answered_at, feedback.answered_by = text, now, by
    feedback.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.changed(actor=by, action="accessibility.answer", subject=f"feedback:{feedback.pk}", scope=SCOPE, now=now)
    if feedback.email:
        _post("accessibility_answer", feedback.email, feedback.language, feedback, now)


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Tell every owner of what has waited for ten days, once, and return of how many messages."""
    late = list(AccessibilityFeedback.objects.to_remind_of(now - REMIND_AFTER))
    mine = [each for each in late if _claim(each, now)]
    for feedback in mine:
        for owner in owners():
            _post("accessibility_waits", owner.email, owner.language, feedback, now)
    return len(mine)


def owners() -> list[User]:
    """The owners of any organisation here: the statement is the whole installation's."""
    grants = Grant.objects.in_force().filter(role=Role.OWNER, scope__startswith="organisation:")
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("pk"))


def _claim(feedback: AccessibilityFeedback, now: datetime) -> bool:
    """Whether nobody else reminds of it: two workers may look at the same moment."""
    return bool(AccessibilityFeedback.objects.filter(pk=feedback.pk, reminded_at=None).update(reminded_at=now))


def _post(template: str, recipient: str, language: str, feedback: AccessibilityFeedback, now: datetime) -> None:
    with translation.override(language):
        url = settings.SITE_URL + reverse("workspace:answer_feedback", args=[feedback.pk])
    letter = mail.write(
        template=f"workspace/{template}",
        recipient=recipient,
        language=language,
        keys={"feedback": feedback.pk},
        feedback=feedback,
        url=url,
        site_name=settings.SITE_NAME,
        site_url=settings.SITE_URL,
    )
    outbox.post(kind="mail", letter=letter, scope=SCOPE, person="", now=now)
