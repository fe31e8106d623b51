"""Opens the bytes of a picture without trusting them: a few formats, by their content, within bounds on pixels."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import LurewatchError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MOST_BYTES = 5_000_000
_MOST_SIDE = 16_000
_MOST_PIXELS = 32_000_000  # 96 MB in memory while one is decoded
WIDEST, TALLEST = 2000, 8000  # pixels as it is read; posters to scroll through are tall
_LEAST = 16  # pixels of the shorter side: less holds no word


class Unreadable(LurewatchError):
    """A picture that is not read; the sentence says why."""


def decode(data: bytes) -> Image.Image:
    """The picture in RGB on white, upright, of 2,000 by 8,000 pixels at most; of an animation the first frame.

    Raises Unreadable for what is broken, cut off, too large, too small, or no picture of a known kind.
    """
    if len(data) > MOST_BYTES:
        raise _too_large()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                return _plain(image)
    except Unreadable:
        raise
    except UnidentifiedImageError as problem:
        raise _unknown(data) from problem
    except Image.DecompressionBombError as problem:
        raise _too_large() from problem
    except Exception as problem:
        # Decoders raise all kinds of errors for bytes that are not as they should be.
        raise _broken() from problem


def _plain(image: Image.Image) -> Image.Image:
    width, height = image.size
    if max(width, height) > _MOST_SIDE or width * height > _MOST_PIXELS:
        raise _too_large()
    if min(width, height) < _LEAST:
        raise Unreadable("图片太小，未读取。", "The picture is too small, and was not read.")
    image.draft("RGB", (WIDEST, WIDEST))  # a JPEG is decoded no larger than needed
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        upright = Image.new("RGB", clear.size, "white")
        upright.paste(clear, mask=clear.getchannel("A"))
    plain = upright.convert("RGB")
    plain.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    return plain


def _unknown(data: bytes) -> Unreadable:
    if b"<svg" in data[:4096].lower():
        return Unreadable("SVG 图片可能带脚本，不读取。", "An SVG picture can hold scripts, and is never read.")
    return Unreadable(
        "不是 PNG、JPEG、GIF、WebP 或 BMP 图片，未读取。", "It is no PNG, JPEG, GIF, WebP or BMP, and was not read."
    )


def _broken() -> Unreadable:
    return Unreadable("图片损坏或不完整，未读取。", "The picture is broken or cut off, and was not read.")


def _too_large() -> Unreadable:
    return Unreadable("图片太大，未读取。", "The picture is too large, and was not read.")
