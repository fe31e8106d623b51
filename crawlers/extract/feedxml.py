"""Reads RSS 0.9 to 2.0, RSS 1.0 (RDF), Atom and sitemaps, with a parser that follows nothing out of the file."""

import html.entities
import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]

from crawlers.extract import problems
from crawlers.extract.bounds import ENTRIES
from crawlers.extract.feeditem import FeedItem, FeedPart, Markup

_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_MEDIA = "http://search.yahoo.com/mrss/"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_PAGES = 50_000  # pages that a sitemap may name, by its own rules
_ROOTS = frozenset(("rss", "RDF", "feed"))
_DECLARATION = re.compile(r"\A[\s\ufeff]*(?:<\?xml[^>]*\?>)?\s*")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_MARKUP = re.compile(r"</?[A-Za-z][^>]*>|&(?:#\w+|\w+);")
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>|<(?:[\w.-]+:)?(?:item|entry)(?:\s[^<>]*)?/>")
_HTML_START = re.compile(
    r"\s*(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html\b|<head\b|<body\b)", re.IGNORECASE | re.DOTALL
)


def read(text: str, source_id: str) -> FeedPart:
    """The items of an XML feed; raises ExtractError for HTML, for other XML, and for what cannot be recovered."""
    body = _DECLARATION.sub("", text, count=1)
    if _HTML_START.match(body[:5_000]):
        raise problems.not_a_feed(source_id, html=True)
    root = _parse(body)
    if root is None:
        raise problems.broken_feed(source_id)
    name = _name(root)
    if name == "sitemapindex":
        return FeedPart((), next_link=_newest_sitemap(root, source_id), index=True)
    if name == "urlset":
        return FeedPart(_sitemap(root))
    if name not in _ROOTS:
        raise problems.not_a_feed(source_id, html=name.lower() == "html")
    found = root.iter("{*}entry" if name == "feed" else "{*}item")
    whole = islice(found, min(ENTRIES, len(_ITEM_END.findall(body))))  # the last one may be cut off
    items = tuple(_atom(node) if name == "feed" else _rss(node) for node in whole)
    return FeedPart(items, root.get(_BASE), _next(root))


