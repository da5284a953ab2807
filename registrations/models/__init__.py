from registrations.models.answers import Answer, AnswerChange, AnswerFile, AnswerQuerySet, Filling
from registrations.models.attendance import Attendance
from registrations.models.desk import ImportedRow, ImportedRowQuerySet, PeopleImport, Referral, WalkIn
from registrations.models.holds import Hold, HoldQuerySet
from registrations.models.questions import Question, Questionnaire, QuestionQuerySet, Wording
from registrations.models.registrations import Registration, RegistrationQuerySet
from registrations.models.waiting import Offer, Party, QueueMove

__all__ = [
    "Answer",
    "AnswerChange",
    "AnswerFile",
    "AnswerQuerySet",
    "Filling",
    "Question",
    "QuestionQuerySet",
    "Questionnaire",
    "Wording",
    "Attendance",
    "Hold",
    "HoldQuerySet",
    "ImportedRow",
    "ImportedRowQuerySet",
    "Offer",
    "Party",
    "PeopleImport",
    "QueueMove",
    "Referral",
    "Registration",
    "RegistrationQuerySet",
    "WalkIn",
]
