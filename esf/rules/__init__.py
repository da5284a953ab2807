"""ESF decisions without a database.

Sources: Regulation (EU) 2021/1057 and Regulation (EU) No 1304/2013, Annex I of each; the domain notes.
"""

from esf.rules.joining import Beginning, Day, age_on, beginning, contradictions, unusual_age

__all__ = ["Beginning", "Day", "age_on", "beginning", "contradictions", "unusual_age"]
