"""Fetches and reads the pictures of new and edited posts of one visit, within its budget."""

import asyncio
import logging
import time
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

from core.errors import FetchError, LurewatchError, TooMuch
from core.pictures import Picture, PictureReader
from core.types import Post
from core.words import Text
from crawlers.answers import Slow
from crawlers.client import Client, site
from crawlers.limits import Limits
from crawlers.visit import STOPPED, Visit

_LOG = logging.getLogger("lurewatch.crawlers")
_ACCEPT = {"Accept": "image/png,image/jpeg,image/webp,image/gif,image/bmp"}
_LOOK_UP = 0.2  # seconds after which whoever waits for a picture looks whether the visit was stopped
_OVER = Text("本帖或本次巡查的图片预算已用完，未读取。", "The budget of pictures is spent; not read.")


@dataclass(slots=True)
class _Budget:
    """What is left of a visit's budget."""

    pictures: int
    bytes: int
    seconds: float

    @property
    def is_spent(self) -> bool:
        return self.pictures <= 0 or self.bytes <= 0 or self.seconds <= 0


class Gallery:
    """The pictures of one visit. ``look`` is called in worker threads, one call at a time.

    ``loop`` is where ``client`` asks; robots.txt, guard and politeness hold for pictures as for pages.
    """

    def __init__(
        self, client: Client, reader: PictureReader, visit: Visit, limits: Limits, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._client = client
        self._reader = reader
        self._visit = visit
        self._limits = limits
        self._loop = loop
        self._left = _Budget(limits.visit_pictures, limits.visit_picture_bytes, limits.visit_picture_seconds)

    def look(self, post: Post) -> Post:
        """The post with its pictures; one that cannot be had or read says why, and the post is judged without it.

        Raises LurewatchError where the visit was stopped: such a post was not looked at.
        """
        if not post.image_urls:
            return post
        pictures = tuple(self._one(at, url) for at, url in enumerate(post.image_urls))
        read = sum(picture.unread is None for picture in pictures)
        self._visit.pictures += read
        self._visit.unread += len(pictures) - read
        return replace(post, pictures=pictures)

    def _one(self, at: int, url: str) -> Picture:
        if self._visit.stopped:
            raise STOPPED
        if at >= self._limits.post_pictures or self._left.is_spent:
            return Picture(url[:200], unread=_OVER)
        began = time.monotonic()
        self._left.pictures -= 1
        try:
            data = self._data(url) if url.startswith("data:") else self._asked(url)
        except LurewatchError as problem:
            _LOG.info("picture not had (%s)", type(problem).__name__)
            return Picture(url[:200], unread=Text(problem.zh, problem.en))
        finally:
            self._left.seconds -= time.monotonic() - began
        self._left.bytes -= len(data)
        return self._reader.read(url[:200] if url.startswith("data:") else url, data)

    def _asked(self, url: str) -> bytes:
        asking = asyncio.run_coroutine_threadsafe(self._fetch(url), self._loop)
        while True:
            try:
                return asking.result(_LOOK_UP)
            except TimeoutError:
                if self._visit.stopped:
                    asking.cancel()
                    raise STOPPED from None

    async def _fetch(self, url: str) -> bytes:
        most, seconds = self._limits.picture_bytes, self._limits.picture_seconds
        try:
            response = await self._client.answer(url, site(url), headers=_ACCEPT, most=most, seconds=seconds)
        except Slow as problem:
            raise _slow(url) from problem
        if response.status != 200:  # noqa: PLR2004 - OK
            raise _answered(url, response.status)
        return bytes(response.body)

    def _data(self, url: str) -> bytes:
        """The picture that stands in the page itself."""
        head, _, body = url.partition(",")
        try:
            data = b64decode(unquote_to_bytes(body)) if head.lower().endswith(";base64") else unquote_to_bytes(body)
        except (Base64Error, ValueError) as problem:
            raise FetchError("网页内嵌的图片损坏。", "A picture within the page is broken.") from problem
        if len(data) > self._limits.picture_bytes:
            raise TooMuch("网页内嵌的图片太大。", "A picture within the page is too large.")
        return data


def _slow(url: str) -> FetchError:
    return FetchError(f"{site(url)} 的图片太慢，未读取。", f"A picture of {site(url)} is too slow, and was not read.")


def _answered(url: str, status: int) -> FetchError:
    return FetchError(
        f"{site(url)} 没有给出图片（HTTP {status}）。", f"{site(url)} did not give the picture (HTTP {status})."
    )
