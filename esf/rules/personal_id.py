"""What a Finnish personal identity code says by itself (henkilötunnus: the domain notes, 3.1)."""

from datetime import date

from esf.enums import Gender

CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
"""By the sign in the middle; those beside `+`, `-` and `A` are in use since 2023."""


def born(code: str) -> date:
    """The day of birth in a valid `code`, such as 17 May 1990 in `170590-123A`."""
    return date(CENTURIES[code[6]] + int(code[4:6]), int(code[2:4]), int(code[:2]))


def gender_in_register(code: str) -> Gender:
    """By the individual number: even a woman's, odd a man's. What a person says of themselves may differ."""
    return Gender.M if int(code[7:10]) % 2 else Gender.F


def masked(code: str) -> str:
    """As it may be shown to whoever keeps the form: without the part that the birth date does not tell."""
    return f"{code[:7]}••••"
