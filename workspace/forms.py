from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation
from core.forms import Form
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

    def __init__(
        self, *args: Any, organisation: Organisation, projects: list[Project], events: list[Event], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (organisation.scope, _("All of %(organisation)s") % {"organisation": organisation}),
            *((project.scope, project.name) for project in projects),
            *((event.scope, event.title) for event in events),
        ]
