"""What reads pictures, loaded when the first one comes: it takes a second, and it is an extra that may be missing."""

import importlib
import importlib.util
from collections.abc import Sequence
from functools import cached_property

from core.pictures import Picture, PictureReader
from core.types import Flag, Page, Post
from core.words import Text
from crawlers.evidence.warc import Attachment
from crawlers.sources import Source

_NEEDED = ("PIL", "cv2", "rapidocr_onnxruntime", "zxingcpp")
_MISSING = Text(
    "来源 {ids} 要求读图，但读图组件没有安装，文字照常巡查。安装：make images，或 pip install 'lurewatch[images]'。",
    "The sources {ids} ask for pictures to be read, but what reads them is not installed: their text is patrolled "
    "without. To install it: make images, or pip install 'lurewatch[images]'.",
)


def installed() -> bool:
    """Whether the extra ``images`` is there."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


def missing(sources: Sequence[Source]) -> Text | None:
    """What to say where sources ask for pictures and nothing can read them."""
    asking = [source.id for source in sources if source.pictures]
    if not asking or installed():
        return None
    ids = ", ".join(asking)
    return Text(_MISSING.say("zh", ids=ids), _MISSING.say("en", ids=ids))


class LateReader:
    """Reads pictures with what is loaded for the first of them."""

    @cached_property
    def _reader(self) -> PictureReader:
        reader: PictureReader = importlib.import_module("crawlers.pictures.reading").Reader()
        return reader

    def read(self, url: str, data: bytes) -> Picture:
        """What a picture shows, or why it cannot be read."""
        return self._reader.read(url, data)

    def close(self) -> None:
        """End the reader's thread, if there is one."""
        if "_reader" in vars(self):
            self._reader.close()


def reader() -> PictureReader | None:
    """What reads pictures, None where the extra is missing."""
    return LateReader() if installed() else None


def attach(flag: Flag, post: Post, page: Page) -> Sequence[Attachment]:
    """The pictures of a flagged post, for its evidence."""
    if not post.pictures:
        return ()
    found: Sequence[Attachment] = importlib.import_module("crawlers.pictures.boxes").attach(flag, post, page)
    return found
