from modeltranslation.translator import TranslationOptions, register

from virtualfair.models import Pitch


@register(Pitch)
class PitchTranslation(TranslationOptions):
    fields = ("title",)
