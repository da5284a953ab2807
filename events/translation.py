from modeltranslation.translator import TranslationOptions, register

from events.models import Event, Meeting, Municipality, Project, Venue


@register(Municipality)
class MunicipalityTranslation(TranslationOptions):
    fields = ("name", "region")


@register(Project)
class ProjectTranslation(TranslationOptions):
    fields = ("name", "summary", "authority")


@register(Venue)
class VenueTranslation(TranslationOptions):
    fields = ("name", "access")


@register(Event)
class EventTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "audience")


@register(Meeting)
class MeetingTranslation(TranslationOptions):
    fields = ("title",)
