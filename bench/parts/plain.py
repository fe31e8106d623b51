"""What writing the text of a post costs with the HTML that evidence may need beside it, and without."""

import time
from collections.abc import Callable, Sequence
from statistics import median

from crawlers.extract import render
from crawlers.extract.dom import Node, parse, walk

ROUNDS = 7


class _TextAlone(render.Writer):
    """The writer of the product without its HTML."""

    def open(self, tag: str, attributes: str = "") -> None:
        """Nothing is opened."""

    def _enter(self, node: Node, tag: str) -> None:
        if tag in render.BLOCKS or tag == "br":
            self._words.append("\n")
        self._pre += tag == "pre"
        if tag == "img":
            self._image(node)

    def _leave(self, tag: str) -> None:
        if tag in render.BLOCKS or tag in render.CELLS:
            self._words.append(" " if tag in render.CELLS else "\n")
        self._pre -= tag == "pre"

    def _put(self, html: str) -> None:
        """Nothing is put down."""


def fragments(pages: Sequence[str], selector: str) -> tuple[float, float]:
    """CPU seconds for the posts of these pages with their HTML, and without (medians of rounds, in turns)."""
    posts = [(tree, node) for tree in map(parse, pages) for node in tree.css(selector)]
    both = [(_seconds(posts, render.Writer), _seconds(posts, _TextAlone)) for _ in range(ROUNDS)]
    return median(one for one, _ in both), median(other for _, other in both)


def _seconds(posts: Sequence[tuple[object, Node]], make: Callable[..., render.Writer]) -> float:
    began = time.process_time()
    for _, node in posts:
        writer = make(cut_told=False)
        for step, below in walk(node, _nothing):
            writer.take(step, below)
        writer.end()
        writer.plain()
    return time.process_time() - began


def _nothing(_node: Node) -> bool:
    return False
