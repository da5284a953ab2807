"""Tokens that open something: shown once, stored as a digest."""

import hashlib
import secrets


def new_token() -> str:
    """160 random bits in 27 characters that survive mail clients."""
    return secrets.token_urlsafe(20)


def digest(token: str) -> str:
    """SHA-256 in hex; the tokens are random, so no salt or slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
