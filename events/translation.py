from modeltranslation.translator import TranslationOptions, register

from events.models import (
    EligibilityRule,
    Event,
    Meeting,
    Metric,
    Municipality,
    PickUp,
    Project,
    Ride,
    Vacancy,
    Venue,
)


@register(Municipality)
class MunicipalityTranslation(TranslationOptions):
    fields = ("name", "region")


@register(Project)
class ProjectTranslation(TranslationOptions):
    fields = ("name", "summary", "programme", "authority", "funding_line")


@register(EligibilityRule)
class EligibilityRuleTranslation(TranslationOptions):
    fields = ("text",)


@register(Metric)
class MetricTranslation(TranslationOptions):
    fields = ("name", "unit")


@register(Venue)
class VenueTranslation(TranslationOptions):
    fields = ("name", "access")


@register(Event)
class EventTranslation(TranslationOptions):
    fields = (
        "title",
        "summary",
        "description",
        "audience",
        "language_note",
        "access_note",
        "picture_alt",
        "cancel_note",
    )


@register(Meeting)
class MeetingTranslation(TranslationOptions):
    fields = ("title",)


@register(Ride)
class RideTranslation(TranslationOptions):
    fields = ("name",)


@register(PickUp)
class PickUpTranslation(TranslationOptions):
    fields = ("place",)


@register(Vacancy)
class VacancyTranslation(TranslationOptions):
    fields = ("title", "description")
