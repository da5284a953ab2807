"""Vendored assets are what docs/vendor.md says: unchanged, complete, licensed, and free of loose ends."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [*sorted((ROOT / "static/vendor").iterdir()), ROOT / "tests/axe"]
SCRIPTS = sorted((ROOT / "static/vendor").rglob("*.js"))
STYLES = sorted((ROOT / "static/vendor").rglob("*.css"))

IMPORT = re.compile(r"""^(?:import|export)\b[^;"'(]*["']([^"']+)["']""", re.MULTILINE)
CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)""")
OTHER_HOST = re.compile(r"https?://(?!www\.w3\.org/)")

each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
each_style = pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)


def listed_sums(folder: Path) -> dict[str, str]:
    """Read SHA256SUMS as {file name: checksum}."""
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    return {name: checksum for checksum, name in (line.split("  ") for line in lines)}


def actual_sums(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


@each_folder
def test_folder_holds_exactly_the_listed_files_unchanged(folder: Path) -> None:
    assert actual_sums(folder) == listed_sums(folder)


@each_folder
def test_folder_carries_its_licence(folder: Path) -> None:
    assert (folder / "LICENSE").stat().st_size > 0


@each_folder
def test_folder_is_described_in_the_docs(folder: Path) -> None:
    assert f"`{folder.relative_to(ROOT).as_posix()}/`" in (ROOT / "docs/vendor.md").read_text()


@each_script
def test_scripts_import_only_files_beside_them(script: Path) -> None:
    text = script.read_text()
    imports = IMPORT.findall(text)
    missing = [name for name in imports if not name.startswith(".") or not (script.parent / name).is_file()]
    assert missing == []
    assert "import(" not in text


@each_style
def test_styles_refer_to_nothing_but_inline_pictures(style: Path) -> None:
    assert [url for url in CSS_URL.findall(style.read_text()) if not url.startswith("data:")] == []


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_assets_name_no_other_host_and_no_source_map(path: Path) -> None:
    text = path.read_text()
    assert OTHER_HOST.findall(text) == []
    assert "sourceMappingURL" not in text


def test_the_wasm_is_the_one_that_the_detector_was_built_for() -> None:
    (wasm,) = (ROOT / "static/vendor").glob("zxing-wasm-*/zxing_reader.wasm")
    (detector,) = (ROOT / "static/vendor").glob("barcode-detector-*/zxing-exported.js")
    script = detector.read_text()
    assert sha256(wasm.read_bytes()).hexdigest() in script
    assert f'"{wasm.parent.name.removeprefix("zxing-wasm-")}"' in script