def _parse(body: str) -> etree._Element | None:
    """The root, or None; damaged XML is recovered as far as it goes."""
    clean = _ENTITY.sub(_named, _FORBIDDEN.sub("", body)).encode("utf-8", "replace")
    for recover in (False, True):
        parser = etree.XMLParser(
            encoding="utf-8", recover=recover, resolve_entities=False, no_network=True, huge_tree=False,
            load_dtd=False, dtd_validation=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            root = etree.fromstring(clean, parser)
        except etree.XMLSyntaxError:
            continue
        if root is not None:
            return root
    return None


def _named(match: re.Match[str]) -> str:
    """HTML's named characters, which XML does not know."""
    if match[1] in _XML_ENTITIES:
        return match[0]
    return html.entities.html5.get(f"{match[1]};", match[0])


def _rss(node: etree._Element) -> FeedItem:
    guid = _first(node, "guid")
    key = _text(guid) or node.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    link = _text(_first(node, "link"))
    if link is None and key and key.startswith("http") and (guid is None or guid.get("isPermaLink") != "false"):
        link = key
    return FeedItem(
        key=key,
        link=link,
        title=_markup(_first(node, "title")),
        content=_markup(_first(node, "encoded", _CONTENT)),
        summary=_markup(_first(node, "description")),
        published=_text(_first(node, "pubDate")) or _text(_first(node, "date")),
        updated=_text(_first(node, "updated")) or _text(_first(node, "modified")),
        images=_images(node),
    )


def _atom(node: etree._Element) -> FeedItem:
    links = [link for link in _all(node, "link") if link.get("rel", "alternate") == "alternate" and link.get("href")]
    return FeedItem(
        key=_text(_first(node, "id")),
        link=links[0].get("href") if links else None,
        title=_typed(_first(node, "title")),
        content=_typed(_first(node, "content")),
        summary=_typed(_first(node, "summary")),
        published=_text(_first(node, "published")) or _text(_first(node, "issued")),
        updated=_text(_first(node, "updated")) or _text(_first(node, "modified")),
        images=_images(node),
    )


def _sitemap(root: etree._Element) -> tuple[FeedItem, ...]:
    """The pages of a sitemap, those first that changed last; one that says when it changed is read again after it."""
    found = sorted(islice(root.iter("{*}url"), _PAGES), key=_changed_at, reverse=True)
    return tuple(_sitemap_page(node) for node in found[:ENTRIES])


def _newest_sitemap(root: etree._Element, source_id: str) -> str:
    """The one sitemap of an index that changed last; raises ExtractError where it does not say which that is."""
    found = sorted(islice(root.iter("{*}sitemap"), _PAGES), key=_changed_at, reverse=True)
    told = [_changed_at(node) for node in found[:2]]
    address = _text(_first(found[0], "loc")) if found else None
    if address is None or (len(told) > 1 and told[0] == told[1]):
        raise problems.sitemap_index(source_id)
    return address


def _changed_at(node: etree._Element) -> str:
    return _text(_first(node, "lastmod")) or ""


def _sitemap_page(node: etree._Element) -> FeedItem:
    address, news = _text(_first(node, "loc")), _first(node, "news")
    return FeedItem(
        key=address,
        link=address,
        title=_markup(_first(news, "title")) if news is not None else None,
        content=None,
        summary=None,
        published=_text(_first(news, "publication_date")) if news is not None else None,
        updated=_text(_first(node, "lastmod")),
    )


def _next(root: etree._Element) -> str | None:
    spaces = "".join(_ATOM)
    for link in islice(root.iter("{*}link"), ENTRIES):
        if link.get("rel") == "next" and str(etree.QName(link).namespace or "") in spaces:
            return str(link.get("href"))
    return None


def _images(node: etree._Element) -> tuple[str, ...]:
    enclosed = [*_all(node, "enclosure"), *_all(node, "content", _MEDIA)]
    enclosed += [link for link in _all(node, "link") if link.get("rel") == "enclosure"]
    found = (
        file.get("url") or file.get("href")
        for file in enclosed
        if (file.get("type") or "").startswith("image/") or file.get("medium") == "image"
    )
    return tuple(url for url in found if url)


def _children(node: etree._Element) -> Iterator[etree._Element]:
    return (child for child in node if isinstance(child.tag, str))


def _all(node: etree._Element, name: str, space: str | None = None) -> list[etree._Element]:
    wanted = (child for child in _children(node) if _name(child) == name)
    return [child for child in wanted if space is None or etree.QName(child).namespace == space]


def _first(node: etree._Element, name: str, space: str | None = None) -> etree._Element | None:
    """The first child of that name that holds anything; of a namespace, if one is given, never of media's otherwise."""
    found = _all(node, name, space)
    return next((child for child in found if space or etree.QName(child).namespace != _MEDIA), None)


def _name(node: etree._Element) -> str:
    return str(etree.QName(node).localname)


def _text(node: etree._Element | None) -> str | None:
    """The text of an element; of an entity that is not resolved nothing."""
    if node is None:
        return None
    return _inner_text(node).strip() or None


def _inner_text(node: etree._Element) -> str:
    inner = (f"{_inner_text(child) if isinstance(child.tag, str) else ''}{child.tail or ''}" for child in node)
    return "".join((node.text or "", *inner))


def _markup(node: etree._Element | None) -> Markup | None:
    """A text of RSS, which may hold HTML or not; nothing says which."""
    if node is not None and len(node) and any(True for _ in _children(node)):
        return _inner(node)
    text = _text(node)
    return Markup(text, html=bool(_MARKUP.search(text))) if text else None


def _typed(node: etree._Element | None) -> Markup | None:
    """A text of Atom, which says what it is."""
    if node is None or node.get("src"):
        return None
    kind = (node.get("type") or "text").lower()
    if kind in ("xhtml", "application/xhtml+xml"):
        return _inner(node)
    text = _text(node)
    return Markup(text, html=kind in ("html", "text/html")) if text else None


def _inner(node: etree._Element) -> Markup | None:
    """Elements within an element as HTML."""
    for child in node.iter():
        if isinstance(child.tag, str):
            child.tag = _name(child)
    pieces = [etree.tostring(child, encoding="unicode", method="html") for child in _children(node)]
    text = "".join([node.text or "", *pieces]).strip()
    return Markup(text, html=True) if text else None
