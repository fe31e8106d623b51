"""Attaches to a flag's evidence its pictures, and copies on which what was found is framed."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import ImageDraw

from core.pictures import Mark, Picture, offsets
from core.types import Field, Flag, Page, Post, Role, Span
from crawlers.evidence.warc import Attachment
from crawlers.pictures.decode import Unreadable, decode

_COLOURS = {Role.HARM: "#d22", Role.OFFER: "#e80", Role.REACH: "#26d"}
_CONTACT = "#26d"
_WIDTH, _MARGIN, _QUALITY = 3, 3, 85
_TYPES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
)


def attach(flag: Flag, post: Post, _page: Page) -> Sequence[Attachment]:
    """Each picture of the flagged post that was read, as it is and with frames."""
    return [
        one
        for number, (picture, at) in enumerate(zip(post.pictures, offsets(post.pictures), strict=True), 1)
        if picture.data
        for one in _of(picture, list(_framed(flag, picture, at)), number)
    ]


def _of(picture: Picture, framed: list[tuple[Mark, str]], number: int) -> Iterator[Attachment]:
    mime = next((mime for first, mime in _TYPES if picture.data.startswith(first)), "application/octet-stream")
    target = f"urn:picture:{number}" if picture.url.startswith("data:") else picture.url
    yield Attachment(target, mime, picture.data, {"as": "picture", "text": picture.text})
    copy = _copy(picture, framed) if framed else None
    if copy is not None:
        yield Attachment(f"urn:framed:{target}", "image/jpeg", copy, {"as": "framed", "of": target})


def _framed(flag: Flag, picture: Picture, at: int) -> Iterator[tuple[Mark, str]]:
    """The parts of a picture in which something was found, each with a colour."""
    spans = [(span, _COLOURS.get(signal.role)) for signal in flag.decision.signals for span in signal.spans]
    spans += [(contact.span, _CONTACT) for contact in flag.decision.contacts]
    for mark in picture.marks:
        hits = [colour for span, colour in spans if colour and _meets(span, at + mark.start, at + mark.end)]
        if hits:
            yield mark, _CONTACT if _CONTACT in hits else hits[0]


def _meets(span: Span, start: int, end: int) -> bool:
    return span.field is Field.PICTURES and span.start < end and start < span.end


def _copy(picture: Picture, framed: Sequence[tuple[Mark, str]]) -> bytes | None:
    try:
        image = decode(picture.data)
    except Unreadable:
        return None
    draw = ImageDraw.Draw(image)
    for mark, colour in framed:
        xs, ys = zip(*mark.corners, strict=True)
        box = (min(xs) - _MARGIN, min(ys) - _MARGIN, max(xs) + _MARGIN, max(ys) + _MARGIN)
        draw.rectangle(box, outline=colour, width=_WIDTH)
    file = BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
