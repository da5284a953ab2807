from registrations.models.attendance import Attendance
from registrations.models.desk import ImportedRow, ImportedRowQuerySet, PeopleImport, Referral, WalkIn
from registrations.models.holds import Hold, HoldQuerySet
from registrations.models.invites import Invite, PlanTold
from registrations.models.mailings import LetterPlan, LetterRound, Mailing, NoLetters, letter_plan
from registrations.models.registrations import Registration, RegistrationQuerySet
from registrations.models.waiting import Offer, Party, QueueMove

__all__ = [
    "Attendance",
    "Hold",
    "HoldQuerySet",
    "ImportedRow",
    "ImportedRowQuerySet",
    "Invite",
    "LetterPlan",
    "LetterRound",
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
    "WalkIn",
    "letter_plan",
]
