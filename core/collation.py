"""Alphabetical order as readers know it. A database sorts by bytes or by one collation for all languages."""

from django.utils.translation import get_language

ALPHABETS = {
    "fi": "abcdefghijklmnopqrstuvwxyzåäö",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "en": "abcdefghijklmnopqrstuvwxyzåäö",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}


def alphabetical(text: str) -> list[int]:
    """A sort key for `text` in the reader's language; what is not a letter of it comes after, by code point."""
    alphabet = ALPHABETS.get(get_language() or "fi", ALPHABETS["fi"])
    return [alphabet.find(letter) if letter in alphabet else 1000 + ord(letter) for letter in text.casefold()]
