"""Names of this app's streams, and nowhere else. They carry keys, never anything personal."""

ROOM = "room"


def room(pk: int) -> str:
    """What everybody in a room gets."""
    return f"{ROOM}:{pk}"


def pk_of(stream: str) -> int:
    """The key in a stream's name."""
    return int(stream.partition(":")[2])
