"""Attaches to the evidence of a drawn page a screenshot of the offer, where a browser is at work."""

from collections.abc import Callable, Sequence

from core.types import Flag, Page, Post
from crawlers.evidence.warc import Attachment

Shoot = Callable[[Post, Page], bytes | None]


class Camera:
    """Takes screenshots through the browser of the crawlers at work, none while there is none."""

    def __init__(self) -> None:
        self._shoot: Shoot | None = None

    def through(self, shoot: Shoot) -> None:
        """Take screenshots by ``shoot`` from now on; it gives a PNG or None, and raises nothing."""
        self._shoot = shoot

    def attach(self, flag: Flag, post: Post, page: Page) -> Sequence[Attachment]:
        """The offer as the browser shows it."""
        shot = self._shoot(post, page) if self._shoot is not None and page.drawn else None
        if shot is None:
            return ()
        return (Attachment(f"urn:view:{flag.url}", "image/png", shot, {"as": "screenshot"}),)
