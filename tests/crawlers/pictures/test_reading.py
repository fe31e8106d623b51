"""Texts and codes are read in pictures as people put them on boards, and where they stand is known."""

import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from core.pictures import codes, offsets, shown
from crawlers.pictures.reading import Reader
from tests.crawlers.pictures.drawing import Drawn, draw, sixty
from tests.running import ROOT


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """The reader, with its models."""
    reader = Reader()
    yield reader
    reader.close()


def _bare(text: str) -> str:
    return "".join(text.split())


def test_sixty_pictures(reader: Reader, record_property: object) -> None:
    """Of 60 pictures of many sizes, colours, tilts and qualities nearly every line and every code is read right."""
    read = [(drawn, reader.read("x", drawn.data)) for drawn in sixty()]
    lines = [(line, _bare(picture.text)) for drawn, picture in read for line in drawn.lines]
    coded = [(drawn.code, picture.text.splitlines()) for drawn, picture in read if drawn.code]
    right = sum(_bare(line) in text for line, text in lines) / len(lines)
    found = sum(code in text for code, text in coded) / len(coded)
    record_property("lines", right)  # type: ignore[operator]
    record_property("codes", found)  # type: ignore[operator]
    print(f"lines {right:.3f} codes {found:.3f}")  # noqa: T201 - the figures of the docs
    assert right >= 0.95
    assert found >= 0.97


def test_where_it_stands(reader: Reader) -> None:
    """Each line's corners lie around its ink, in the picture as it is read."""
    drawn = draw(("出售考试答案", "加微信 daan_77310"), "https://u.wechat.example/a1", size=40)
    picture = reader.read("x", drawn.data)
    image = Image.open(BytesIO(drawn.data)).convert("L")
    assert len(picture.marks) == 3
    for mark in picture.marks:
        xs, ys = zip(*mark.corners, strict=True)
        inside = image.crop((min(xs), min(ys), max(xs), max(ys)))
        assert sum(inside.histogram()[:100]) > 200
    assert [mark.is_code for mark in picture.marks] == [False, False, True]
    assert picture.text[picture.marks[2].start : picture.marks[2].end] == drawn.code


def test_a_tall_picture(reader: Reader) -> None:
    """A poster to scroll through is read line by line, each once, in order, and each where it stands."""
    wanted = tuple(f"第{at}条出售答案{1000 + at}" for at in range(45))
    picture = reader.read("x", draw(wanted, "https://u.wechat.example/tall", size=36).data)
    lines = picture.text.splitlines()
    assert sum(line in lines for line in wanted) >= 43
    assert len(lines) <= 47
    assert lines[-1] == "https://u.wechat.example/tall"
    tops = [min(y for _, y in mark.corners) for mark in picture.marks]
    assert tops == sorted(tops)
    assert tops[-1] > 2500


def test_several_pictures_are_one_text(reader: Reader) -> None:
    """Places of codes are right in the text of all pictures, those between that show nothing included."""
    drawn = [draw(("出售答案",), "weixin://a/1"), draw(()), draw(("办证",), "https://b.example/2")]
    pictures = [reader.read(str(at), one.data) for at, one in enumerate(drawn)]
    whole = shown(pictures)
    assert [whole[start:end] for start, end in codes(pictures)] == ["weixin://a/1", "https://b.example/2"]
    assert whole[offsets(pictures)[2] :].startswith(pictures[2].text)


THIN = """
from io import BytesIO
from PIL import Image
from crawlers.pictures.reading import Reader
from tests.memory import peak
reader = Reader()
for size in ((1900, 17), (17, 3500), (16, 16000), (400, 300), (2000, 2000)):
    file = BytesIO()
    Image.new("RGB", size, "white").save(file, "PNG")
    assert reader.read("x", file.getvalue()).unread is None
print(peak())
"""


def test_no_memory_for_thin_pictures() -> None:
    """Whatever the shape of a picture, reading it takes no more memory than a large square one."""
    done = subprocess.run([sys.executable, "-c", THIN], capture_output=True, text=True, cwd=ROOT, check=True)  # noqa: S603
    assert float(done.stdout) < 1500  # megabytes


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n"])
def test_unreadable(reader: Reader, data: bytes) -> None:
    """A picture that cannot be read says why, keeps no bytes and shows nothing."""
    picture = reader.read("x", data)
    assert picture.unread is not None
    assert (picture.text, picture.data) == ("", b"")


def test_a_repr_shows_no_bytes(reader: Reader) -> None:
    """What a log might print of a picture is not the picture."""
    drawn: Drawn = draw(("出售答案",))
    assert len(repr(reader.read("x", drawn.data))) < 500
