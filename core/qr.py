"""QR codes (ISO/IEC 18004) for paper: an SVG of one path."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage


def svg(text: str, *, border: int = 4) -> str:
    """`text` as a QR code that survives a fold or a stain; `border` in modules, four being what readers want."""
    image = qrcode.make(text, image_factory=SvgPathImage, error_correction=ERROR_CORRECT_M, border=border, box_size=10)
    return str(image.to_string(encoding="unicode"))
