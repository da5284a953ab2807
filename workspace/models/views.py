"""Ways of looking at a table that somebody wants to find again."""

from django.db import models
from django.db.models import Q

from accounts.models import User


class SavedView(models.Model):
    """A filter, an order and columns of the table of people, of one user, under a name.

    `query` is what stands in the address. Nobody's data stand there: what is searched for by name is never part of it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
