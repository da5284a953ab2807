"""The start notice as a person fills it, by the questions of the project's programming period.

A change of any label, help or option here is a new version of the wording: see `esf.services.wordings`.
"""

from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.collation import alphabetical
from core.fields import BirthDateField, BusinessIdField, PhoneField, PostalCodeField
from core.forms import Form
from core.kept import kept
from core.widgets import LongChoiceField, Options
from esf.enums import (
    ABROAD,
    Answer,
    Citizenship,
    Education,
    Gender,
    LabourStatus,
    Profile,
    UnemploymentDuration,
)
from esf.rules import contradictions
from esf.rules.questions import ADDRESS, REACH, SCREENS, profile_of, screens, unasked
from events.models import Municipality, Project

AT_WORK = {LabourStatus.EMPLOYED, LabourStatus.ENTREPRENEUR}
CHOOSE = ("", _("Choose"))


def refusable(label: Any, help_text: Any = "") -> forms.ChoiceField:
    """A question of a special category: it has to be met, and nobody has to answer it."""
    return forms.ChoiceField(label=label, help_text=help_text, choices=Answer.choices, widget=forms.RadioSelect)


class BackgroundForm(Form):
    """What the project must know of its participants, asked once, as things stand on the day of registering.

    `screen` leaves only the questions of one of `esf.rules.questions.SCREENS`; `reach` asks how the person is reached,
    where nobody has told it before. The answers are judged as of the day `on`, today if it is not said.
    """

    shown_if: ClassVar[dict[str, str]] = {
        "unemployment_duration": f"labour_status_start={LabourStatus.UNEMPLOYED}",
        "employer_business_id": f"labour_status_start={LabourStatus.EMPLOYED}|{LabourStatus.ENTREPRENEUR}",
    }

    birth_date = BirthDateField(label=_("Date of birth"), help_text=_("Day, month, year. Example: 31.12.1985"))
    gender = forms.ChoiceField(label=_("Gender"), choices=Gender.choices, widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("Give an e-mail address or a phone number, or both."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    phone = PhoneField(label=_("Phone"), required=False)
    municipality_code = LongChoiceField(label=_("Home municipality"))
    labour_status_start = forms.ChoiceField(
        label=_("What is your labour market status when you start the project?"),
        choices=LabourStatus.choices,
        widget=forms.RadioSelect,
    )
    unemployment_duration = forms.ChoiceField(
        label=_("Length of continuous unemployment"),
        help_text=_("Answer only if you are an unemployed jobseeker."),
        choices=[CHOOSE, *UnemploymentDuration.choices],
        required=False,
    )
    employer_business_id = BusinessIdField(
        label=_("Employer's business ID"),
        help_text=_("If you are at work or an entrepreneur and know it. Example: 0165116-3"),
        max_length=20,
        required=False,
    )
    education_level = forms.ChoiceField(
        label=_("Highest completed education"),
        help_text=_("Only education that you have completed with a certificate."),
        choices=[CHOOSE, *Education.choices],
    )
    street_address = forms.CharField(
        label=_("Street address"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    postal_code = PostalCodeField(label=_("Postcode"), required=False)
    post_office = forms.CharField(
        label=_("Town"), max_length=100, required=False, widget=forms.TextInput({"autocomplete": "address-level2"})
    )
    citizenship_group = forms.ChoiceField(
        label=_("Citizenship"), choices=[CHOOSE, *Citizenship.choices], required=False
    )
    foreign_background = forms.ChoiceField(
        label=_("Do you have a foreign background?"), choices=[CHOOSE, *Answer.choices], required=False
    )
    minority = refusable(_("Do you belong to a minority, for example the Roma?"))
    disability = refusable(_("Do you have a disability, or get a disability benefit?"))
    housing_exclusion = refusable(_("Are you homeless, or could you lose your home?"))
    other_disadvantage = refusable(
        _("Is it hard for you to find work for some other reason?"), _("You do not have to tell the reason.")
    )
    jobless_household = refusable(_("Are all the adults of your household without work?"))
    dependent_children = refusable(_("Do children that you support live in your household?"))
    single_adult = refusable(_("Are you the only adult of your household?"))

    def __init__(
        self,
        *args: Any,
        project: Project,
        screen: str = "",
        reach: bool = False,
        on: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on = on or timezone.localdate()
        self.profile = profile_of(project.period)
        left = unasked(self.profile, origin=project.asks_origin, household=settings.ESF_2014_ASKS_HOUSEHOLD)
        for name in left if reach else {*left, *REACH}:
            del self.fields[name]
        for name in REACH if reach else ():
            self.fields[name].expected = True  # type: ignore[attr-defined]  # one of them is needed
        if self.profile == Profile.ESF_2014:
            self._as_in_2014()
        if screen:
            self.fields = {name: field for name, field in self.fields.items() if name in SCREENS[screen]}
        if "municipality_code" in self.fields:
            towns = _towns(project.pk, self.on, get_language() or "fi")
            cast("LongChoiceField", self.fields["municipality_code"]).offer(towns)

    @property
    def ideas(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The screens of a phone, each with those of its questions that are asked."""
        asked = list(self.fields)
        return [(name, [self[each] for each in asked if each in SCREENS[name]]) for name in screens(asked)]

    def _as_in_2014(self) -> None:
        """The address is needed, and foreign background is one of the questions that nobody has to answer."""
        for name in ADDRESS:
            self.fields[name].expected = True  # type: ignore[attr-defined]
        field = self.fields["foreign_background"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - the type checker's
        field.required, field.choices, field.widget = True, Answer.choices, forms.RadioSelect(choices=Answer.choices)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        found = contradictions(
            birth_date=data.get("birth_date"),
            labour_status=data.get("labour_status_start", ""),
            unemployment_duration=data.get("unemployment_duration", ""),
            today=self.on,
        )
        for field, message in found.items():
            self.add_error(field, str(message))
        if data.get("employer_business_id") and data.get("labour_status_start") not in AT_WORK:
            self.add_error("employer_business_id", _("Leave this empty unless you are at work or an entrepreneur."))
        self._refuse_no_address(data)
        self._refuse_no_way_to_reach(data)
        return data

    def _refuse_no_address(self, data: dict[str, Any]) -> None:
        """2014-2020 needs it of everybody who lives in Finland; abroad there is no Finnish postcode."""
        if self.profile != Profile.ESF_2014 or data.get("municipality_code") in {None, ABROAD}:
            return
        for name in ADDRESS:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Fill this in."))

    def _refuse_no_way_to_reach(self, data: dict[str, Any]) -> None:
        if "email" in self.fields and not any(data.get(name) or name in self.errors for name in REACH):
            self.add_error("email", _("Give an e-mail address or a phone number, or both."))


@kept(seconds=60)
def _towns(project_pk: int, day: date, language: str) -> Options:
    """The municipalities of `day` in the alphabet of `language`, the project's own before the others."""
    towns = sorted(Municipality.objects.valid_on(day), key=lambda town: alphabetical(town.name))
    near = set(Project.objects.filter(pk=project_pk).values_list("implementers__municipality_code", flat=True))
    towns.sort(key=lambda town: town.code not in near)  # stable: the project's own towns first, then the alphabet
    return Options(
        (
            ("", gettext("Choose")),
            *((town.code, town.name) for town in towns),
            (ABROAD, gettext("I live outside Finland")),
        )
    )
