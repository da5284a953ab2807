"""One visitor's way through the form: its screens, and which of them are filled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import get_language

from esf.forms import BackgroundForm
from events.models import Event, Meeting
from registrations.enums import HoldKind
from registrations.forms import (
    ContactForm,
    Costs,
    GivenBeforeForm,
    MembersForm,
    QuestionsForm,
    answers_of,
    contact_of,
)
from registrations.models import ApplicantCategory, Hold
from registrations.services.questions.answering import Filled
from registrations.services.seats import Claimant, Company, Deal
from registrations.views.asked import GROUP, ME, Asks

CONTACT, MEMBERS, BACKGROUND, SUMMARY = "contact", "members", "background", "summary"
Screen = ContactForm | MembersForm | BackgroundForm | GivenBeforeForm | QuestionsForm


@dataclass(frozen=True)
class Journey:
    """`says_before`: the visitor wants to say that they gave the background form before; None: as the draft has it."""

    hold: Hold
    event: Event
    token: str
    says_before: bool | None = None

    @cached_property
    def steps(self) -> list[str]:
        """Who comes along is asked of several people, the background of a contact who comes too."""
        members = [MEMBERS] if self.others else []
        asked = [BACKGROUND] if self.comes and self.event.asks_start_notice and self.event.project else []
        return [CONTACT, *members, *asked, *self.asks.steps, SUMMARY]

    @cached_property
    def asks(self) -> Asks:
        """The organiser's own questions: to the group, to the contact, to those whom the contact sees to."""
        contact, members = self.hold.draft.get(CONTACT, {}), self.hold.draft.get(MEMBERS, {})
        return Asks(self.hold, self.event, comes=self.comes, others=self.others, contact=contact, members=members)

    @cached_property
    def categories(self) -> list[ApplicantCategory]:
        """As what one can apply."""
        if self.hold.kind != HoldKind.APPLY:
            return []
        return list(ApplicantCategory.objects.filter(event=self.event.pk).order_by("position"))

    @property
    def is_party(self) -> bool:
        """Whether a contact answers for people, or a company for one."""
        return self.hold.seats > 1 or self.event.terms.asks_company

    @property
    def comes(self) -> bool:
        """Whether the contact is one of those who come, by what was typed on the first screen."""
        return bool(self.hold.draft.get(CONTACT, {}).get("coming", "yes") != "no")

    @property
    def others(self) -> int:
        return self.hold.seats - self.comes

    def form(self, step: str, data: QueryDict | None = None) -> Screen:
        """The screen `step`, filled with `data`, else with its draft; blank ones start in the visitor's language."""
        draft = self.asks.typed(step) if step in self.asks.steps else self.hold.draft.get(step)
        initial = {"language": get_language()}
        values: Any = data if data is not None else draft
        if step == CONTACT:
            terms = self.event.terms
            return ContactForm(
                values,
                initial=initial,
                stops=self.event.stops,
                several=self.hold.seats > 1,
                company=terms.asks_company,
                categories=self.categories,
                applies=self.hold.kind == HoldKind.APPLY,
                costs=self.costs,
            )
        if step == MEMBERS:
            contact = self.hold.draft.get(CONTACT, {})
            return MembersForm(values, number=self.others, contact=contact, comes=self.comes, costs=self.costs)
        if step in self.asks.steps:
            return self.asks.form(step, values)
        if self.event.project is None:
            raise Http404
        if self._says_before(data, draft):
            return GivenBeforeForm(values if values and GivenBeforeForm.MARK in values else None)
        values = None if values and GivenBeforeForm.MARK in values else values
        return BackgroundForm(values, initial=initial, project=self.event.project)

    def _says_before(self, data: QueryDict | None, draft: dict[str, str] | None) -> bool:
        if data is None and self.says_before is not None:
            return self.says_before
        return GivenBeforeForm.MARK in (data if data is not None else draft or {})

    @cached_property
    def forms(self) -> dict[str, Screen]:
        """The filled screens, valid or not, by step."""
        return {step: self.form(step) for step in self.steps[:-1] if step in self.hold.draft}

    @property
    def asks_about(self) -> str:
        """What makes this event's blank screens differ from another's."""
        told = f"{self.hold.seats}{self.others}" if self.is_party else ""
        own = (
            self.event.version if self.event.stops or self.event.price_list or self.hold.kind == HoldKind.APPLY else ""
        )
        return f"{own}/{told}/{self.event.terms.asks_company}/{bool(self.says_before)}"

    def meeting(self, now: datetime) -> Meeting | None:
        """The date that it is for, else the event's next."""
        return self.event.meeting_of(self.hold.pool.meeting_id) or self.event.next_meeting(now)

    def first_open(self) -> str:
        """The first screen that is not filled rightly, the summary when all are."""
        return next((step for step in self.steps[:-1] if not self._filled(step)), SUMMARY)

    def reachable(self, wanted: str) -> str:
        """`wanted` if it has been reached, else the first open screen."""
        first = self.first_open()
        return wanted if wanted in self.steps[: self.steps.index(first) + 1] else first

    def after(self, step: str) -> str:
        return self.steps[self.steps.index(step) + 1]

    def before(self, step: str) -> str:
        return self.steps[max(0, self.steps.index(step) - 1)]

    @property
    def contact(self) -> ContactForm:
        form = self.forms[CONTACT]
        assert isinstance(form, ContactForm)  # noqa: S101 - the type checker's, not the visitor's
        return form

    def claimants(self) -> list[Claimant]:
        """Those who come, by valid screens: the contact first, if they do."""
        background = self.forms.get(BACKGROUND)
        background = background if isinstance(background, BackgroundForm | GivenBeforeForm) else None
        who, typed = contact_of(self.contact, background), self.contact.cleaned_data
        mine = Claimant(
            contact=who,
            answers=answers_of(background, who) if isinstance(background, BackgroundForm) else None,
            support_needs=typed["support_needs"],
            pick_up=self.contact.stop,
            category=typed.get("category"),
            price=self._my_price(),
        )
        members = self.forms.get(MEMBERS)
        others = members.claimants(who) if isinstance(members, MembersForm) else []
        mine = replace(mine, filled=[*self.asks.filled(ME), *([] if self.is_party else self.asks.filled(GROUP))])
        others = [replace(each, filled=self.asks.filled(str(number))) for number, each in enumerate(others, start=1)]
        return [*([mine] if self.comes else []), *others]

    @cached_property
    def costs(self) -> Costs | None:
        """What the seats cost; None: nothing."""
        chosen = self.event.pool_of(self.hold.chosen_id) if self.event.price_list else None
        costs = Costs.of(self.event, chosen, timezone.now()) if chosen else None
        return costs if costs and costs.prices else None

    def _my_price(self) -> int | None:
        found = self.costs.find(self.contact.cleaned_data.get("price", "")) if self.costs else None
        return found.pk if found else None

    @cached_property
    def bill(self) -> list[tuple[str, str, int]]:
        """What is to be paid, as (who, what, cents) rows; of a form whose screens are all valid."""
        if self.costs is None:
            return []
        known, discount = {price.pk: price for price in self.costs.prices}, self.contact.discount
        rows = []
        for who in self.claimants():
            price = known.get(who.price or 0)
            name = f"{who.contact.first_name} {who.contact.last_name}"
            rows.append((name, price.name if price else "", self.costs.cents(price, discount)))
        return rows

    @property
    def total(self) -> int:
        """In cents."""
        return sum(cents for _who, _what, cents in self.bill)

    def deal(self, seen: int | None) -> Deal:
        """What was agreed about paying.

        :param seen: the sum that was shown, in cents
        """
        typed = self.contact.cleaned_data if self.costs else {}
        return Deal(code=typed.get("code", ""), seen=seen)

    def of_group(self) -> list[Filled]:
        """What the group was asked once."""
        return self.asks.filled(GROUP)

    def company(self) -> Company | None:
        typed = self.contact.cleaned_data
        if not typed.get("company"):
            return None
        return Company(name=typed["company"], business_id=typed["business_id"])

    def _filled(self, step: str) -> bool:
        return step in self.forms and self.forms[step].is_valid()
