from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation, User
from core.fields import DayField
from core.forms import Form, PlainDateInput
from events.filters import QueryField
from events.models import Event, Project


class FeedbackForm(Form):
    """What is not accessible; `website` is for machines that fill in everything."""

    message = forms.CharField(
        label=_("What could you not do, or not read?"), max_length=5000, widget=forms.Textarea({"rows": 6})
    )
    page = forms.CharField(
        label=_("Which page?"), max_length=500, required=False, help_text=_("Its address, or what it is about.")
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        required=False,
        help_text=_("Only if you want an answer. We use it for the answer alone."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    website = forms.CharField(required=False, max_length=500)


class AnswerForm(Form):
    answer = forms.CharField(label=_("Your answer"), max_length=5000, widget=forms.Textarea({"rows": 8}))


class CodeForm(Form):
    source = forms.CharField(
        label=_("Where is the code printed or sent?"),
        max_length=100,
        help_text=_("Example: Postcard, Joutsa. You will see how many came from there."),
    )


class InvitationForm(Form):
    """A colleague, a teacher or a door volunteer, and what they are to see."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    scope = forms.ChoiceField(label=_("Where"))
    last_day = DayField(
        label=_("Last day"),
        required=False,
        widget=PlainDateInput,
        help_text=_("Empty: until the role is taken away. For a volunteer or a teacher give the event's last day."),
    )

    def __init__(
        self, *args: Any, organisation: Organisation, projects: list[Project], events: list[Event], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (organisation.scope, _("All of %(organisation)s") % {"organisation": organisation}),
            *((project.scope, project.name) for project in projects),
            *((event.scope, event.title) for event in events),
        ]

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose today or a later day."))
        return day

    @property
    def expires_at(self) -> datetime | None:
        """The end of the last day."""
        day = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None


class HandOverForm(Form):
    """Who is owner from now on, and what the one who hands over is then."""

    to = forms.ModelChoiceField(label=_("New owner"), queryset=User.objects.none(), empty_label=_("Choose"))
    keeps = forms.ChoiceField(
        label=_("Your own role from now on"),
        choices=[(Role.ORGANISER, Role.ORGANISER.label), (Role.READER, Role.READER.label), ("", _("None"))],
        required=False,
        widget=forms.RadioSelect,
        initial=Role.ORGANISER,
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]


class PeopleForm(Form):
    """Whom somebody looks for. It is sent as a form, never in an address."""

    words = QueryField(
        label=_("Name, e-mail or phone"),
        help_text=_("All or part of it. One slip in a word does no harm."),
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    page = forms.IntegerField(min_value=1, max_value=1000, required=False, widget=forms.HiddenInput)
