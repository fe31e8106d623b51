"""Reads the page of a post or thread by the selectors that its source gives."""

from core.types import Post
from crawlers.extract import posts, problems
from crawlers.extract.bounds import POSTS
from crawlers.extract.dom import Node, ancestors
from crawlers.extract.paging import is_first, next_page
from crawlers.extract.posts import Title, anchor_of, own_words, place
from crawlers.extract.render import render
from crawlers.extract.sheet import Sheet
from crawlers.extract.titles import title_of
from crawlers.extract.types import Detail
from crawlers.sources import Kind


def detail(sheet: Sheet) -> Detail:
    """The posts that ``selectors.post`` finds, or what ``selectors.text`` finds: one post, in a forum one each.

    Raises ExtractError where a selector that is given finds nothing on the whole page.
    """
    nodes = _nodes(sheet)
    every = frozenset(node.mem_id for node in nodes)
    opening = sheet.source.kind is not Kind.FORUM or is_first(sheet)
    found: dict[str, Post] = {}
    for index, node in enumerate(nodes):
        post = _post(sheet, node, index, every, opening=opening and index == 0)
        if post is not None:
            found.setdefault(post.key, post)
    if not found:
        name = "text" if sheet.gives("text") else "post"
        raise problems.no_match(sheet.source.id, name, getattr(sheet.source.selectors, name) or "")
    return Detail(tuple(found.values()), next_page(sheet, "next_post_page"))


def _nodes(sheet: Sheet) -> list[Node]:
    name = "post" if sheet.gives("post") else "text"
    nodes = sheet.nodes(sheet.top, name)
    if not nodes:
        raise problems.no_match(sheet.source.id, name, getattr(sheet.source.selectors, name) or "")
    if name == "post":
        return nodes[:POSTS]
    return posts.outermost(nodes)[:POSTS] if sheet.source.kind is Kind.FORUM else [sheet.top]


def _post(sheet: Sheet, node: Node, index: int, every: frozenset[int], *, opening: bool) -> Post | None:
    """The post in ``node``, one of ``every``; None where it has no text of its own."""
    forum = sheet.source.kind is Kind.FORUM
    texts = [text for text in sheet.nodes(node, "text") if _owner(text, every) == node.mem_id]
    if sheet.gives("text") and not texts:
        return None
    skip = own_words(forum=forum, opening=opening, others=every - {node.mem_id})
    shown = render(posts.outermost(texts) or [node], skip, cut_told=forum)
    alone = len(every) == 1 and not forum
    key, url = _identity(sheet, node, index, alone=alone)
    published_at = sheet.time_at(node) or (sheet.time_at(sheet.top) if alone else None)
    title = _title(sheet, node) if opening else None
    return posts.make(sheet.link, key, url, title, shown, published_at, sheet.pictures(node))


def _identity(sheet: Sheet, node: Node, index: int, *, alone: bool) -> tuple[str, str]:
    """The key and address of a post: those of the page where it is alone on it, else of its place on the page."""
    anchor = None if alone else anchor_of(node)
    url = place(sheet.url, anchor)
    native = sheet.value(node, "post_key") or (sheet.value(node, "key") if alone and sheet.gives("post") else None)
    return native or (url if alone or anchor else f"{url}#{index}"), url


def _title(sheet: Sheet, node: Node) -> Title | None:
    if not sheet.gives("title"):
        return title_of(sheet)
    found = sheet.nodes(node, "title") or sheet.nodes(sheet.top, "title")
    return Title.at(found[0]) if found else None


def _owner(text: Node, every: frozenset[int]) -> int | None:
    """The nearest post around a text, so that the text of a nested post is not taken for that of the outer one."""
    return next((node.mem_id for node in (text, *ancestors(text)) if node.mem_id in every), None)
