"""Parses HTML into a tree and walks it without recursion, so that no page is too deep."""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.extract.bounds import DEPTH
from crawlers.extract.decode import sound
from crawlers.extract.tags import SELF_CLOSING, UNSEEN, VOID

Node = LexborNode
Tree = LexborHTMLParser
Skip = Callable[[Node], bool]

_MANY_TAGS = 5_000  # below, the parser is fast whatever the depth,
_LONG = 50_000  # and in shorter pages no element has so many attributes that it is slow
_MANY_ATTRIBUTES = 500
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+))?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b.*?(?:</\1|\Z)"
    rf"|<(/?)([a-z][^\s/>]*+)((?:{_ATTRIBUTE})*+)[\s/]*+>?",
    re.IGNORECASE | re.DOTALL,
)
_STEPS = 300  # starts, ends and texts until the first characters are met
_NO_DISPLAY = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:;|!|$)", re.IGNORECASE
)
_JAMMER = re.compile(r"(?:^|\s)jammer(?:\s|$)")  # the noise that some forum programs mix into texts, coloured away


class Step(Enum):
    """What a walk meets: the start of an element, its end, or a text."""

    ENTER = 1
    LEAVE = 2
    TEXT = 3


def parse(html: str) -> Tree:
    """The tree of a page. Elements beyond a depth of 512 lose their tags, as in browsers; their text stays.

    So do those with more than 500 attributes: the parser's time grows with the square of both.
    """
    clean = sound(html)
    return LexborHTMLParser(clean if len(clean) < _LONG and clean.count("<") < _MANY_TAGS else _plain(clean))


def top_of(tree: Tree) -> Node:
    """The body, or the root of a page without one."""
    node = tree.body or tree.root
    return node if node is not None else LexborHTMLParser("<body></body>").css("body")[0]


def walk(top: Node, skip: Skip) -> Iterator[tuple[Step, Node]]:
    """The elements and texts of ``top`` in order, without the elements that ``skip`` names (never ``top`` itself)."""
    end, node = top.mem_id, top
    while True:
        if node.is_text_node:
            yield Step.TEXT, node
        elif node.is_element_node and (node.mem_id == end or not skip(node)):
            yield Step.ENTER, node
            child = node.first_child
            if child is not None:
                node = child
                continue
            yield Step.LEAVE, node
        while node.mem_id != end and node.next is None and node.parent is not None:
            node = node.parent
            yield Step.LEAVE, node
        if node.mem_id == end or node.next is None:
            return
        node = node.next


def unseen(node: Node) -> bool:
    """Whether a reader does not see the element: scripts, controls, hidden parts, noise."""
    if node.tag in UNSEEN:
        return True
    marks = node.attributes
    if not marks:
        return False
    if "hidden" in marks or _NO_DISPLAY.search(marks.get("style") or ""):
        return True
    return bool(_JAMMER.search(marks.get("class") or ""))


def ancestors(node: Node, most: int = DEPTH) -> Iterator[Node]:
    """The elements around ``node``, the nearest first."""
    above = node.parent
    for _ in range(most):
        if above is None or not above.is_element_node:
            return
        yield above
        above = above.parent


def attribute(node: Node, name: str) -> str | None:
    """An attribute's value without surrounding space; None where it is missing or empty."""
    return (node.attributes.get(name) or "").strip() or None


def head(node: Node, most: int) -> str:
    """The first ``most`` characters that a reader sees of an element, without looking at the rest or far for them."""
    pieces: list[str] = []
    size = 0
    for step, inner in islice(walk(node, unseen), _STEPS):
        if step is Step.TEXT:
            pieces.append(inner.text_content or "")
            size += len(pieces[-1])
            if size >= most:
                break
    return "".join(pieces)[:most]


def _plain(html: str) -> str:
    """The page without the tags that lie too deep or have hundreds of attributes."""
    pieces: list[str] = []
    depth = at = 0
    for match in _TOKEN.finditer(html):
        name = (match[3] or "").lower()
        if not name:
            continue
        if name not in VOID and name not in SELF_CLOSING:
            depth = max(0, depth - 1) if match[2] else depth + 1
        if depth + bool(match[2]) > DEPTH or _is_crowded(match[4]):
            pieces.append(html[at : match.start()])
            at = match.end()
    return "".join([*pieces, html[at:]])


def _is_crowded(attributes: str) -> bool:
    return len(attributes) > _MANY_ATTRIBUTES and len(_ATTRIBUTES.findall(attributes)) > _MANY_ATTRIBUTES
