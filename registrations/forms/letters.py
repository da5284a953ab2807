"""What organisers write to people, and when it leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import wording
from core.details import Words, WordsForm
from core.errors import Refused
from core.forms import Form, PlainDateTimeInput
from core.segments import count, plain
from core.services import sms
from core.services.texts import Text
from core.templatetags.when import span
from events.models import Event
from registrations.enums import Came, FormState, Status
from registrations.models import LetterPlan
from registrations.services.mailings import BY_TEXT, KNOWN_IN, Choice, OnlyWhatIsNecessary

LONGEST_BODY = 10_000
LONGEST_TEXT = 320
"""Two parts of a text message and a little more, or five in Cyrillic letters."""
HOURS = 14 * 24
BY_SMS = Words(
    _("Text message"),
    LONGEST_TEXT,
    rows=3,
    help=format_lazy(
        _("For those who have no e-mail address but a phone. You may put in: {names}."),
        names=", ".join("{{" + name + "}}" for name in BY_TEXT),
    ),
)


class LetterTextForm(Form):
    """The words of one letter in one language."""

    subject = forms.CharField(label=pgettext_lazy("mail", "Subject"), max_length=200)
    body = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea({"rows": 16}),
        help_text=_("A blank line begins a new paragraph. **Two stars** make words bold."),
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0, max_value=2**31 - 1)

    def text(self) -> Text:
        return Text(self.cleaned_data["subject"], self.cleaned_data["body"])


class LetterPlanForm(Form):
    """Which letters leave by themselves."""

    reminder_hours = forms.IntegerField(
        label=_("Reminder, hours before a meeting"),
        required=False,
        min_value=1,
        max_value=HOURS,
        help_text=_("Those who have a seat are reminded. Empty: nobody is."),
    )
    remind_each = forms.BooleanField(
        label=_("Remind of every meeting"),
        required=False,
        help_text=_("Otherwise only of the first one that somebody comes to."),
    )
    follow_up_hours = forms.IntegerField(
        label=_("Thanks, hours after the last meeting"),
        required=False,
        min_value=1,
        max_value=HOURS,
        help_text=_("Those who came are thanked. Empty: nothing is sent."),
    )


def initial_letter_plan(plan: LetterPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in LetterPlanForm.base_fields}


class MailingForm(WordsForm):
    """A message, and to whom it goes. `nonce` names the form: sent twice, it is one message."""

    words: ClassVar[dict[str, Words]] = {
        "subject": Words(pgettext_lazy("mail", "Subject"), 200),
        "body": Words(_("Message"), LONGEST_BODY, rows=8),
    }
    statuses = forms.MultipleChoiceField(
        label=_("To those who are"),
        choices=Status.choices,
        initial=[Status.CONFIRMED],
        widget=forms.CheckboxSelectMultiple,
    )
    meeting = forms.ChoiceField(label=_("Date"), required=False)
    came = forms.ChoiceField(label=_("Been there"), choices=Came.choices, initial=Came.ANY)
    form = forms.ChoiceField(label=_("Background form"), choices=FormState.choices, initial=FormState.ANY)
    necessary = forms.BooleanField(
        label=_("It is about the event itself"),
        required=False,
        initial=True,
        help_text=_(
            "Who has refused other letters gets it all the same. News and invitations are not about the event."
        ),
    )
    send_at = forms.DateTimeField(
        label=_("Send at"), required=False, widget=PlainDateTimeInput, help_text=_("Empty: at once.")
    )

    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        dates = [(str(each.pk), span(each.starts_at, each.ends_at)) for each in event.timetable]
        self.fields["meeting"].choices = [("", _("All dates")), *dates]  # type: ignore[attr-defined]
        if len(dates) < 2:  # noqa: PLR2004 - with one date there is nothing to choose
            del self.fields["meeting"]
        if not event.project_id:
            del self.fields["form"]

    def asked_words(self) -> dict[str, Words]:
        return self.words | ({"sms": BY_SMS} if sms.on() else {})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for code, _language in settings.LANGUAGES:
            subject, body, text = (data.get(f"{part}_{code}") for part in ("subject", "body", "sms"))
            if text and not body and not subject:
                self.add_error(f"body_{code}", _("Write also the letter for those who have an e-mail address."))
            if text and not data.get("necessary"):
                self.add_error(f"sms_{code}", OnlyWhatIsNecessary.message)
            if bool(subject) != bool(body):
                self.add_error(
                    f"subject_{code}" if body else f"body_{code}", _("Write both the subject and the message.")
                )
            self._check_placeholders(code)
        if not self.errors and not self.written():
            self.add_error(None, _("Write the message in at least one language."))
        return data

    def _check_placeholders(self, code: str) -> None:
        for part, known in KNOWN_IN.items():
            try:
                wording.check(self.cleaned_data.get(f"{part}_{code}") or "", known=known)
            except Refused as refusal:
                self.add_error(f"{part}_{code}", str(refusal))

    def written(self) -> dict[str, dict[str, str]]:
        """What was written, by language."""
        return {
            code: {
                part: self.cleaned_data[f"{part}_{code}"]
                for part in ("subject", "body", "sms")
                if self.cleaned_data.get(f"{part}_{code}")
            }
            for code, _language in settings.LANGUAGES
            if self.cleaned_data.get(f"body_{code}")
        }

    @property
    def parts(self) -> int:
        """Of how many parts the longest text message is, its placeholders not filled in; 0: there is none."""
        texts = [text["sms"] for text in self.written().values() if text.get("sms")]
        return max((count(plain(text)).parts for text in texts), default=0)

    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(
            statuses=data["statuses"],
            meeting=self.event.meeting_of(int(data["meeting"])) if data.get("meeting") else None,
            came=Came(data["came"]),
            form=FormState(data.get("form") or FormState.ANY),
        )

    def begin_anew(self) -> None:
        """What is sent after it was refused is another message, also if the page is that of an earlier one."""
        data = cast("QueryDict", self.data).copy()
        data["nonce"] = str(uuid4())
        self.data = data

    def send_at_or(self, now: datetime) -> datetime:
        return self.cleaned_data["send_at"] or now
