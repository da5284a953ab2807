"""Pictures are read with suspicion and written anew."""

import datetime as dt
import io
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from events.models import Event, Picture, PictureFile
from events.services import pictures
from tests import factories as make
from tests.events.test_planning import form
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def drawn(width=1000, height=500, kind="JPEG", **options):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#0b4f47").save(out, kind, **options)
    return out.getvalue()


def keep(upload, owner=None):
    return pictures.keep(organisation=owner or make.organisation(), upload=upload, by=make.user(), now=NOW)


def test_a_picture_is_kept_in_the_widths_that_pages_use():
    picture = keep(drawn(2000, 1000))
    assert (picture.width, picture.height, picture.widths) == (2000, 1000, [480, 960, 1600])
    sizes = [Image.open(io.BytesIO(bytes(each.body))) for each in picture.files.order_by("width")]
    assert [(each.format, each.size) for each in sizes] == [
        ("WEBP", (480, 240)),
        ("WEBP", (960, 480)),
        ("WEBP", (1600, 800)),
    ]


def test_a_small_one_is_not_blown_up():
    assert keep(drawn(400, 300)).widths == [400]


def test_where_and_when_it_was_taken_is_gone():
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x8825] = {1: "N", 2: (61.0, 34.0, 0.0)}
    picture = keep(drawn(exif=exif, comment=b"secret place"))
    for each in picture.files.all():
        assert b"Secret" not in bytes(each.body)
        assert not Image.open(io.BytesIO(bytes(each.body))).getexif()


def test_a_picture_on_its_side_stands_up():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert (keep(drawn(1000, 500, exif=exif)).width) == 500


def test_the_same_picture_again_is_the_same_row():
    owner = make.organisation()
    assert keep(drawn(), owner) == keep(drawn(), owner)
    assert PictureFile.objects.count() == 3


def bomb():
    """A PNG of 30,000 × 30,000 pixels in a few kilobytes."""

    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = (30_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("upload", "refusal"),
    [
        (b"", pictures.NotAPicture),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", pictures.NotAPicture),
        (b"GIF89a" + bytes(100), pictures.NotAPicture),
        (b"%PDF-1.7 ...", pictures.NotAPicture),
        (drawn()[:200], pictures.NotAPicture),
        (drawn(300, 300), pictures.PictureTooSmall),
        (bytes(pictures.LARGEST_BYTES + 1), pictures.PictureTooLarge),
        (bomb(), pictures.PictureTooLarge),
    ],
    ids=["empty", "svg", "gif", "pdf", "torn", "small", "heavy", "bomb"],
)
def test_what_is_no_fit_picture_is_refused_with_its_reason(upload, refusal):
    with pytest.raises(refusal):
        keep(upload)
    assert not Picture.objects.exists()


def test_of_a_polyglot_only_the_pixels_stay():
    picture = keep(drawn() + b"<script>alert(document.domain)</script>")
    assert all(b"<script>" not in bytes(each.body) for each in picture.files.all())


def test_an_organisers_picture_stands_on_the_public_page(client):
    owner = make.organisation()
    client.force_login(make.member(Role.ORGANISER, owner))
    upload = SimpleUploadedFile("kuva.jpg", drawn(), "image/jpeg")

    client.post(reverse("events:create"), form(organisation=owner, picture_file=upload, picture_alt_fi="Vihreä seinä"))
    event = Event.objects.get()
    client.post(reverse("events:publish", args=[event.pk]))

    assert f'src="{event.picture.source}"' in client.get(event.get_absolute_url()).text
    shown = client.get(event.picture.source)
    assert (shown.headers["Content-Type"], shown.headers["Cache-Control"]) == (
        "image/webp", "public, max-age=31536000, immutable",
    )  # fmt: skip
    assert shown.content[8:12] == b"WEBP"


def test_a_picture_sent_with_a_wrong_form_is_not_lost(client):
    owner = make.organisation()
    client.force_login(make.member(Role.ORGANISER, owner))
    upload = SimpleUploadedFile("kuva.jpg", drawn(), "image/jpeg")
    wrong = client.post(reverse("events:create"), form(organisation=owner, picture_file=upload, title_fi=""))
    kept = wrong.context["form"]["picture_kept"].value()

    client.post(reverse("events:create"), form(organisation=owner, picture_kept=kept))

    assert (wrong.status_code, str(Event.objects.get().picture_id)) == (422, kept)


def test_nobody_takes_another_organisations_picture(client):
    owner = make.organisation()
    client.force_login(make.member(Role.ORGANISER, owner))
    client.post(reverse("events:create"), form(organisation=owner, picture_kept=keep(drawn()).pk))
    assert Event.objects.get().picture is None


def test_a_refused_picture_says_why_beside_its_field(client):
    owner = make.organisation()
    client.force_login(make.member(Role.ORGANISER, owner))
    upload = SimpleUploadedFile("kuva.svg", b"<svg/>", "image/svg+xml")
    response = client.post(reverse("events:create"), form(organisation=owner, picture_file=upload))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["picture_file"])
    assert not Event.objects.exists()


def test_pictures_that_no_event_uses_go_after_a_day():
    used, unused = keep(drawn()), keep(drawn(400, 300))
    make.event(picture=used, picture_alt="Seinä")
    assert pictures.sweep(now=NOW + dt.timedelta(hours=23)) == 0
    assert pictures.sweep(now=NOW + dt.timedelta(hours=25)) == 1
    assert list(Picture.objects.all()) == [used]
    assert unused.pk != used.pk
