"""What search engines may find: the catalogue, every listed event and every open job, in each language."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from events.models import Event, Vacancy


class Pages(Sitemap):  # type: ignore[type-arg]
    i18n = alternates = x_default = True

    def items(self) -> list[str]:
        return ["events:catalogue", "events:month", "events:map"]

    def location(self, item: str) -> str:
        return reverse(item)


class Events(Sitemap):  # type: ignore[type-arg]
    """Listed events; one that is over stays findable, as its page does."""

    i18n = alternates = x_default = True
    limit = 500

    def items(self) -> QuerySet[Event]:
        return Event.objects.listed().only("pk", "slug", "changed_at").order_by("pk")

    def lastmod(self, item: Event) -> datetime:
        return item.changed_at


class Jobs(Sitemap):  # type: ignore[type-arg]
    i18n = alternates = x_default = True
    limit = 500

    def items(self) -> QuerySet[Vacancy]:
        return Vacancy.objects.open_on(timezone.localdate()).order_by("pk")

    def lastmod(self, item: Vacancy) -> datetime:
        return item.changed_at


SITEMAPS: dict[str, Any] = {"pages": Pages, "events": Events, "jobs": Jobs}
