"""Counts the text of every element of a page in one walk, for the guesses that need it."""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

from crawlers.extract.bounds import NODES
from crawlers.extract.dom import Node, Skip, Step, walk
from crawlers.extract.tags import STATES

_LETTERS = re.compile(r"[^\W_]")
_COLUMNS = 40  # cells beyond are of one column
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Measures:
    """Letters and digits in each element by ``mem_id``, and how many of them stand in links."""

    text: dict[int, int]
    linked: dict[int, int]
    elements: tuple[Node, ...]

    def weight(self, node: Node) -> int:
        """The text of an element that is not in links."""
        return self.text.get(node.mem_id, 0) - self.linked.get(node.mem_id, 0)


def measure(top: Node, skip: Skip) -> Measures:
    """The measures of all elements of ``top`` but those that ``skip`` names; of the first 200,000 nodes only."""
    text: dict[int, int] = defaultdict(int)
    linked: dict[int, int] = defaultdict(int)
    elements: list[Node] = []
    stack: list[Node] = []
    links = 0
    for step, node in islice(walk(top, skip), NODES):
        if step is Step.ENTER:
            stack.append(node)
            elements.append(node)
            links += node.tag == "a"
        elif step is Step.LEAVE:
            done = stack.pop()
            links -= done.tag == "a"
            if stack:
                text[stack[-1].mem_id] += text[done.mem_id]
                linked[stack[-1].mem_id] += linked[done.mem_id]
        elif stack:
            size = len(_LETTERS.findall(node.text_content or ""))
            text[stack[-1].mem_id] += size
            linked[stack[-1].mem_id] += size if links else 0
    return Measures(text, linked, tuple(elements))


def shape(node: Node) -> str:
    """What the elements of one list have in common: tag, and first class that is no state, else the form of the id."""
    names = [name for name in (node.attributes.get("class") or "").lower().split() if name not in STATES]
    stable = next((name for name in names if not _DIGITS.search(name)), None)
    if stable is None and names:
        stable = _DIGITS.sub("0", names[0])
    if stable is None and node.id and _DIGITS.search(node.id):
        stable = "#" + _DIGITS.sub("0", node.id)
    return f"{node.tag}.{stable}" if stable else (node.tag or "")


def column(node: Node) -> int:
    """The place of a table cell in its row; 0 for any other element."""
    place = 0
    if node.tag in ("td", "th"):
        before = node.prev
        while before is not None and place < _COLUMNS:
            place += before.tag in ("td", "th")
            before = before.prev
    return place
