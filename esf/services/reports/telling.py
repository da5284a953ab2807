"""A scheduled file is there: who has one of the named roles in the project gets a letter with its address.

No figure and nothing of a person is in the letter; whoever opens the address signs in first.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from core.services import mail, outbox
from esf.models import ReportFile
from esf.services.reports import asking

KIND = "mail"


def tell(*, file: ReportFile, now: datetime) -> int:
    """Put a letter to each into the outbox, inside the caller's transaction; return how many."""
    number = 0
    for user in asking.receivers(file.schedule) if file.schedule else ():
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
