"""On what terms an event gives its seats."""

from django.db import models
from django.db.models import Q

from events.models.events import Event

LARGEST_PARTY = 30
LONGEST_OFFER_HOURS = 24 * 14
LONGEST_NOTES_DAYS = 731


class Terms(models.Model):
    """An event that has no row of its own has the defaults: see `Event.terms`."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="own_terms")
    offer_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, default=24, help_text="To answer an offer; None: a freed seat is given at once."
    )
    offer_in_working_hours = models.BooleanField(
        default=False, help_text="Weekends and holidays do not count, and no offer ends at night."
    )
    keep_together_hours = models.PositiveSmallIntegerField(
        default=24, help_text="How long freed seats are kept for the group at the head of the queue; 0: not at all."
    )
    largest_party = models.PositiveSmallIntegerField(default=5, help_text="How many one contact may register.")
    asks_company = models.BooleanField(default=False, help_text="People come for a company, by its business ID.")
    may_hand_over = models.BooleanField(default=True, help_text="One who cannot come may give the seat to another.")
    confirm_by_click = models.BooleanField(
        default=False, help_text="A seat is taken only after a link in a mail was pressed."
    )
    changes_close_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on people cannot correct their answers; None: when it is over."
    )

    by_application = models.BooleanField(
        default=False,
        db_default=False,
        help_text="People apply, as many as want to, and the organiser chooses among them.",
    )
    applications_close_at = models.DateTimeField(
        null=True, blank=True, help_text="None: when registration closes, or when it is over."
    )
    shows_reserve_place = models.BooleanField(
        default=False, db_default=False, help_text="Who is on the reserve list sees their place on it."
    )
    calls_reserve = models.BooleanField(
        default=False, db_default=False, help_text="A freed seat is offered to the first in reserve by itself."
    )
    notes_kept_days = models.PositiveSmallIntegerField(
        default=180, db_default=180, help_text="How long notes of interviews are kept after the last date to apply."
    )
    asks_questions = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether there are questions of the organiser's own, so that pages need not look.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(by_application=False) | Q(largest_party=1, may_hand_over=False, offer_hours__isnull=False),
                name="terms_who_applies_is_one_person",
            ),
            models.CheckConstraint(
                condition=Q(by_application=True) | Q(applications_close_at=None),
                name="terms_applications_close_where_people_apply",
            ),
            models.CheckConstraint(
                condition=Q(notes_kept_days__gte=1, notes_kept_days__lte=LONGEST_NOTES_DAYS),
                name="terms_notes_are_not_kept_for_ever",
            ),
            models.CheckConstraint(
                condition=Q(largest_party__gte=1, largest_party__lte=LARGEST_PARTY), name="terms_party_is_sensible"
            ),
            models.CheckConstraint(
                condition=Q(offer_hours=None) | Q(offer_hours__gte=1, offer_hours__lte=LONGEST_OFFER_HOURS),
                name="terms_offer_is_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"terms of event {self.event_id}"
