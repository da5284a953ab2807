"""A scheduled file is there: who has one of the named roles in the project gets a letter with its address.

No figure and nothing of a person is in the letter; whoever opens the address signs in first.
"""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import Grant, User
from core.services import mail, outbox
from esf.enums import ReportKind
from esf.models import ReportFile
from esf.services.reports import asking

KIND = "mail"


def tell(*, file: ReportFile, now: datetime) -> int:
    """Put a letter to each into the outbox, inside the caller's transaction; return how many."""
    number = 0
    for user in _receivers(file):
        number += 1
        letter = mail.write(
            template="esf/report_ready",
            recipient=user.email,
            language=user.language or file.language,
            keys={},
            project=file.project,
            url=settings.SITE_URL + reverse("esf:report_files", args=[file.project_id]),
            expires=file.expires_at,
        )
        outbox.post(kind=KIND, letter=letter, scope=file.project.scope, person="", now=now)
    return number


def _receivers(file: ReportFile) -> Iterator[User]:
    """Each once: whose grant is of the project or its organisation, is in force, and may open such a file."""
    allowed = asking.roles_for(ReportKind(file.kind))
    roles = [role for role in file.schedule.named_roles if role in allowed] if file.schedule else []
    scopes = [file.project.scope, f"organisation:{file.project.organisation_id}"]
    grants = Grant.objects.usable().filter(scope__in=scopes, role__in=roles)
    yield from User.objects.filter(pk__in=grants.values("user")).order_by("pk")
