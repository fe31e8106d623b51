"""Reads the posts of a page whose source gives no selectors: a thread, or a list of whole posts."""

from datetime import datetime

from core.types import Post
from crawlers.extract import article, blocks, posts
from crawlers.extract.blocks import MARK, Block
from crawlers.extract.dom import Node, ancestors, attribute, head
from crawlers.extract.moments import time_of
from crawlers.extract.paging import is_first, next_page
from crawlers.extract.posts import Title, anchor_of, own_words, place
from crawlers.extract.render import render
from crawlers.extract.roles import is_dateline, is_person, is_profile
from crawlers.extract.sheet import Sheet
from crawlers.extract.titles import title_of
from crawlers.extract.types import Detail, Entry, Listing

_HEADINGS = 3  # headings of a block that may be its title
_LINKS = 40  # links of a block that may lead to it


def detail(sheet: Sheet) -> Detail | None:
    """The posts of a thread: blocks that repeat, perhaps after a first one that is built differently; or None.

    Where nobody has replied yet, nothing repeats: then the one block that is built as a post is it.
    """
    own = own_words(forum=True)
    found = blocks.find(sheet.top, own, lambda node: blocks.is_marked(node) or blocks.is_signed(node))
    found = found or blocks.alone(sheet.top, own)
    if not found:
        return None
    opening = is_first(sheet)
    before = article.before(sheet, found[0].whole) if opening else None
    others = frozenset(block.whole.mem_id for block in found)
    floors = [
        _floor(sheet, block, index, others, opening=opening and before is None and index == 0)
        for index, block in enumerate(found)
    ]
    kept = {post.key: post for post in (before, *floors) if post is not None}
    return Detail(tuple(kept.values()), next_page(sheet, "next_post_page"))


def _floor(sheet: Sheet, block: Block, index: int, others: frozenset[int], *, opening: bool) -> Post | None:
    anchor = anchor_of(block.whole)
    url = place(sheet.url, anchor)
    own = own_words(forum=True, opening=opening, others=others)
    shown = render([block.part], lambda node: own(node) or is_dateline(node), cut_told=True)
    title = title_of(sheet) if opening else None
    told = _told(sheet, block)
    return posts.make(sheet.link, url if anchor else f"{url}#{index}", url, title, shown, told)


def listing(sheet: Sheet) -> Listing | None:
    """The entries of a page that holds whole posts, or None where nothing repeats."""
    skip = own_words(forum=False)
    entries: dict[str, Entry] = {}
    for block in blocks.find(sheet.top, skip):
        anchor = anchor_of(block.whole)
        link = _permalink(sheet, block.whole)
        url = link or place(sheet.url, anchor)
        shown = render([block.part], lambda node: skip(node) or is_dateline(node))
        key = url if link or anchor else f"{url} {shown.text}"
        post = posts.make(sheet.link, key, url, _heading(block), shown, _told(sheet, block))
        if post is not None:
            entries.setdefault(key, Entry(key, link, post.title, published_at=post.published_at, post=post))
    return Listing(tuple(entries.values()), next_page(sheet, "next")) if entries else None


def _heading(block: Block) -> Title | None:
    """The heading of a block that stands beside its text and names nobody."""
    for node in block.whole.css("h1, h2, h3, h4, h5, h6")[:_HEADINGS]:
        around = [node, *ancestors(node)]
        if any(one.mem_id == block.part.mem_id or is_person(one) for one in around):
            continue
        return Title.at(node)
    return None


def _permalink(sheet: Sheet, block: Node) -> str | None:
    """Where the time of a block leads to: to the post itself, as is usual."""
    for node in block.css("a[href]")[:_LINKS]:
        if node.css_first("time") is not None or MARK.fullmatch(head(node, _LINKS).strip()):
            return sheet.link(attribute(node, "href"))
    return None


def _told(sheet: Sheet, block: Block) -> datetime | None:
    """The time that a block shows beside its text, and not in the card of its author."""
    if block.part.mem_id == block.whole.mem_id:
        return time_of(sheet, block.whole)
    around = {node.mem_id for node in ancestors(block.part)}
    inside = block.part.mem_id
    return time_of(
        sheet, block.whole, lambda node: node.mem_id == inside or (node.mem_id not in around and is_profile(node))
    )
