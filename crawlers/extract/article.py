"""Finds the text on a post's page without selectors: trafilatura says which words, the tree says where."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

import trafilatura
from trafilatura.utils import line_processing, trim

from core.types import Post
from crawlers.extract import blocks, posts, problems
from crawlers.extract.dom import Node, Skip, Step, ancestors, unseen, walk
from crawlers.extract.measure import Measures, measure
from crawlers.extract.moments import time_of
from crawlers.extract.paging import next_page
from crawlers.extract.posts import Title
from crawlers.extract.render import Rendered, render
from crawlers.extract.roles import is_beside, is_card, is_dateline, is_frame, is_main, is_person, letters
from crawlers.extract.sheet import Sheet
from crawlers.extract.tags import INLINE
from crawlers.extract.titles import title_of
from crawlers.extract.types import Detail
from crawlers.sources import Kind

# Its debug messages quote the page, and nothing of a page may reach a log.
logging.getLogger("trafilatura").setLevel(logging.ERROR)

_MOST = 100_000  # nodes that are compared with the extracted text
_SHARE = 0.9  # of the extracted text lies in the element that is taken
_NAMED_SHARE = 0.7  # of the taken element's text lies in an inner one that is named as the text
_ALONE_SHARE = 0.4  # or less of it, if no other so named
_BESIDE_SHARE = 0.2  # holds that much beside it
_DENSE = 0.6
_AMPLE = 2  # the first of the blocks is the post if it is so many times longer than what stands beside them
_LEAST_OPENING = 10  # letters; what has less is a line about the thread
_LEAST = 2  # characters of a text that can be recognised


@dataclass(frozen=True, slots=True)
class _Found:
    """The element that holds the text, and how many of the extracted characters each element holds."""

    holder: Node
    matched: dict[int, int]


def detail(sheet: Sheet) -> Detail:
    """The one post of a page, without comments, links elsewhere and whoever wrote it.

    Where others speak on the page in blocks that repeat, and there is little text beside them, the first of them is
    the post. Extraction: A. Barbaresi, Trafilatura (ACL 2021). Raises ExtractError where no text is found.
    """
    said = blocks.talk(sheet.top)
    others = frozenset(block.whole.mem_id for block in said)
    forum = sheet.source.kind is Kind.FORUM
    found = _read(sheet.top, others, forum=forum)
    if said:
        first = _read(said[0].part, others - {said[0].whole.mem_id}, forum=forum)
        found = first if len(first.text) > _AMPLE * len(found.text) else found
    if not found.text and not found.images:
        raise problems.no_text(sheet.source.id)
    told = sheet.time_at(sheet.top) if sheet.gives("time") else time_of(sheet)
    post = posts.make(sheet.link, sheet.url, sheet.url, _title(sheet), found, told, sheet.pictures(sheet.top))
    return Detail((post,) if post else (), next_page(sheet, "next_post_page"))


def before(sheet: Sheet, floor: Node) -> Post | None:
    """The first post of a thread, if it stands before ``floor``, the first reply, and is built differently."""
    elements = measure(sheet.top, unseen).elements
    index = next((index for index, node in enumerate(elements) if node.mem_id == floor.mem_id), 0)
    around = {node.mem_id for node in ancestors(floor)}
    later = frozenset(node.mem_id for node in elements[index:])
    title = _title(sheet)
    named = title.text if title else ""
    for node in elements[:index]:
        if node.mem_id not in around and _may_hold_a_post(node):
            found = _read(node, later, forum=True)
            if letters(found.text) >= _LEAST_OPENING and found.text not in named:
                return posts.make(sheet.link, sheet.url, sheet.url, title, found, time_of(sheet, node))
    return None


def _may_hold_a_post(node: Node) -> bool:
    if node.tag == "h1" or is_frame(node):
        return False
    return is_main(node) or node.tag == "article" or node.css_first("h1") is not None


def _read(top: Node, others: frozenset[int], *, forum: bool) -> Rendered:
    """The text of the article in ``top``, without the elements ``others``; in a forum what is a comment may be it."""

    def skip(node: Node) -> bool:
        return node.mem_id in others or _not_text(node) or (is_frame(node) if forum else is_beside(node))

    measures = measure(top, skip)
    found = _by_words(top, skip, comments=forum) or _Found(_densest(top, measures), {})
    holder = _named(found.holder, measures)
    return render([holder], lambda node: skip(node) or _is_links(node, found.matched, measures))


def _not_text(node: Node) -> bool:
    return node.tag == "h1" or unseen(node) or any(role(node) for role in (is_person, is_dateline, is_card))


def _title(sheet: Sheet) -> Title | None:
    nodes = sheet.nodes(sheet.top, "title")
    return Title.at(nodes[0]) if nodes else title_of(sheet)


def _by_words(top: Node, skip: Skip, *, comments: bool) -> _Found | None:
    """The smallest element that holds nearly all words that trafilatura takes for the article, or None."""
    html = f"<html><body>{render([top], skip).html}</body></html>"
    said = trafilatura.extract(html, include_comments=comments, include_tables=True, favor_recall=True)
    trim.cache_clear()  # both keep lines of the page
    line_processing.cache_clear()
    if not said:
        return None
    matched = _matches(top, "".join(said.split()), skip)
    total = matched[top.mem_id]
    if not total:
        return None
    return _Found(_descend(top, matched, total * _SHARE), matched)


def _matches(top: Node, said: str, skip: Skip) -> dict[int, int]:
    """For each element how many of its characters stand in ``said`` (without spaces)."""
    matched: dict[int, int] = defaultdict(int)
    stack: list[Node] = []
    for step, node in islice(walk(top, skip), _MOST):
        if step is Step.ENTER:
            stack.append(node)
        elif step is Step.LEAVE:
            done = stack.pop()
            if stack:
                matched[stack[-1].mem_id] += matched[done.mem_id]
        elif stack:
            own = "".join((node.text_content or "").split())
            if len(own) >= _LEAST and own in said:
                matched[stack[-1].mem_id] += len(own)
    while len(stack) > 1:
        done = stack.pop()
        matched[stack[-1].mem_id] += matched[done.mem_id]
    return matched


def _descend(top: Node, matched: dict[int, int], needed: float) -> Node:
    """The innermost element that holds ``needed`` characters; a paragraph is not one, but what is around it."""
    node = top
    while (inner := next((child for child in node.iter() if matched.get(child.mem_id, 0) >= needed), None)) is not None:
        node = inner
    while node.tag in INLINE and node.parent is not None and node.mem_id != top.mem_id:
        node = node.parent
    return node


def _densest(top: Node, measures: Measures) -> Node:
    node = top
    while True:
        needed = max(1.0, measures.weight(node) * _DENSE)
        inner = next((child for child in node.iter() if measures.weight(child) >= needed), None)
        if inner is None or inner.tag in INLINE:
            return node
        node = inner


def _named(holder: Node, measures: Measures) -> Node:
    """The element in ``holder`` that is named as the text: the smallest that holds most of it, or the one of weight."""
    total = measures.weight(holder)
    inner = (node for node in holder.css("[class], [id], [itemprop=articleBody]") if node.tag not in INLINE)
    named = [node for node in inner if measures.weight(node) >= total * _BESIDE_SHARE and is_main(node)]
    if not named or not total:
        return holder
    deep = [node for node in named if measures.weight(node) >= total * _ALONE_SHARE]
    if deep and all(_is_around(node, deep[-1]) or _is_around(deep[-1], node) for node in named):
        return deep[-1]
    most = [node for node in deep if measures.weight(node) >= total * _NAMED_SHARE]
    return most[-1] if most else holder


def _is_around(node: Node, inner: Node) -> bool:
    return any(one.mem_id == node.mem_id for one in (inner, *ancestors(inner)))


def _is_links(node: Node, matched: dict[int, int], measures: Measures) -> bool:
    """Whether an element is a block of links to elsewhere that is no part of the article."""
    if node.tag in INLINE - {"ul", "ol"} or not matched or matched.get(node.mem_id, 0):
        return False
    linked = measures.linked.get(node.mem_id, 0)
    return linked > 0 and linked * 2 >= measures.text.get(node.mem_id, 0)
