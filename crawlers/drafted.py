"""What looking at an address gives: the source to be, what it would see, and its file."""

from dataclasses import dataclass

from core.types import Post
from crawlers.extract.types import Entry
from crawlers.sources import Source


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry as the source would see it, with the posts behind it as far as they were looked at."""

    entry: Entry
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What was found: the source to be, what it would see, and feeds that the page names."""

    source: Source
    samples: tuple[Sample, ...]
    entries: int
    next_url: str | None
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft and the source file for it."""

    found: Draft
    text: str
