"""Of the fund: what a person told of themselves, when they took part, how it ended, and what is shown of it."""

from esf.models.ends import Attempt, EndNotice
from esf.models.eura import EuraStep
from esf.models.evidence import Estimate, Outcome, SupportedOrganisation
from esf.models.exports import ReportFile, ReportPart, ReportSchedule
from esf.models.newsletters import Subscription
from esf.models.notices import Correction, NoticeConfirmation, NoticeDraft, StartNotice
from esf.models.participations import AttendedDay, Participation

__all__ = [
    "Attempt",
    "AttendedDay",
    "Correction",
    "EndNotice",
    "Estimate",
    "EuraStep",
    "NoticeConfirmation",
    "NoticeDraft",
    "Outcome",
    "Participation",
    "ReportFile",
    "ReportPart",
    "ReportSchedule",
    "StartNotice",
    "Subscription",
    "SupportedOrganisation",
]
