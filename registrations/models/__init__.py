from registrations.models.answers import Answer, AnswerChange, AnswerFile, AnswerQuerySet, Filling
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
from registrations.models.mailings import LetterPlan, LetterRound, Mailing, NoLetters, NoLettersKey, letter_plan
from registrations.models.orders import LIVING_FIRST, Order, OrderLine, OrderQuerySet
from registrations.models.payments import (
    BY_HAND,
    TRIED_AGAIN,
    BankEntry,
    Invoice,
    Payment,
    PaymentQuerySet,
    Posting,
    ProviderNotice,
    Refund,
    Seller,
)
from registrations.models.questions import FormQuestionQuerySet, Question, Questionnaire, Wording
from registrations.models.registrations import Registration, RegistrationQuerySet
from registrations.models.scoring import Assessor, Criterion, Disqualification, Score
from registrations.models.surveys import Survey, SurveyQuerySet, SurveyResponse
from registrations.models.waiting import Offer, Party, QueueMove

__all__ = [
    "BY_HAND",
    "LIVING_FIRST",
    "TRIED_AGAIN",
    "Answer",
    "AnswerChange",
    "AnswerFile",
    "AnswerQuerySet",
    "ApplicantCategory",
    "Application",
    "ApplicationQuerySet",
    "Assessor",
    "Attendance",
    "BankEntry",
    "Criterion",
    "Decision",
    "Disqualification",
    "Filling",
    "FormQuestionQuerySet",
    "Hold",
    "HoldQuerySet",
    "ImportedRow",
    "ImportedRowQuerySet",
    "InterviewNote",
    "InterviewSlot",
    "InterviewSlotQuerySet",
    "Invite",
    "Invoice",
    "LetterPlan",
    "LetterRound",
    "Lottery",
    "Mailing",
    "NoLetters",
    "NoLettersKey",
    "Offer",
    "Order",
    "OrderLine",
    "OrderQuerySet",
    "Party",
    "Payment",
    "PaymentQuerySet",
    "PeopleImport",
    "PlanTold",
    "Posting",
    "ProviderNotice",
    "Question",
    "Questionnaire",
    "QueueMove",
    "Referral",
    "Refund",
    "Registration",
    "RegistrationQuerySet",
    "ReserveMove",
    "Score",
    "Seller",
    "StageStep",
    "Survey",
    "SurveyQuerySet",
    "SurveyResponse",
    "WalkIn",
    "Wording",
    "letter_plan",
    "selected_by",
]
