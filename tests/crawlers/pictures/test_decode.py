"""Bytes that call themselves a picture: what is none, is broken or is too much is refused with a word, in bounds."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageSequence

from crawlers.pictures.decode import Unreadable, decode
from tests.crawlers.pictures.drawing import draw
from tests.running import ROOT

GOOD = draw(("出售答案",)).data


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def _png(width: int, height: int, packed: bytes) -> bytes:
    """A PNG with a header of our own, so that it may promise what it does not hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _bomb(width: int, height: int) -> bytes:
    return _png(width, height, zlib.compress(b"\x00" * (height * (width // 8 + 1)), 9))


def _text_bomb() -> bytes:
    packed = b"Comment\x00\x00" + zlib.compress(b"x" * (80 << 20), 9)
    chunk = struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    return GOOD[:33] + chunk + GOOD[33:]


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>fetch("http://127.0.0.1/")</script></svg>'
BAD = {
    "nothing": (b"", "no PNG"),
    "a page": (b"<html><body>404</body></html>", "no PNG"),
    "svg": (SVG, "SVG"),
    "svg without a head": (b"\xef\xbb\xbf  <svg onload='x()'/>", "SVG"),
    "svg called png": (b"<!-- png --><SVG></SVG>", "SVG"),
    "tiff": (_saved(Image.new("RGB", (50, 50)), "TIFF"), "no PNG"),
    "icon": (_saved(Image.new("RGB", (64, 64)), "ICO"), "no PNG"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 50 50\n", "no PNG"),
    "only its head": (GOOD[:40], "no PNG"),
    "cut off": (GOOD[: len(GOOD) // 2], "broken"),
    "cut JPEG": (draw(("出售答案",), quality=80).data[:-900], "broken"),
    "changed within": (GOOD[:100] + b"\x00" * 50 + GOOD[150:], "broken"),
    "one pixel": (_saved(Image.new("RGB", (1, 1)), "PNG"), "too small"),
    "20,000 pixels wide": (_bomb(20_000, 100), "too large"),
    "20,000 pixels each way": (_bomb(20_000, 20_000), "too large"),
    "a promise of 60,000": (_png(60_000, 60_000, b"x"), "too large"),
    "pixels without end": (_bomb(15_000, 15_000), "too large"),
    "bytes without end": (GOOD + b"\x00" * 6_000_000, "too large"),
    "a comment without end": (_text_bomb(), "broken"),
    "no pixels": (_png(0, 0, b""), ""),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", BAD)
def test_bad_bytes(name: str) -> None:
    """Refused with a sentence in both languages that names what is wrong."""
    data, said = BAD[name]
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert said in caught.value.en
    assert caught.value.zh.endswith("读取。")


def test_the_kind_is_told_by_content() -> None:
    """Each kind that is read is read, whatever it is called; one colour, few colours and clear ones included."""
    plain = Image.open(BytesIO(GOOD))
    kinds = {"PNG": {}, "JPEG": {}, "GIF": {}, "WEBP": {}, "BMP": {}}
    for kind, how in kinds.items():
        assert decode(_saved(plain, kind, **how)).size == plain.size
    for mode in ("1", "L", "LA", "P", "RGBA", "CMYK", "I;16"):
        kind = "JPEG" if mode == "CMYK" else "PNG"
        assert decode(_saved(Image.new(mode, (60, 60)), kind)).mode == "RGB"


def test_what_is_clear_is_white() -> None:
    """Dark words on nothing stay dark words."""
    assert decode(_saved(Image.new("RGBA", (60, 60), (0, 0, 0, 0)), "PNG")).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_the_first_frame(kind: str) -> None:
    """Of an animation the first frame is read, however many there are."""
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "green")] * 50
    data = _saved(frames[0], kind, save_all=True, append_images=frames[1:])
    with Image.open(BytesIO(data)) as image:
        assert sum(1 for _ in ImageSequence.Iterator(image)) > 1
    red, green, _ = decode(data).getpixel((5, 5))  # type: ignore[misc]
    assert (red > 200, green < 50) == (True, True)


def test_large_ones_are_made_smaller() -> None:
    """What is read has 2,000 pixels a side at most."""
    assert decode(_saved(Image.new("RGB", (6000, 3000)), "JPEG")).size == (2000, 1000)


def test_lying_on_its_side() -> None:
    """A photograph is turned as its camera says."""
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode(_saved(Image.new("RGB", (60, 30)), "JPEG", exif=exif)).size == (30, 60)


ALL = """
import tests.crawlers.pictures.test_decode as bad
from crawlers.pictures.decode import Unreadable, decode
from tests.memory import peak
data = [data for data, _ in bad.BAD.values()]
before = peak()
for one in data:
    try:
        decode(one)
    except Unreadable:
        pass
print(peak() - before)
"""


def test_no_memory_for_bad_bytes() -> None:
    """All of the above together ask for little more memory than was there before."""
    done = subprocess.run([sys.executable, "-c", ALL], capture_output=True, text=True, cwd=ROOT, check=True)  # noqa: S603
    assert float(done.stdout) < 120  # megabytes
