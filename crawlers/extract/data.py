"""From JSON, an answer's own or that in a script of the page, to its entries."""

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from core.types import Page
from crawlers.extract import problems, urls
from crawlers.extract.bounds import ENTRIES, IMAGES
from crawlers.extract.decode import decode, sound
from crawlers.extract.dom import parse
from crawlers.extract.feeditem import FeedItem, Markup, entry_of
from crawlers.extract.types import Entry, Listing
from crawlers.sources import Data, Source

_MARKUP = re.compile(r"</?[A-Za-z][^>]*>|&(?:#\w+|\w+);")
_PATH = re.compile(r"\{([^{}]+)\}")
_NO = frozenset({"", "0", "-1", "null", "none", "false"})  # how answers say that there is no next page


def listing(page: Page, source: Source, given: Data) -> Listing:
    """The entries that ``given`` describes, each key once, and the next page.

    Raises ExtractError where there is no JSON, or no list where ``given`` says that it is.
    """
    decoded = decode(page)
    whole = _json(decoded.text, source, given)
    items = _at(whole, given.items)
    if not isinstance(items, list):
        raise problems.no_items(source.id, given.items)

    def link(href: str | None) -> str | None:
        return urls.resolve(page.url, href, decoded.encoding)

    entries: dict[str, Entry] = {}
    for raw in items[:ENTRIES]:
        item = _item(raw, given) if isinstance(raw, dict) else None
        if item is None or (link(item.link) is None and item.content is None):
            continue
        entry = entry_of(item, page, source, link)
        if entry is not None:
            sticky = (_text(raw, given.sticky) or "").lower() not in _NO
            changed = _text(raw, given.changed) or entry.changed
            entries.setdefault(entry.key, replace(entry, sticky=sticky, changed=changed))
    if items and not entries:
        raise problems.no_items(source.id, given.link or given.text or "")
    return Listing(tuple(entries.values()), _next(page.url, whole, given) if items else None)


def _json(text: str, source: Source, given: Data) -> Any:
    if given.script is not None:
        node = parse(text).css_first(given.script)
        if node is None:
            raise problems.no_match(source.id, "script", given.script)
        text = node.text()
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise problems.not_json(source.id) from problem.with_traceback(None)


def _item(raw: dict[str, Any], given: Data) -> FeedItem:
    title, text = _text(raw, given.title), _text(raw, given.text)
    return FeedItem(
        key=_text(raw, given.key),
        link=_link(raw, given.link),
        title=_markup(title),
        content=_markup(text),
        summary=None,
        published=_text(raw, given.time),
        updated=None,
        images=_images(raw, given.image),
    )


def _link(raw: dict[str, Any], link: str | None) -> str | None:
    """The address by its path, or with its paths filled in; None where one of them leads to nothing."""
    if link is None or "{" not in link:
        return _text(raw, link)
    found = {path: _text(raw, path) for path in _PATH.findall(link)}
    if None in found.values():
        return None
    return _PATH.sub(lambda match: quote(found[match[1]] or "", safe=""), link)


def _markup(text: str | None) -> Markup | None:
    return Markup(text, html=bool(_MARKUP.search(text))) if text else None


def _images(raw: dict[str, Any], path: str | None) -> tuple[str, ...]:
    found = _at(raw, path) if path else None
    several = found if isinstance(found, list) else [found]
    return tuple(one for one in several[:IMAGES] if isinstance(one, str))


def _text(raw: Any, path: str | None) -> str | None:
    """What stands at a path, as text; None where there is nothing, or no text and no number."""
    value = _at(raw, path) if path else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return sound(value).strip() or None if isinstance(value, str) else None


def _at(value: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and len(part) < len(str(ENTRIES)) + 1:
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value


def _next(url: str, whole: Any, given: Data) -> str | None:
    """The address with its page counted up, or with the values of its cursor; None where there is no next page."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if given.page is not None:
        now = query.get(given.page, "1")
        if not now.isdecimal():
            return None
        query[given.page] = str(int(now[:9]) + 1)
    elif given.cursor:
        values = {name: _text(whole, path) for name, path in given.cursor.items()}
        if any(value is None or value.lower() in _NO for value in values.values()):
            return None
        query |= {name: value for name, value in values.items() if value is not None}
    else:
        return None
    return urls.canonical(urlunsplit(parts._replace(query=urlencode(query))))
