"""One spelling for what people type in several."""

import unicodedata


def normalised_email(email: str) -> str:
    """Lower case, outer space gone. What a mail server may tell apart stays apart: dots, plus signs, odd letters."""
    return email.strip().lower()


def normalised_name(*parts: str) -> str:
    """`" Anna-Liisa ", "VIRTANEN"` and `"anna liisa", "Virtanen"` are the same person's name."""
    joined = " ".join(parts).replace("-", " ")
    return " ".join(unicodedata.normalize("NFKC", joined).casefold().split())
