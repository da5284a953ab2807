"""Whatever people there are: the database says what the rules say, and the figures fit together."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esf.enums import Basis, Profile
from esf.indicators import report
from esf.rules import consistency
from esf.rules.indicators import RULES, codes
from tests import factories as make
from tests.esf import golden
from tests.esf.golden import LONG, ORIGIN, STATUS, Golden

FIRST = dt.date(2026, 1, 1)
DAYS = st.dates(FIRST, dt.date(2026, 12, 30))
_codes = count(30_000)


@st.composite
def lines(draw):
    """A person with one to three spells after each other, each perhaps ended, told of, followed up, or not counted."""
    spells, ends, since = [], [], draw(DAYS)
    for _number in range(draw(st.integers(1, 3))):
        until = since + dt.timedelta(days=draw(st.integers(0, 60)))
        mark = draw(st.sampled_from(["", "", "", "!", "?"]))
        spells.append(f"{mark}{since}..{until}")
        ends.append(draw(_ends(until)))
        since = until + dt.timedelta(days=draw(st.integers(1, 60)))
    status = draw(st.sampled_from("USEBN"))
    return Golden(
        sex=draw(st.sampled_from("FMX")),
        born=str(draw(st.dates(dt.date(1950, 1, 1), dt.date(2012, 12, 31)))),
        town=draw(st.sampled_from(["081", "491", "588", "740", "999"])),
        status=status,
        long=draw(st.sampled_from(sorted(LONG.keys() - {"-"}))) if status == "U" else "-",
        isced=draw(st.sampled_from("012345678")),
        origin=f"{draw(st.sampled_from(sorted(ORIGIN)))} {draw(st.sampled_from('ynr-'))}",
        asked="".join(draw(st.lists(st.sampled_from("ynr-"), min_size=4, max_size=4))),
        spells=" ".join(spells),
        ends=" ".join(ends),
        esfplus="",
        esf="",
        why="",
    )


@st.composite
def _ends(draw, until):
    kind = draw(st.sampled_from(["told", "told", "refused", "-"]))
    if kind != "told":
        return kind
    told = draw(st.sampled_from(sorted(STATUS))) + draw(st.sampled_from("yn"))
    if until.month > 6 or until.year > 2026 or draw(st.booleans()):
        return told
    return f"{told}>{draw(st.sampled_from(sorted(STATUS)))}{until.month + 6:02}-15{draw(st.sampled_from(['', '+']))}"


def figures(project, on):
    return {row.code: row.total for row in report(project=project, on=on).rows if row.basis == Basis.COUNTED}


@pytest.mark.django_db
@pytest.mark.parametrize("profile", Profile)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(lines(), max_size=6), on=DAYS, later=DAYS)
def test_the_database_says_what_the_rules_say_and_the_figures_fit_together(profile, people, on, later):
    golden.register()
    make.privacy_notices()
    project = make.project(
        code=f"S{next(_codes)}",
        period="2021-2027" if profile == Profile.ESFPLUS_2021 else "2014-2020",
        asks_origin=True,
        follows_up=True,
    )
    for number, line in enumerate(people):
        golden.write(project, line, number, profile)

    found = figures(project, on)

    known = [facts for line in people if (facts := golden.facts(line, on))]
    by_rule = {code: sum(code in codes(facts, profile) for facts in known) for code in RULES[profile]}
    assert found == by_rule
    assert report(project=project, on=on).failures == ()
    following = figures(project, max(on, later))
    outputs = [code for code in found if code.startswith(("EECO", "CO"))]
    assert all(found[code] <= following[code] for code in outputs)


def test_sums_that_do_not_hold_are_told_by_name():
    right = dict.fromkeys([*(f"EECO{n:02}" for n in range(1, 18)), *(f"EECR0{n}" for n in range(1, 7))], 0)
    wrong = right | {"EECO01": 2, "EECO02": 1, "EECO03": 2, "EECO09": 2}

    assert consistency.failures(right, Profile.ESFPLUS_2021) == ()
    assert [str(check) for check in consistency.failures(wrong, Profile.ESFPLUS_2021)] == [
        "EECO02 + EECO04 + EECO05 = EECO01",
        "EECO03 ≤ EECO02",
    ]
