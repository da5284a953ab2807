"""Sixty people with what each counts in, read from `people.txt`, where the columns are told; and `totals.txt`."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from accounts.enums import NoticePurpose
from accounts.models import PrivacyNotice
from esf.enums import (
    SENSITIVE,
    Answer,
    CollectionOutcome,
    EndedBy,
    EnteredBy,
    Gender,
    LabourStatus,
    NoticeChannel,
    Profile,
    SupportedKind,
    UnemploymentDuration,
)
from esf.models import EndNotice, Estimate, Participation, StartNotice, SupportedOrganisation
from esf.rules import age_on
from esf.rules.indicators import Facts
from events.enums import Period
from events.models import Municipality
from tests import factories as make
from tests.factories import NOW

ON = dt.date(2026, 11, 30)
STATUS = {
    "U": LabourStatus.UNEMPLOYED, "S": LabourStatus.STUDYING, "E": LabourStatus.EMPLOYED,
    "B": LabourStatus.ENTREPRENEUR, "N": LabourStatus.NONE,
}  # fmt: skip
LONG = {
    "-": "", "6": UnemploymentDuration.M0_6, "12": UnemploymentDuration.M6_12, "24": UnemploymentDuration.M12_24,
    "24+": UnemploymentDuration.M24P,
}  # fmt: skip
ORIGIN = {"FI": "FI", "EU": "EU", "3": "THIRD", "0": "STATELESS"}
ANSWER = {"y": Answer.YES, "n": Answer.NO, "r": Answer.REFUSED, "-": ""}
TOWNS = [  # code, name, last day, successor, degree of urbanisation
    ("081", "Hartola", None, None, 3),
    ("491", "Mikkeli", None, None, 2),
    ("507", "Mäntyharju", None, None, 3),
    ("588", "Pertunmaa", dt.date(2024, 12, 31), "507", None),
    ("740", "Savonlinna", None, None, None),
]
FIELDS = (
    "sex",
    "born",
    "town",
    "status",
    "long",
    "isced",
    "origin",
    "asked",
    "spells",
    "ends",
    "esfplus",
    "esf",
    "why",
)


@dataclass(frozen=True)
class Golden:
    """One line of the table."""

    sex: str
    born: str
    town: str
    status: str
    long: str
    isced: str
    origin: str
    asked: str
    spells: str
    ends: str
    esfplus: str
    esf: str
    why: str

    def codes(self, profile: Profile) -> frozenset[str]:
        """The indicators that the hand has put the person into."""
        written, start, end = (self.esfplus, "EECO", "EECR") if profile == PLUS else (self.esf, "CO", "CR")
        return frozenset(f"{end}0{each[1]}" if each.startswith("R") else start + each for each in written.split())


PLUS = Profile.ESFPLUS_2021


def _rows(name):
    """The cells of each line of a table that is no remark."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


PEOPLE = tuple(Golden(*cells) for cells in _rows("people.txt"))
COUNTS = {code: tuple(map(int, numbers)) for code, *numbers in _rows("totals.txt")}
TOTALS = {
    PLUS: {code: numbers for code, numbers in COUNTS.items() if code.startswith("EE")},
    Profile.ESF_2014: {code: numbers for code, numbers in COUNTS.items() if not code.startswith("EE")},
}
"""Of each profile by indicator: in all, women, men, others."""


def project(profile=PLUS, **fields):
    """A project with the sixty in it; answers about special categories only in the profile that asks them."""
    register()
    make.privacy_notices()
    period = Period.P2021 if profile == PLUS else Period.P2014
    made = make.project(
        **{"period": period, "starts_on": dt.date(2024, 1, 1), "asks_origin": True, "follows_up": True} | fields
    )
    for number, each in enumerate(PEOPLE):
        write(made, each, number, profile)
    return made


def register():
    for code, name, valid_to, successor, degurba in TOWNS:
        Municipality.objects.update_or_create(
            code=code,
            defaults={
                "name": name,
                "valid_from": dt.date(2014, 1, 1),
                "valid_to": valid_to,
                "successor_id": successor,
                "degurba": degurba,
            },
        )


def write(project, line, number, profile=PLUS, implementer=None):
    """The person of a line, with their spells, forms and ends. Return the spells."""
    person = make.person(last_name=f"Kultainen{number}")
    ends = line.ends.split() if line.ends else []
    spells = [
        _spell(project, line, person, index, text, profile, implementer)
        for index, text in enumerate(line.spells.split())
    ]
    for spell, end in zip(spells, ends, strict=False):
        if end != "-":
            _end(spell, end)
    return spells


def _spell(project, line, person, index, text, profile, implementer):
    counted, formless = not text.startswith("!"), text.startswith("?")
    begin, _dots, end = text.lstrip("!?").partition("..")
    begin, _slash, other = begin.partition("/")
    notice = (
        None
        if formless or (index and not other and _formed(person))
        else _notice(project, line, person, other, profile)
    )
    return Participation.objects.create(
        person=person,
        project=project,
        implementer=implementer,
        started_on=day(begin),
        ended_on=day(end) if end else None,
        ended_by=EndedBy.STAFF if end else "",
        ended_at=NOW if end else None,
        reason="test",
        start_notice=notice,
        begun_at=NOW,
        counted=counted,
        not_counted_because="" if counted else "an information session",
        not_counted_at=None if counted else NOW,
    )


def _formed(person):
    """Whether a spell that counts has the form already: nobody is asked twice."""
    return Participation.objects.filter(person=person, counted=True, start_notice__isnull=False).exists()


