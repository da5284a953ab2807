"""The files as production serves them: hashed names, also in what our ES modules import."""

import re

from django.core.management import call_command


def test_every_static_file_can_be_collected_under_a_hashed_name(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "core.static.HashedStatic"}}

    call_command("collectstatic", verbosity=0, interactive=False)

    [door] = tmp_path.glob("js/door.????????????.js")
    [imported] = re.findall(r'from "\.\./vendor/(.+)"', door.read_text())
    assert re.fullmatch(r"barcode-detector-[\d.]+/ponyfill\.\w{12}\.js", imported)
    assert (tmp_path / "vendor" / imported).exists()
