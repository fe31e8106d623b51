"""What RSS, Atom and JSON Feed have in common."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Markup:
    """A text of a feed; ``html`` says that it holds tags and entities."""

    text: str
    html: bool


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item as the feed has it: links unresolved, times as text. Who wrote it is not read."""

    key: str | None
    link: str | None
    title: Markup | None
    content: Markup | None
    summary: Markup | None
    published: str | None
    updated: str | None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedPart:
    """The items of one response in order, the base of their links, and where more of them are."""

    items: tuple[FeedItem, ...]
    base: str | None = None
    next_link: str | None = None
