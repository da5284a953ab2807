"""What `accounts` keeps of two people who are one: see `core.personal`.

The merged one's row, scopes and spellings stay where they are, unused: so their old form leads to who they are, and
everything is there when the merge is undone. The survivor becomes known wherever the merged one was, and gets the login
if they have none.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person, PersonScope
from core.personal import Journal, PersonalData, Words


class Known(PersonalData):
    name = "accounts"
    covers = frozenset(
        {
            "accounts.PersonScope.person",
            "accounts.PersonSpelling.person",  # made anew of the survivor's values and the merged one's
            "accounts.Person.merged_into",  # the merge itself, like the three below
            "accounts.PersonMerge.survivor",
            "accounts.PersonMerge.merged",
            "accounts.PeopleApart.lower",  # whoever asks follows `merged_into`
            "accounts.PeopleApart.higher",
        }
    )

    def obstacles(self, *, source: int, target: int) -> list[Words]:
        logins = Person.objects.filter(pk__in=[source, target], user__isnull=False).count()
        return [_("Both have a login of their own.")] if logins > 1 else []

    def move(self, *, source: int, target: int, now: datetime) -> Journal:
        theirs = set(PersonScope.objects.filter(person=target).values_list("scope", flat=True))
        new = PersonScope.objects.filter(person=source).exclude(scope__in=theirs).values_list("scope", flat=True)
        added = PersonScope.objects.bulk_create([PersonScope(person_id=target, scope=scope) for scope in sorted(new)])
        user = Person.objects.values_list("user", flat=True).get(pk=source)
        if user:
            Person.objects.filter(pk=source).update(user=None)
            Person.objects.filter(pk=target).update(user=user)
        return {"scopes": [row.pk for row in added], "user": user}

    def give_back(self, *, source: int, target: int, journal: Journal, now: datetime) -> None:
        """Scopes that the survivor has by something else too are written again by the app that knows of it."""
        PersonScope.objects.filter(pk__in=journal["scopes"], person=target).delete()
        user = journal["user"]
        if user and Person.objects.filter(pk=target, user=user).update(user=None):
            Person.objects.filter(pk=source).update(user=user)
