"""Reads text (RapidOCR) and QR codes (ZXing) in pictures, in a thread of their own."""

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image
from rapidocr_onnxruntime import RapidOCR

from core.pictures import Mark, Picture, Point
from core.words import Text
from crawlers.pictures.decode import WIDEST, Unreadable, decode

_CODES = zxingcpp.barcode_formats_from_str("QRCode,MicroQRCode,RMQRCode")
_SURE = 0.6  # the score from which a line counts as read
_SLICE, _OVERLAP = 1600, 240  # pixels of a slice of a tall picture, and of what two of them share
_THINNEST = 4  # times as long as broad
_MOST_TEXT = 5_000  # characters of one picture
_MOST_CODE = 1_000  # characters of a code's target
Found = tuple[str, tuple[Point, ...], bool]  # words, corners, whether they are a code's target


class Reader:
    """Reads one picture at a time; the models are loaded with the first. Close it when done."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lurewatch-pictures")

    @cached_property
    def _ocr(self) -> Any:
        return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(self, url: str, data: bytes) -> Picture:
        """What a picture shows; one that cannot be read says why."""
        return self._thread.submit(self._read, url, data).result()

    def close(self) -> None:
        """End the thread; a picture that is being read is read to its end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _read(self, url: str, data: bytes) -> Picture:
        try:
            image = decode(data)
        except Unreadable as problem:
            return Picture(url, unread=Text(problem.zh, problem.en))
        return self.look(url, data, image)

    def look(self, url: str, data: bytes, image: Image.Image) -> Picture:
        """What a decoded picture shows."""
        found = [*self._lines(image), *_codes(image)]
        text, marks = "", []
        for words, corners, is_code in found:
            start = len(text) + (1 if text else 0)
            if start + len(words) > _MOST_TEXT - (0 if is_code else _MOST_CODE):
                continue  # a code is not lost for a picture full of words
            text += f"\n{words}" if text else words
            marks.append(Mark(start, len(text), corners, is_code))
        return Picture(url, text, tuple(marks), data)

    def _lines(self, image: Image.Image) -> list[Found]:
        """The lines of a picture; a tall one is read in slices, which overlap so that no line is cut in all of them."""
        if image.height <= WIDEST:
            return self._slice(image, 0)
        found: list[Found] = []
        for top in range(0, image.height - _OVERLAP, _SLICE - _OVERLAP):
            bottom = min(top + _SLICE, image.height)
            first = top + _OVERLAP // 2 if top else 0
            end = bottom - _OVERLAP // 2 if bottom < image.height else bottom
            part = self._slice(image.crop((0, top, image.width, bottom)), top)
            found += [line for line in part if first <= _middle(line[1]) < end]
        return found

    def _slice(self, image: Image.Image, top: int) -> list[Found]:
        rows, _ = self._ocr(np.asarray(_broadened(image))[:, :, ::-1])
        lines = [
            (" ".join(words.split()), _corners(box, top), False) for box, words, score in rows or () if score >= _SURE
        ]
        return [line for line in lines if line[0]]


def _broadened(image: Image.Image) -> Image.Image:
    """A thin picture with room beside it: the shorter side is read at 736 pixels, however long the longer is then."""
    width, height = (max(side, other // _THINNEST) for side, other in (image.size, image.size[::-1]))
    if (width, height) == image.size:
        return image
    canvas = Image.new("RGB", (width, height), image.getpixel((0, 0)))
    canvas.paste(image)
    return canvas


def _codes(image: Image.Image) -> list[Found]:
    found: list[Found] = []
    for code in zxingcpp.read_barcodes(image, formats=_CODES):
        spot = code.position
        points = (spot.top_left, spot.top_right, spot.bottom_right, spot.bottom_left)
        target = " ".join(code.text.split())[:_MOST_CODE]
        if target:
            found.append((target, tuple((point.x, point.y) for point in points), True))
    return list(dict.fromkeys(found))


def _corners(box: Any, top: int) -> tuple[Point, ...]:
    return tuple((round(x), round(y) + top) for x, y in box)


def _middle(corners: tuple[Point, ...]) -> float:
    return sum(y for _, y in corners) / len(corners)
