"""Common output and result indicators: queries, never stored figures.

Regulation (EU) 2021/1057, Annex I, for projects of 2021–2027; Regulation (EU) No 1304/2013, Annex I, for those of
2014–2020. The rules themselves are in `esf.rules.indicators`.
"""

from esf.indicators.breakdowns import Part, breakdown
from esf.indicators.choosing import AGE_GROUPS, EVERYBODY, PROFILES, AgeGroup, Choice
from esf.indicators.months import Point, over_time
from esf.indicators.reporting import Report, Row, labels, report

__all__ = [
    "AGE_GROUPS",
    "EVERYBODY",
    "PROFILES",
    "AgeGroup",
    "Choice",
    "Part",
    "Point",
    "Report",
    "Row",
    "breakdown",
    "labels",
    "over_time",
    "report",
]
