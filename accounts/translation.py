from modeltranslation.translator import TranslationOptions, register

from accounts.models import Organisation, PrivacyNotice


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name",)


@register(PrivacyNotice)
class PrivacyNoticeTranslation(TranslationOptions):
    fields = ("text",)
