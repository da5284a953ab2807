"""Texts that organisers have written in place of the built-in ones."""

from django.conf import settings
from django.db import models


class LetterText(models.Model):
    """The words of one letter at one moment, in one language: of everything in `scope`, or of one kind of thing in it.

    `scope`, `kind` and `moment` are opaque here; the app that sends the letter knows them. `edition` is raised at each
    change, so that two who edit at once do not overwrite each other.
    """

    scope = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, blank=True)
    moment = models.CharField(max_length=40)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    edition = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "kind", "moment", "language"], name="letter_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.moment} in {self.language} of {self.scope}"
