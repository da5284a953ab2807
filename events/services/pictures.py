"""Pictures of events: read with suspicion, written anew, kept in a few widths."""

import hashlib
import struct
import warnings
from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import Organisation, User
from accounts.services import audit
from core.errors import Refused
from events.models import Picture, PictureFile

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
NARROWEST, TALLEST = 320, 3
WIDTHS = (480, 960, 1600)
QUALITY = 80
UNUSED_FOR = timedelta(days=1)


class PictureTooLarge(Refused):
    code = "picture_too_large"
    message = _("The picture is too large: at most 10 MB and 50 million pixels. Save it smaller and try again.")


class PictureTooSmall(Refused):
    code = "picture_too_small"
    message = _("The picture is too small: it must be at least 320 pixels wide.")


class PictureTooTall(Refused):
    code = "picture_too_tall"
    message = _("The picture is too tall: it may be at most three times as high as it is wide.")


class NotAPicture(Refused):
    code = "not_a_picture"
    message = _("This is not a picture that we can read. Use a JPEG, PNG or WebP file.")


def keep(*, organisation: Organisation, upload: bytes, by: User, now: datetime) -> Picture:
    """Re-encode `upload` and keep it, without its metadata. The same picture again is the same row.

    The work is done before the transaction begins: a big picture takes seconds.

    :raises PictureTooLarge, PictureTooSmall, PictureTooTall, NotAPicture: if it cannot be shown
    """
    image = _opened(upload)
    files = [_encoded(image, width) for width in _widths(image.width)]
    digest = hashlib.sha256(files[-1][2]).hexdigest()
    return _kept(organisation, digest, image, files, by, now)


@transaction.atomic
def _kept(
    organisation: Organisation,
    digest: str,
    image: Image.Image,
    files: list[tuple[int, int, bytes]],
    by: User,
    now: datetime,
) -> Picture:
    picture, new = Picture.objects.get_or_create(
        organisation=organisation,
        digest=digest,
        defaults={
            "width": image.width,
            "height": image.height,
            "widths": [width for width, _height, _body in files],
            "created_at": now,
            "created_by": by,
        },
    )
    if new:
        PictureFile.objects.bulk_create(
            PictureFile(picture=picture, width=width, height=height, body=body) for width, height, body in files
        )
    return picture


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Delete the pictures that no event has used for a day, and return how many they were."""
    unused = Picture.objects.filter(events=None, created_at__lt=now - UNUSED_FOR)
    for pk, organisation in unused.order_by("pk").values_list("pk", "organisation_id"):
        scope = f"organisation:{organisation}"
        audit.changed(actor=None, action="picture.sweep", subject=f"picture:{pk}", scope=scope, now=now)
    return unused.delete()[1].get("events.Picture", 0)


def _opened(upload: bytes) -> Image.Image:
    """The upright picture in plain colours. Nothing but pixels is taken from the file.

    :raises PictureTooLarge, PictureTooSmall, PictureTooTall, NotAPicture:
    """
    if len(upload) > LARGEST_BYTES:
        raise PictureTooLarge
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower and comes next
            image = Image.open(BytesIO(upload), formats=FORMATS)
            if image.width * image.height > LARGEST_PIXELS:
                raise PictureTooLarge
            upright = ImageOps.exif_transpose(image)
            plain = _on_white(upright)
    except Image.DecompressionBombError as bomb:
        raise PictureTooLarge from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error) as broken:
        raise NotAPicture from broken
    if plain.width < NARROWEST:
        raise PictureTooSmall
    if plain.height > TALLEST * plain.width:
        raise PictureTooTall
    return plain


def _on_white(image: Image.Image) -> Image.Image:
    """What shows through is white, as the paper of a poster is."""
    layered = image.convert("RGBA")
    paper = Image.new("RGB", layered.size, "white")
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def _widths(width: int) -> list[int]:
    return sorted({wanted for wanted in WIDTHS if wanted < width} | {min(width, WIDTHS[-1])})


def _encoded(image: Image.Image, width: int) -> tuple[int, int, bytes]:
    """`image` at `width`: width, height, and a WebP file without metadata."""
    height = max(1, round(image.height * width / image.width))
    sized = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    sized.save(out, "WEBP", quality=QUALITY, method=4)
    return width, height, out.getvalue()
