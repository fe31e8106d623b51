"""Finds what repeats on a page: blocks of one structure that each hold somebody's words."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice

from crawlers.extract import tags
from crawlers.extract.bounds import POSTS
from crawlers.extract.dom import Node, Skip, Step, ancestors, unseen, walk
from crawlers.extract.measure import Measures, column, measure, shape
from crawlers.extract.posts import own_words
from crawlers.extract.roles import is_frame, is_label, is_main, is_person, is_profile, is_quote, names_of

_NAMED = re.compile(
    r"(?<![a-z])(?:posts?|pid|floor|repl(?:y|ies)|comments?|message|topic|lou|feed|status|weibo|card)(?![a-z])"
)
MARK = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}[-/月]\d{1,2}日?\s+\d{1,2}:\d\d|\d\s*(?:秒|分钟|小时|天)前|昨天|前天|刚刚"
    r"|(?:第|#)\s*\d+\s*(?:楼|层|#)?|\d+\s*(?:楼|层|#)|沙发|板凳|楼主"
    r"|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d 20\d\d"
)
_MARKED = 0.5  # share of blocks that show a time or number of their own, so that they are floors and not paragraphs
_ALIKE = 0.6  # share of the common structure that a block must have
_COMMON = 0.3  # share of a block's structure that must be common
_GROUPS = 20  # groups that are compared
_LOOKED_AT = 40  # elements of a block whose structure is compared
_MOST_TEXT = 0.5  # share of the page's text that a block must hold which stands alone
_DOMINANT = 0.6
_NAMED_PART = 0.2
_ASIDE = 0.05  # what the text of a label or of a member's card is worth


@dataclass(frozen=True, slots=True)
class Block:
    """One post: the element that is it alone, and the part of it that holds the text."""

    whole: Node
    part: Node


def find(top: Node, skip: Skip, sign: Callable[[Node], bool] | None = None) -> list[Block]:
    """The blocks of the group that holds most text; half of them must show ``sign``, if one is given."""
    measures = measure(top, lambda node: skip(node) or is_frame(node))
    best: list[Node] = []
    best_score = 0.0
    for group in _groups(measures):
        floors = _alike(group)
        shown = sum((sign or is_marked)(node) for node in floors)
        if len(floors) < 2 or (sign and shown < len(floors) * _MARKED):  # noqa: PLR2004 - two repeat
            continue
        named = sum(bool(_NAMED.search(names_of(node))) for node in floors) / len(floors)
        score = sum(measures.weight(node) for node in floors) * (0.5 + shown / len(floors)) * (1 + named / 2)
        if score > best_score:
            best, best_score = floors, score
    return _with_parts(best, measures)


def talk(top: Node) -> list[Block]:
    """The blocks that each show who speaks and when: comments, and replies in a thread."""
    return find(top, own_words(forum=True), lambda node: is_marked(node) and is_signed(node))


def alone(top: Node, skip: Skip) -> list[Block]:
    """The one block of a page on which none repeats: named as a post, showing who speaks and when, and most text."""
    measures = measure(top, lambda node: skip(node) or is_frame(node))
    named = [node for node in measures.elements if node.tag in tags.POSTS and _NAMED.search(names_of(node))]
    floors = [node for node in named if is_marked(node) and is_signed(node)]
    around = {above.mem_id for node in floors for above in ancestors(node)}
    inner = [node for node in floors if node.mem_id not in around]
    if len(inner) != 1 or measures.weight(inner[0]) < measures.weight(top) * _MOST_TEXT:
        return []
    return _with_parts(inner, measures)


def is_marked(block: Node) -> bool:
    """Whether a block shows a time or a number of its own."""
    return block.css_first("time") is not None or bool(MARK.search(block.text()))


def is_signed(block: Node) -> bool:
    """Whether a block shows who speaks."""
    elements = (node for step, node in walk(block, unseen) if step is Step.ENTER)
    return any(is_person(node) for node in islice(elements, 1, _LOOKED_AT))


def _groups(measures: Measures) -> list[list[Node]]:
    """Elements of one shape below one parent, at least two: the groups with most text."""
    groups: dict[tuple[int, str], list[Node]] = defaultdict(list)
    for node in measures.elements:
        if node.tag in tags.POSTS and node.parent is not None and measures.weight(node) > 0:
            groups[node.parent.mem_id, shape(node)].append(node)
    several = [group[:POSTS] for group in groups.values() if len(group) > 1]
    return nlargest(_GROUPS, several, key=lambda group: sum(measures.weight(node) for node in group))


def _alike(group: Sequence[Node]) -> list[Node]:
    """The blocks of a group that share an inner structure: layout columns of one shape have none in common."""
    inner = [_inner(node) for node in group]
    counts = Counter(name for names in inner for name in names)
    common = {name for name, count in counts.items() if count >= len(group) * _ALIKE}
    typical = sorted(len(names) for names in inner)[len(inner) // 2]
    if len(common) < typical * _COMMON:
        return []
    return [node for node, names in zip(group, inner, strict=True) if len(common & names) >= len(common) * _ALIKE]


def _inner(block: Node) -> set[str]:
    """The shapes of the first elements in a block, paragraphs and line breaks aside."""
    elements = (node for step, node in walk(block, is_quote) if step is Step.ENTER)
    return {
        f"{shape(node)}:{column(node)}"
        for node in islice(elements, 1, _LOOKED_AT)
        if node.tag not in ("br", "p", "img", "a", "b", "font", "strong")
    }


def _with_parts(floors: list[Node], measures: Measures) -> list[Block]:
    """Each floor with the part that holds its text, found for all floors at once by going down where the text is."""
    parts = {node.mem_id: node for node in floors}
    while below := _step_down(list(parts.values()), measures):
        parts = {floor: below.get(part.mem_id, part) for floor, part in parts.items()}
    return [Block(node, parts[node.mem_id]) for node in floors]


def _step_down(parts: list[Node], measures: Measures) -> dict[int, Node]:
    """For each part the child of the one shape that holds most of the text of all parts; empty if none does."""
    worth: Counter[str] = Counter()
    children: dict[str, dict[int, Node]] = defaultdict(dict)
    repeated: set[str] = set()
    total = 0.0
    for part in parts:
        total += measures.weight(part)
        below = [child for child in part.iter() if measures.weight(child) > 0]
        for child in below:
            value = measures.weight(child) * (_worth(child) if len(below) > 1 else 1.0)
            name = f"{shape(child)}:{column(child)}"
            total -= measures.weight(child) - value
            if part.mem_id in children[name]:
                repeated.add(name)
            else:
                children[name][part.mem_id] = child
                worth[name] += round(value)
    return _dominant(worth, children, repeated, total)


def _dominant(
    worth: Counter[str], children: dict[str, dict[int, Node]], repeated: set[str], total: float
) -> dict[int, Node]:
    """The children of the shape that is worth most, if it stands once in a part and is worth enough."""
    best: dict[int, Node] = {}
    most = 0.0
    for name, value in worth.items():
        sample = next(iter(children[name].values()))
        named = is_main(sample)
        enough = value >= total * (_NAMED_PART if named else _DOMINANT)
        fits = name not in repeated and (named or sample.tag in tags.POSTS or sample.tag in ("td", "pre"))
        if enough and fits and value * (1 + 2 * named) > most:
            best, most = children[name], value * (1 + 2 * named)
    return best


def _worth(child: Node) -> float:
    return _ASIDE if is_profile(child) or is_label(child) else 1.0
