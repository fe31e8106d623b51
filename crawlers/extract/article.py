"""Finds the text on a post's page without selectors: trafilatura says which words, the tree says where."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

import trafilatura
from trafilatura.utils import line_processing, trim

from crawlers.extract import posts, problems
from crawlers.extract.dom import Node, Skip, Step, unseen, walk
from crawlers.extract.measure import Measures, measure
from crawlers.extract.moments import time_of
from crawlers.extract.paging import next_page
from crawlers.extract.posts import Title
from crawlers.extract.render import render
from crawlers.extract.roles import is_beside, is_card, is_dateline, is_main, is_person
from crawlers.extract.sheet import Sheet
from crawlers.extract.tags import INLINE
from crawlers.extract.titles import title_of
from crawlers.extract.types import Detail

# Its debug messages quote the page, and nothing of a page may reach a log.
logging.getLogger("trafilatura").setLevel(logging.ERROR)

_MOST = 100_000  # nodes that are compared with the extracted text
_SHARE = 0.9  # of the extracted text lies in the element that is taken
_NAMED_SHARE = 0.7  # of the taken element's text lies in an inner one that is named as the text
_DENSE = 0.6
_LEAST = 2  # characters of a text that can be recognised


@dataclass(frozen=True, slots=True)
class _Found:
    """The element that holds the text, and how many of the extracted characters each element holds."""

    holder: Node
    matched: dict[int, int]


def detail(sheet: Sheet) -> Detail:
    """The one post of a page, without comments, links elsewhere and whoever wrote it.

    Extraction: A. Barbaresi, Trafilatura (ACL 2021). Raises ExtractError where no text is found.
    """
    measures = measure(sheet.top, _not_text)
    found = _by_words(sheet.top) or _Found(_densest(sheet.top, measures), {})
    holder = _named(found.holder, measures)
    shown = render([holder], lambda node: _not_text(node) or _is_links(node, found.matched, measures))
    if not shown.text and not shown.images:
        raise problems.no_text(sheet.source.id)
    told = sheet.time_at(sheet.top) if sheet.gives("time") else time_of(sheet)
    post = posts.make(sheet.link, sheet.url, sheet.url, _title(sheet), shown, told, sheet.pictures(sheet.top))
    return Detail((post,) if post else (), next_page(sheet, "next_post_page"))


def _not_text(node: Node) -> bool:
    return node.tag == "h1" or unseen(node) or any(role(node) for role in (is_person, is_beside, is_dateline, is_card))


def _title(sheet: Sheet) -> Title | None:
    nodes = sheet.nodes(sheet.top, "title")
    return Title.at(nodes[0]) if nodes else title_of(sheet)


def _by_words(top: Node) -> _Found | None:
    """The smallest element that holds nearly all words that trafilatura takes for the article, or None."""
    html = f"<html><body>{render([top], _not_text).html}</body></html>"
    said = trafilatura.extract(html, include_comments=False, include_tables=True, favor_recall=True)
    trim.cache_clear()  # both keep lines of the page
    line_processing.cache_clear()
    if not said:
        return None
    matched = _matches(top, "".join(said.split()), _not_text)
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
    """The smallest element in ``holder`` that is named as the text and holds most of it, else ``holder``."""
    needed = measures.weight(holder) * _NAMED_SHARE
    inner = [node for node in holder.css("[class], [id], [itemprop=articleBody]") if measures.weight(node) >= needed]
    named = [node for node in inner if is_main(node) and node.tag not in INLINE]
    return named[-1] if named and needed else holder


def _is_links(node: Node, matched: dict[int, int], measures: Measures) -> bool:
    """Whether an element is a block of links to elsewhere that is no part of the article."""
    if node.tag in INLINE - {"ul", "ol"} or not matched or matched.get(node.mem_id, 0):
        return False
    linked = measures.linked.get(node.mem_id, 0)
    return linked > 0 and linked * 2 >= measures.text.get(node.mem_id, 0)
