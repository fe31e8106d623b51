"""Reads JSON Feed, versions 1 and 1.1."""

import json
from typing import Any

from crawlers.extract import problems
from crawlers.extract.bounds import ENTRIES
from crawlers.extract.decode import sound
from crawlers.extract.feeditem import FeedItem, FeedPart, Markup


def read(text: str, source_id: str) -> FeedPart:
    """The items of a JSON Feed; raises ExtractError for damaged JSON and for JSON that is no feed."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise problems.broken_feed(source_id) from problem.with_traceback(None)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise problems.not_a_feed(source_id, html=False)
    items = tuple(_item(raw) for raw in feed["items"][:ENTRIES] if isinstance(raw, dict))
    return FeedPart(items, None, _text(feed, "next_url"))


def _item(raw: dict[str, Any]) -> FeedItem:
    html, plain, title, summary = (_text(raw, name) for name in ("content_html", "content_text", "title", "summary"))
    return FeedItem(
        key=_text(raw, "id"),
        link=_text(raw, "url") or _text(raw, "external_url"),
        title=Markup(title, html=False) if title else None,
        content=Markup(html or plain or "", html=bool(html)) if html or plain else None,
        summary=Markup(summary, html=False) if summary else None,
        published=_text(raw, "date_published"),
        updated=_text(raw, "date_modified"),
        images=_images(raw),
    )


def _text(raw: dict[str, Any], name: str) -> str | None:
    """A member as text without surrounding space; numbers count, since some feeds number their items."""
    value = raw.get(name)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return sound(value).strip() or None if isinstance(value, str) else None


def _images(raw: dict[str, Any]) -> tuple[str, ...]:
    attached = raw.get("attachments")
    files = [file for file in attached if isinstance(file, dict)] if isinstance(attached, list) else []
    found = [_text(raw, "image"), *(_text(file, "url") for file in files if _is_image(file))]
    return tuple(url for url in found if url)


def _is_image(file: dict[str, Any]) -> bool:
    return (_text(file, "mime_type") or "").startswith("image/")
