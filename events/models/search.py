"""What the catalogue's search looks through, written anew whenever an event changes: see `events.services.search`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from events.models.events import Event


class SearchWord(models.Model):
    """A stem that some event's texts contain."""

    text = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.text


class SearchEntry(models.Model):
    """One event as the search knows it. Lists hold their codes each between spaces: ` fi sv `."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="search")
    edition = models.PositiveSmallIntegerField(help_text="Of the rules that made the stems.")
    words = models.ManyToManyField(SearchWord, through="SearchHit", related_name="entries")
    spoken = models.CharField(max_length=40, default=" ")
    audiences = models.CharField(max_length=200, default=" ")
    towns = models.TextField(default=" ", help_text="Where it meets.")
    online = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.event)


class SearchHit(models.Model):
    """That an event has a word. Its unique index begins with the word, so that a search reads the index alone."""

    word = models.ForeignKey(SearchWord, on_delete=models.CASCADE, db_index=False, related_name="hits")
    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="hits")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "entry"], name="search_hit_once")]

    def __str__(self) -> str:
        return f"{self.entry}: {self.word}"


class SearchTurn(models.Model):
    """One row that counts the changes, so that what was found once may be kept until the next."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="search_turn_only_one")]

    def __str__(self) -> str:
        return str(self.number)
