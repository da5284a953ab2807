"""Anonymous surveys. Nothing here, and nothing elsewhere in the database, tells who has answered (ADR 16)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.secrets import new_token
from events.models import Event
from registrations.enums import Respondent
from registrations.models.questions import Questionnaire


class SurveyQuerySet(models.QuerySet["Survey"]):
    def open_at(self, moment: datetime) -> Self:
        return self.filter(opens_at__lte=moment, closes_at__gt=moment)

    def of_event(self, event: Event) -> Self:
        return self.filter(questionnaire__event=event).select_related("questionnaire__event").order_by("pk")


class Survey(models.Model):
    """A questionnaire that everybody of one kind may answer by one common address while it is open."""

    questionnaire = models.OneToOneField(Questionnaire, on_delete=models.CASCADE, related_name="survey")
    respondent = models.CharField(max_length=9, choices=Respondent)
    token = models.CharField(
        max_length=32, unique=True, default=new_token, help_text="In its address; the same for all."
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    invited = models.PositiveIntegerField(null=True, blank=True, help_text="How many were asked; None: who came.")
    may_name = models.BooleanField(default=False, help_text="Whoever answers may say for which organisation.")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(respondent__in=Respondent.values), name="survey_respondent_known"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="survey_opens_before_it_closes"),
            models.CheckConstraint(
                condition=Q(may_name=False) | Q(respondent=Respondent.EMPLOYER), name="survey_only_employers_may_name"
            ),
            models.CheckConstraint(condition=~Q(token=""), name="survey_has_an_address"),
        ]

    def __str__(self) -> str:
        return f"survey {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("registrations:survey", args=[self.token])

    @property
    def url(self) -> str:
        """With the site's name, in the language that is active."""
        return settings.SITE_URL + self.get_absolute_url()

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at


class SurveyResponse(models.Model):
    """What somebody has answered, and nothing else: no person, no time, no number in the order of answering.

    All rows of a survey are written anew, in an order drawn by lot, whenever one is added: see `surveys.answering`.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses")
    answers = models.JSONField(help_text="By the keys of the wordings that were answered.")
    quotable = models.JSONField(default=list, blank=True, help_text="Keys of wordings whose text may be quoted.")
    organisation = models.CharField(max_length=200, blank=True, help_text="Only if whoever answers wants to be known.")
    business_id = models.CharField(max_length=9, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(business_id="") | ~Q(organisation=""), name="survey_response_business_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return "a response"
