"""Reads a list page by the selectors that its source gives."""

from crawlers.extract import posts, problems
from crawlers.extract.bounds import ENTRIES, TITLE
from crawlers.extract.dom import Node, attribute, unseen
from crawlers.extract.paging import next_page
from crawlers.extract.posts import Title, anchor_of, own_words, place
from crawlers.extract.render import line, render
from crawlers.extract.sheet import Sheet
from crawlers.extract.types import Entry, Listing
from crawlers.sources import Kind

_HEADINGS = "h1 a[href], h2 a[href], h3 a[href], h4 a[href], h5 a[href], h6 a[href]"
_CUT = ("…", "...")


def listing(sheet: Sheet) -> Listing:
    """The entries that ``selectors.item`` finds, each key once.

    Raises ExtractError where it finds none (unless the source may be empty) or none of them leads anywhere.
    """
    items = sheet.nodes(sheet.top, "item")[:ENTRIES]
    if not items and sheet.source.expect.least > 0:
        raise problems.no_match(sheet.source.id, "item", sheet.source.selectors.item or "")
    entries: dict[str, Entry] = {}
    for item in items:
        entry = _whole(sheet, item) if sheet.source.whole else _leading(sheet, item)
        if entry is not None:
            entries.setdefault(entry.key, entry)
    if items and not entries:
        name = "text" if sheet.source.whole else "link"
        raise problems.no_match(sheet.source.id, name, getattr(sheet.source.selectors, name) or "a[href]")
    return Listing(tuple(entries.values()), next_page(sheet, "next"))


def _leading(sheet: Sheet, item: Node) -> Entry | None:
    """An entry that leads to its post, or None where no link does."""
    node, url = _link(sheet, item)
    if node is None or url is None:
        return None
    title = (sheet.value(item, "title") or _said(node))[:TITLE] or None
    return Entry(
        key=sheet.value(item, "key") or url,
        url=url,
        title=title,
        sticky=sheet.has(item, "sticky"),
        changed=sheet.value(item, "changed") or title or "",
        published_at=sheet.time_at(item),
    )


def _whole(sheet: Sheet, item: Node) -> Entry | None:
    """An entry that holds its post, or None where it has no text."""
    texts = sheet.nodes(item, "text") if sheet.gives("text") else [item]
    if not texts:
        return None
    forum = sheet.source.kind is Kind.FORUM
    shown = render(posts.outermost(texts), own_words(forum=forum), cut_told=forum)
    _, link = _link(sheet, item)
    anchor = anchor_of(item)
    url = link or place(sheet.url, anchor)
    titles = sheet.nodes(item, "title")
    title = Title.at(titles[0]) if titles else None
    key = sheet.value(item, "key") or (url if link or anchor else f"{url} {shown.text}")
    post = posts.make(sheet.link, key, url, title, shown, sheet.time_at(item), sheet.pictures(item))
    if post is None:
        return None
    changed = sheet.value(item, "changed") or post.title or ""
    return Entry(key, link, post.title, sheet.has(item, "sticky"), changed, post.published_at, post)


def _link(sheet: Sheet, item: Node) -> tuple[Node | None, str | None]:
    """What leads to the post: by selector, else the heading's link; else, unless the entry is whole, the longest."""
    if sheet.gives("link"):
        nodes = sheet.nodes(item, "link")
        return (nodes[0] if nodes else None), sheet.address(item, "link")
    nodes = item.css(_HEADINGS)
    if not nodes and not sheet.source.whole:
        nodes = sorted(item.css("a[href]"), key=lambda node: -len(node.text().strip()))
    found = ((node, sheet.link(attribute(node, "href"))) for node in nodes)
    return next(((node, url) for node, url in found if url is not None), (None, None))


def _said(node: Node) -> str:
    """The text of a link, or its ``title`` where the text is missing or cut short."""
    said, full = line(node, unseen), attribute(node, "title") or ""
    cut = said.endswith(_CUT) and full.startswith(said.rstrip("…."))
    return full if full and (cut or not said) else said
