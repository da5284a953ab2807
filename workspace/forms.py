from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation
from core.forms import Form
from events.models import Event, Project


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
