from registrations.forms.desk import (
    CancelEventForm,
    CapacityForm,
    PoolForm,
    QueueMoveForm,
    TermsForm,
    initial_pool,
    initial_terms,
)
from registrations.forms.door import ScanForm
from registrations.forms.public import (
    ContactForm,
    HandOverForm,
    LostLinkForm,
    MembersForm,
    ReachForm,
    answers_of,
    contact_of,
    initial_answers,
)
from registrations.forms.questions import QuestionsForm
from registrations.forms.staff import PeopleTableForm, ReferralForm, WalkInForm
from registrations.forms.stands import StandForm, initial_stand

__all__ = [
    "CancelEventForm",
    "CapacityForm",
    "ContactForm",
    "HandOverForm",
    "LostLinkForm",
    "MembersForm",
    "PeopleTableForm",
    "PoolForm",
    "QuestionsForm",
    "QueueMoveForm",
    "ReachForm",
    "ReferralForm",
    "ScanForm",
    "StandForm",
    "TermsForm",
    "WalkInForm",
    "answers_of",
    "contact_of",
    "initial_answers",
    "initial_pool",
    "initial_stand",
    "initial_terms",
]
