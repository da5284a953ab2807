"""Form fields for what Finns write in more than one way."""

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import hetu, ytunnus

PHONE_CHARACTERS = set("+0123456789 ()-/.")


class PhoneField(forms.CharField):
    """A phone number, Finnish unless it starts with a plus sign; cleaned to E.164."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}), **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        number = _phone_number(text)
        if number is None:
            raise ValidationError(_("Check the phone number. Example: 040 123 4567"))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def textable(phone: str) -> str:
    """A phone number in the form of E.164, if text messages may reach it; otherwise an empty string."""
    number = _phone_number(phone) if phone else None
    if number is None or phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _phone_number(text: str) -> phonenumbers.PhoneNumber | None:
    """The number in `text`; None when it is none. Letters are slips, not extensions."""
    if not set(text) <= PHONE_CHARACTERS:
        return None
    try:
        number = phonenumbers.parse(text, "FI")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def readable(phone: str) -> str:
    """An E.164 number as people read it, `+358 50 5550141`; anything else as it is."""
    number = _phone_number(phone) if phone else None
    if number is None:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class NameField(forms.CharField):
    """Part of a person's name. It will stand in mails that we send, so it can hold no address and no second line."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if any(unicodedata.category(letter).startswith("C") or letter in "/:@<>" for letter in text):
            raise ValidationError(_("Write the name with letters only."))
        return text


class BirthDateField(forms.DateField):
    """A birth date as Finns write it, 31.12.1985; typed, because a date picker is slow for years long past."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"inputmode": "numeric", "autocomplete": "bday", "placeholder": ""}, format="%d.%m.%Y")
        super().__init__(
            input_formats=["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d%m%Y"],
            widget=widget,
            error_messages={"invalid": _("Write the date as day.month.year, for example 31.12.1985.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> date | None:
        return super().to_python(value.replace(" ", "") if isinstance(value, str) else value)


class PostalCodeField(forms.RegexField):
    """A Finnish postcode, five digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            regex=r"^[0-9]{5}$",
            strip=True,
            error_messages={"invalid": _("A Finnish postcode has five digits, for example 19600.")},
            widget=forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric"}),
            **kwargs,
        )


class BusinessIdField(forms.CharField):
    """A Finnish business identity code (Y-tunnus) with a right check digit, cleaned to `1234567-8`."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            number = ytunnus.validate(text)
        except NumberError as wrong:
            raise ValidationError(_("Check the business ID. Example: 0165116-3")) from wrong
        return f"{number[:7]}-{number[7:]}"


class PersonalIdField(forms.CharField):
    """A Finnish personal identity code, cleaned to `170590-123A`.

    Those with 900-999 are of test persons, and nobody's; `settings.TEST_PERSONS` lets them in.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=15, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}), **kwargs
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return hetu.validate("".join(text.split()), allow_temporary=settings.TEST_PERSONS)
        except NumberError as wrong:
            raise ValidationError(
                _("Check the personal identity code: it is eleven characters long, and its last one tells of slips.")
            ) from wrong


class NumberField(forms.DecimalField):
    """A number as Finns write it, with a comma or a dot."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say what its parent returns
        plain = "".join(value.split()).replace(",", ".").replace("−", "-") if isinstance(value, str) else value
        return super().to_python(plain)


class EuroField(NumberField):
    """A sum in euros as people write it, cleaned to whole cents."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=most // 100,
            decimal_places=2,
            error_messages={"max_decimal_places": _("Write euros and cents, for example 55,00.")},
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:
        euros = super().clean(value.replace("€", "") if isinstance(value, str) else value)
        return None if euros is None else int(euros * 100)


class DayField(forms.DateField):
    """A day that somebody plans for: of this century, so that whatever is reckoned from it is a day too."""

    def __init__(self, **kwargs: Any) -> None:
        within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
        super().__init__(validators=within, **kwargs)
