from accounts.models.audit import AuditEntry, AuditEntryQuerySet, AuditSeal, AuditSealQuerySet
from accounts.models.employers import (
    Employer,
    EmployerContact,
    EmployerImport,
    EmployerImportQuerySet,
    EmployerNote,
    EmployerQuerySet,
    EmployerStage,
)
from accounts.models.grants import SCOPE, Grant, GrantQuerySet
from accounts.models.links import PersonalLink, PersonalLinkQuerySet
from accounts.models.merges import PeopleApart, PersonMerge
from accounts.models.organisations import MUNICIPALITY_CODE, Organisation, OrganisationQuerySet
from accounts.models.people import Person, PersonQuerySet, PersonScope, PersonSpelling
from accounts.models.privacy import PrivacyNotice, PrivacyNoticeQuerySet
from accounts.models.users import User, UserManager

__all__ = [
    "MUNICIPALITY_CODE",
    "SCOPE",
    "AuditEntry",
    "AuditEntryQuerySet",
    "AuditSeal",
    "AuditSealQuerySet",
    "Employer",
    "EmployerContact",
    "EmployerImport",
    "EmployerImportQuerySet",
    "EmployerNote",
    "EmployerQuerySet",
    "EmployerStage",
    "Grant",
    "GrantQuerySet",
    "Organisation",
    "OrganisationQuerySet",
    "PeopleApart",
    "Person",
    "PersonMerge",
    "PersonQuerySet",
    "PersonScope",
    "PersonSpelling",
    "PersonalLink",
    "PersonalLinkQuerySet",
    "PrivacyNotice",
    "PrivacyNoticeQuerySet",
    "User",
    "UserManager",
]
