"""One spelling for what people type in several."""

import unicodedata


def normalised_email(email: str) -> str:
    """Lower case, outer space gone. Dots and plus signs stay: to most mail servers they are different boxes."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def normalised_name(*parts: str) -> str:
    """`" Anna-Liisa ", "VIRTANEN"` and `"anna liisa", "Virtanen"` are the same person's name."""
    joined = " ".join(parts).replace("-", " ")
    return " ".join(unicodedata.normalize("NFKC", joined).casefold().split())
