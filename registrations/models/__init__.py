from registrations.models.applications import (
    ApplicantCategory,
    Application,
    ApplicationQuerySet,
    Decision,
    Lottery,
    ReserveMove,
    StageStep,
    selected_by,
)
from registrations.models.attendance import Attendance
from registrations.models.desk import ImportedRow, ImportedRowQuerySet, PeopleImport, Referral, WalkIn
from registrations.models.holds import Hold, HoldQuerySet
from registrations.models.interviews import InterviewNote, InterviewSlot, InterviewSlotQuerySet
from registrations.models.invites import Invite, PlanTold
from registrations.models.mailings import LetterPlan, LetterRound, Mailing, NoLetters, letter_plan
from registrations.models.registrations import Registration, RegistrationQuerySet
from registrations.models.scoring import Assessor, Criterion, Disqualification, Score
from registrations.models.waiting import Offer, Party, QueueMove

__all__ = [
    "ApplicantCategory",
    "Application",
    "ApplicationQuerySet",
    "Assessor",
    "Attendance",
    "Criterion",
    "Decision",
    "Disqualification",
    "Hold",
    "HoldQuerySet",
    "ImportedRow",
    "ImportedRowQuerySet",
    "InterviewNote",
    "InterviewSlot",
    "InterviewSlotQuerySet",
    "Invite",
    "LetterPlan",
    "LetterRound",
    "Lottery",
    "Mailing",
    "NoLetters",
    "Offer",
    "Party",
    "PeopleImport",
    "PlanTold",
    "QueueMove",
    "Referral",
    "Registration",
    "RegistrationQuerySet",
    "ReserveMove",
    "Score",
    "StageStep",
    "WalkIn",
    "letter_plan",
    "selected_by",
]
