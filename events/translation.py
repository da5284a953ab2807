from modeltranslation.translator import TranslationOptions, register

from events.models import Event, Meeting, Municipality, Project, Venue


@register(Municipality)
class MunicipalityTranslation(TranslationOptions):  # type: ignore[misc]
    fields = ("name", "region")


@register(Project)
class ProjectTranslation(TranslationOptions):  # type: ignore[misc]
    fields = ("name", "summary", "authority")


@register(Venue)
class VenueTranslation(TranslationOptions):  # type: ignore[misc]
    fields = ("name", "access")


@register(Event)
class EventTranslation(TranslationOptions):  # type: ignore[misc]
    fields = ("title", "summary", "description", "audience")


@register(Meeting)
class MeetingTranslation(TranslationOptions):  # type: ignore[misc]
    fields = ("title",)
