"""What is framed on the copy of a picture: the lines that something was found in, and no others."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from core.pictures import Mark, Picture
from core.types import Contact, ContactKind, Decision, Field, Flag, Page, Post, Role, Signal, Span
from crawlers.pictures.boxes import attach
from crawlers.pictures.decode import decode
from tests.crawlers.pictures.drawing import draw

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PAGE = Page("http://town.test/", 200, (), b"", NOW)
DATA = draw(("一二三四", "五六七八")).data
UPPER, LOWER = ((20, 20), (150, 20), (150, 70), (20, 70)), ((20, 80), (150, 80), (150, 120), (20, 120))
PICTURE = Picture("http://town.test/p.png", "一二三四\n五六七八", (Mark(0, 4, UPPER), Mark(5, 9, LOWER)), DATA)
BROKEN = Picture("http://town.test/q.png")


def _flag(*spans: Span, contacts: tuple[Span, ...] = ()) -> Flag:
    signals = (Signal("rules", Role.HARM, 0.9, "x", "gambling", spans), Signal("rules", Role.SUPPRESS, 0.1, "y"))
    found = tuple(Contact(ContactKind.QQ, "10001", span) for span in contacts)
    decision = Decision(True, "gambling", 0.9, (), signals, found)
    return Flag("0" * 32, "s", "http://town.test/", None, "看图看图看图", None, NOW, decision, shown=PICTURE.text)


def _framed(flag: Flag, *pictures: Picture) -> list[tuple[str, tuple[int, int, int, int] | None]]:
    """Targets, and of copies the box in which they differ from the picture."""
    post = Post("1", flag.url, None, flag.text, pictures=pictures)
    found = []
    for one in attach(flag, post, PAGE):
        with Image.open(BytesIO(one.data)) as image:
            difference = ImageChops.difference(image.convert("RGB"), decode(DATA)).convert("L")
            found.append((one.target, difference.point(lambda level: 255 * (level > 90)).getbbox()))
    return found


@pytest.mark.parametrize(
    ("flag", "box"),
    [
        (_flag(Span(0, 2, Field.PICTURES)), UPPER),
        (_flag(Span(6, 7, Field.PICTURES)), LOWER),
        (_flag(contacts=(Span(5, 9, Field.PICTURES),)), LOWER),
        (_flag(Span(3, 6, Field.PICTURES)), UPPER + LOWER),
        (_flag(Span(0, 4)), None),
        (_flag(Span(0, 4, Field.TITLE)), None),
        (_flag(Span(4, 5, Field.PICTURES)), None),
        (_flag(), None),
    ],
)
def test_frames(flag: Flag, box: tuple[tuple[int, int], ...] | None) -> None:
    """Around the lines that spans of the pictures meet; without such a span there is no copy."""
    found = _framed(flag, PICTURE)
    assert found[0] == (PICTURE.url, None)
    assert len(found) == (1 if box is None else 2)
    if box is not None:
        assert found[1][0] == f"urn:framed:{PICTURE.url}"
        around = [min(x for x, _ in box), min(y for _, y in box), max(x for x, _ in box), max(y for _, y in box)]
        assert found[1][1] is not None
        assert max(abs(one - other) for one, other in zip(found[1][1], around, strict=True)) <= 8


def test_the_second_picture() -> None:
    """Spans count from the start of all pictures; one that was not read is not attached."""
    second = replace(PICTURE, url="http://town.test/r.png")
    found = _framed(_flag(Span(10, 12, Field.PICTURES)), BROKEN, PICTURE, second)
    assert [target for target, _ in found] == [PICTURE.url, second.url, f"urn:framed:{second.url}"]


def test_a_picture_within_the_page() -> None:
    """Its address is itself: it gets a short one, by its number."""
    found = _framed(_flag(), replace(PICTURE, url="data:image/png;base64,xyz"))
    assert [target for target, _ in found] == ["urn:picture:1"]
