"""What another system sends instead of a filled form, judged by the same forms as a visitor's."""

from typing import Any

from django.utils.translation import gettext as _
from ninja import Field

from api.v1.problems import FieldError, wrong_fields
from api.v1.types import Body, Day, Language, example, line
from core.forms import Form
from esf.enums import Answer, Citizenship, Education, Gender, LabourStatus, UnemploymentDuration
from esf.forms import BackgroundForm
from events.models import Event
from registrations.forms import ContactForm

OF_2014 = Field(None, description="Only where a project of 2014–2020 asks for it; `REFUSED` is an answer.")


class BackgroundIn(Body):
    """The start notice's answers. Codes: see the values of each field."""

    birth_date: Day
    gender: Gender
    municipality_code: str = Field(pattern=r"^[0-9]{3}$", description="Home municipality; `999` is abroad.")
    labour_status_start: LabourStatus
    unemployment_duration: UnemploymentDuration | None = Field(None, description="Of the unemployed only.")
    employer_business_id: str = line(20, "Of those at work only, if they know it.", default="")
    education_level: Education
    street_address: str = line(200, default="")
    postal_code: str = Field("", pattern=r"^([0-9]{5})?$")
    post_office: str = line(100, default="")
    citizenship_group: Citizenship | None = Field(None, description="Only where the project asks for it.")
    foreign_background: Answer | None = Field(None, description="Only where the project asks for it.")
    minority: Answer | None = OF_2014
    disability: Answer | None = OF_2014
    housing_exclusion: Answer | None = OF_2014
    other_disadvantage: Answer | None = OF_2014
    jobless_household: Answer | None = OF_2014
    dependent_children: Answer | None = OF_2014
    single_adult: Answer | None = OF_2014


class RegistrationIn(Body):
    """Who comes. They have read the privacy notices and confirmed what `background` says: that is yours to see to."""

    model_config = example(
        first_name="Aino",
        last_name="Esimerkki",
        email="aino@example.org",
        phone="040 123 4567",
        language="fi",
        background={
            "birth_date": "1990-05-17",
            "gender": "F",
            "municipality_code": "081",
            "labour_status_start": "UNEMPLOYED",
            "unemployment_duration": "M12_24",
            "education_level": "ISCED3",
        },
        accept_queue=True,
    )

    first_name: str = line(100, least=1)
    last_name: str = line(100, least=1)
    email: str = line(254, "The ticket goes there.", least=3)
    phone: str = line(30, "Finnish, or with a plus sign.", default="")
    language: Language = Field(description="In which we write to the person.")
    support_needs: str = line(500, "What helps the person to take part; nothing about health.", default="")
    background: BackgroundIn | None = Field(None, description="Needed where the event's `asks_background` is true.")
    meeting_id: int | None = Field(None, ge=1, le=2**31 - 1, description="Where each meeting has seats of its own.")
    pool_id: int | None = Field(
        None, ge=1, le=2**31 - 1, description="One of the event's `pools`, where there are several to choose among."
    )
    price_id: int | None = Field(
        None, ge=1, le=2**31 - 1, description="One of the event's `prices`; left out: the first of them."
    )
    accept_queue: bool = Field(False, strict=True, description="Whether a place on the waiting list will do.")


def filled(event: Event, body: RegistrationIn) -> tuple[ContactForm, BackgroundForm | None]:
    """The screens that a visitor would fill, filled and found right.

    :raises ApiError: 422, naming each field
    """
    contact = ContactForm(_values(body))
    background, errors = _background(event, body.background)
    errors = [*_errors(contact), *errors]
    if errors:
        raise wrong_fields(errors)
    return contact, background


def _background(event: Event, given: BackgroundIn | None) -> tuple[BackgroundForm | None, list[FieldError]]:
    asked = event.project if event.asks_start_notice else None
    if asked is None:
        unasked = [FieldError(field="background", message=_("This event does not ask for it: leave it out."))]
        return None, unasked if given else []
    if given is None:
        return None, [FieldError(field="background", message=_("Fill this in."))]
    form = BackgroundForm(_values(given), project=asked)
    unasked = [
        FieldError(field=f"background.{name}", message=_("This project does not ask for it: leave it out."))
        for name in given.model_dump(exclude_none=True)
        if name not in form.fields
    ]
    return form, [*_errors(form, "background."), *unasked]


def _values(given: Body) -> dict[str, Any]:
    """As a browser would send them."""
    return given.model_dump(mode="json", exclude_none=True)


def _errors(form: Form, prefix: str = "") -> list[FieldError]:
    return [
        FieldError(field=prefix + name, message=str(message))
        for name, messages in form.errors.items()
        for message in messages
    ]
