from modeltranslation.translator import TranslationOptions, register

from accounts.models import Organisation, PrivacyNotice


@register(Organisation)
class OrganisationTranslation(TranslationOptions):  # type: ignore[misc]
    fields = ("name",)


@register(PrivacyNotice)
class PrivacyNoticeTranslation(TranslationOptions):  # type: ignore[misc]
    fields = ("text",)
