from registrations.models.answers import Answer, AnswerChange, AnswerFile, AnswerQuerySet, Filling
from registrations.models.attendance import Attendance
from registrations.models.desk import ImportedRow, ImportedRowQuerySet, PeopleImport, Referral, WalkIn
from registrations.models.holds import Hold, HoldQuerySet
from registrations.models.questions import FormQuestionQuerySet, Question, Questionnaire, Wording
from registrations.models.registrations import Registration, RegistrationQuerySet
from registrations.models.waiting import Offer, Party, QueueMove

__all__ = [
    "Answer",
    "AnswerChange",
    "AnswerFile",
    "AnswerQuerySet",
    "Attendance",
    "Filling",
    "FormQuestionQuerySet",
    "Hold",
    "HoldQuerySet",
    "ImportedRow",
    "ImportedRowQuerySet",
    "Offer",
    "Party",
    "PeopleImport",
    "Question",
    "Questionnaire",
    "QueueMove",
    "Referral",
    "Registration",
    "RegistrationQuerySet",
    "WalkIn",
    "Wording",
]
