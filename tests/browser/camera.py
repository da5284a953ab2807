"""A fake camera's film: one ticket held still before the lens."""

import io
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT, FRAMES = 640, 480, 10


def film_of(picture: bytes, path: Path) -> Path:
    """Write `picture` as an uncompressed YUV4MPEG2 film that Chromium plays in a loop."""
    frame = Image.new("L", (WIDTH, HEIGHT), 255)
    code = Image.open(io.BytesIO(picture)).convert("L").resize((360, 360), Image.Resampling.NEAREST)
    frame.paste(code, ((WIDTH - 360) // 2, (HEIGHT - 360) // 2))
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _index in range(FRAMES):
            film.write(b"FRAME\n" + frame.tobytes() + grey)
    return path
