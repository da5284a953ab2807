"""The start notice as a person fills it, profile `esfplus_2021`. Wording: see `services.notices.WORDING`."""

from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.collation import alphabetical
from core.fields import BirthDateField, BusinessIdField, PostalCodeField
from core.forms import Form
from core.kept import kept
from core.widgets import LongChoiceField, Options
from esf.enums import ABROAD, Answer, Citizenship, Education, Gender, LabourStatus, UnemploymentDuration
from esf.rules import contradictions
from events.models import Municipality, Project

AT_WORK = {LabourStatus.EMPLOYED, LabourStatus.ENTREPRENEUR}
CHOOSE = ("", _("Choose"))


class BackgroundForm(Form):
    """What the project must know of its participants, asked once, as things stand on the day of registering."""

    shown_if: ClassVar[dict[str, str]] = {
        "unemployment_duration": f"labour_status_start={LabourStatus.UNEMPLOYED}",
        "employer_business_id": f"labour_status_start={LabourStatus.EMPLOYED}|{LabourStatus.ENTREPRENEUR}",
    }

    birth_date = BirthDateField(label=_("Date of birth"), help_text=_("Day, month, year. Example: 31.12.1985"))
    gender = forms.ChoiceField(label=_("Gender"), choices=Gender.choices, widget=forms.RadioSelect)
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

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = _towns(project.pk, timezone.localdate(), get_language() or "fi")
        cast("LongChoiceField", self.fields["municipality_code"]).offer(towns)
        if not project.asks_origin:
            del self.fields["citizenship_group"], self.fields["foreign_background"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        found = contradictions(
            birth_date=data.get("birth_date"),
            labour_status=data.get("labour_status_start", ""),
            unemployment_duration=data.get("unemployment_duration", ""),
            today=timezone.localdate(),
        )
        for field, message in found.items():
            self.add_error(field, str(message))
        if data.get("employer_business_id") and data.get("labour_status_start") not in AT_WORK:
            self.add_error("employer_business_id", _("Leave this empty unless you are at work or an entrepreneur."))
        return data


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