def _notice(project, line, person, other, profile):
    citizenship, background = line.origin.split()
    old = profile == Profile.ESF_2014
    asked = dict(zip(("minority", "disability", "housing_exclusion", "other_disadvantage"), line.asked, strict=True))
    status = STATUS[other or line.status]
    return StartNotice.objects.create(
        person=person,
        project=project,
        source=f"golden:{person.pk}:{other}:{StartNotice.objects.count()}",
        profile=profile,
        first_name=person.first_name,
        last_name=person.last_name,
        birth_date=dt.date.fromisoformat(line.born),
        gender=line.sex,
        municipality_code=line.town,
        email=f"{person.last_name}@example.fi",
        language="fi",
        labour_status_start=status,
        unemployment_duration=LONG[line.long] if status == LabourStatus.UNEMPLOYED else "",
        education_level=f"ISCED{line.isced}",
        citizenship_group=ORIGIN[citizenship],
        foreign_background=ANSWER[background],
        **{name: ANSWER[asked[name]] if old and name in asked else "" for name in SENSITIVE},
        privacy_notice=PrivacyNotice.objects.current(NoticePurpose.ESF),
        info_given_at=NOW,
        confirmed_at=NOW,
        submitted_at=NOW,
        wording="2026-11",
    )


def _end(spell, text):
    told, _more, followed = text.partition(">")
    told, _at, as_of = told.partition("@")
    outcome = {"refused": CollectionOutcome.REFUSED, "lost": CollectionOutcome.NOT_REACHED}.get(told)
    collected = {} if outcome else {
        "labour_status_end": STATUS[told[0]],
        "status_as_of": day(as_of) if as_of else spell.ended_on or ON,
        "qualification": ANSWER[told[1]],
    }  # fmt: skip
    followup = {} if not followed else {
        "followup_status": STATUS[followed[0]],
        "followup_on": day(followed[1:6]),
        "improved_situation": Answer.YES if followed.endswith("+") else "",
    }  # fmt: skip
    EndNotice.objects.create(
        participation=spell,
        collection_outcome=outcome or CollectionOutcome.COLLECTED,
        wording="2026-11",
        channel=NoticeChannel.LINK,
        entered_by=EnteredBy.SELF,
        submitted_at=NOW,
        **collected,
        **followup,
    )


def day(text):
    return dt.date.fromisoformat(text if text.count("-") > 1 else f"2026-{text}")


def estimates(project):
    """EECO12: of women 3, then 4, and 9 only after the reporting day; of men 2; of others nothing was said."""
    by = make.user()
    for gender, value, on in (
        (Gender.F, 3, "06-01"), (Gender.M, 2, "06-01"), (Gender.F, 4, "10-01"), (Gender.F, 9, "12-15"),
    ):  # fmt: skip
        Estimate.objects.create(
            project=project, indicator="EECO12", gender=gender, value=value, method="From talks with the groups",
            day=day(on), at=NOW, by=by,
        )  # fmt: skip


def organisations(project):
    """One public body, and two enterprises small enough, one of them helped twice; the others count in neither."""
    for number, (business_id, kind, on, removed) in enumerate([
        ("0165116-3", SupportedKind.PUBLIC, "03-10", ""),
        ("0169321-6", SupportedKind.MICRO, "03-10", ""),
        ("0164690-3", SupportedKind.MEDIUM, "03-10", ""),
        ("0164690-3", SupportedKind.MEDIUM, "04-10", ""),
        ("2048903-4", SupportedKind.LARGE, "03-10", ""),
        ("0166906-4", SupportedKind.UNKNOWN, "03-10", ""),
        ("1234567-1", SupportedKind.SMALL, "03-10", "was no help"),
        ("7654321-2", SupportedKind.SMALL, "12-10", ""),
    ]):  # fmt: skip
        SupportedOrganisation.objects.create(
            project=project, business_id=business_id, name=f"Yritys {number}", kind=kind, day=day(on),
            evidence="Coaching", source=f"test:{number}", at=NOW, removed_because=removed,
        )  # fmt: skip


def spells_of(line):
    """(first day, last day, whether it counts, whether there is a form for it, how it ended), in order."""
    ends = line.ends.split()
    found = []
    for index, text in enumerate(line.spells.split()):
        begin, _dots, end = text.lstrip("!?").partition("..")
        found.append((
            day(begin.partition("/")[0]), day(end) if end else None, not text.startswith("!"),
            not text.startswith("?"), ends[index] if index < len(ends) else "-",
        ))  # fmt: skip
    return found


def facts(line, on=ON):
    """What is known of the person of a line by the day `on`, told without a database; None: they do not count."""
    spells = [spell for spell in spells_of(line) if spell[2]]
    formed = [spell for spell in spells if spell[3]]
    if not formed or formed[0][0] > on:
        return None
    _first, left, _counts, _form, end = [spell for spell in spells if spell[0] <= on][-1]
    told = end if left and left <= on and end not in ("-", "refused", "lost") else ""
    told, _more, followed = told.partition(">")
    if followed and day(followed[1:6]) > on:
        followed = ""
    citizenship, background = line.origin.split()
    minority, disability, housing, other = (ANSWER[each] for each in line.asked)
    return Facts(
        age=age_on(dt.date.fromisoformat(line.born), formed[0][0]),
        status=STATUS[line.status],
        duration=LONG[line.long],
        education=f"ISCED{line.isced}",
        citizenship=ORIGIN[citizenship],
        foreign_background=ANSWER[background],
        minority=minority,
        disability=disability,
        housing_exclusion=housing,
        other_disadvantage=other,
        degurba=DEGURBA.get(line.town),
        end_status=STATUS[told[0]] if told else "",
        qualification=ANSWER[told[1]] if told else "",
        followup_status=STATUS[followed[0]] if followed else "",
        improved=Answer.YES if followed.endswith("+") else "",
    )


DEGURBA = {code: degree for code, _name, _last, _successor, degree in TOWNS if degree} | {"588": 3}
