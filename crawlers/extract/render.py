"""Writes chosen elements of a page as plain text and as HTML that holds nothing else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from crawlers.extract.bounds import FRAGMENT, IMAGES, TEXT
from crawlers.extract.dom import Node, Skip, Step, attribute, walk
from crawlers.extract.tags import ADDRESSES, ATTRIBUTES, BLOCKS, CELLS, NOT_WRITTEN, VOID

_WRAPS = {
    "td": "table tbody tr", "th": "table tbody tr", "tr": "table tbody", "tbody": "table", "thead": "table",
    "li": "ul", "dd": "dl", "dt": "dl",
}  # fmt: skip
_UNSAFE = re.compile(r"(?:javascript|vbscript|data(?!:image/(?:png|jpe?g|gif|webp|bmp))):", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SOURCES = ("zoomfile", "file", "data-original", "data-src", "data-lazy-src", "src")
_ICON = re.compile(
    r"smil(?:ie|ey)|emot(?:ion|icon)|emoji|avatar|(?:blank|spacer|loading|none|pixel)\.(?:gif|png)|\bface\b"
)
_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile(r"[\x00-\x20]")
_LONGEST_ADDRESS = 200_000  # characters: a picture may stand in the page itself
# What forum programs write into a text: who edited it, and who sent it from where.
_NOTES = re.compile(
    r"(?:^--[ \t]*\n)?^[ \t]*(?:(?:本帖|该帖|此帖|帖子)?最后(?:由|被).{1,80}?编辑.{0,40}"
    r"|Last edited by .{1,80}|※\s*(?:来源|修改|转载)[:：·].*"
    r"|发信人[:：].*信区[:：].*|发信站[:：].*(?:站内|转信|\().*|寄信人[:：].*)$",
    re.MULTILINE | re.IGNORECASE,
)
# Who wrote it, said in plain words: a line of its own, or part of a line with date, origin or count of readers.
_WRITERS = r"(?:留言|发帖|发贴|发布|发表|投稿|上传)[人者]|作\s*者|昵\s*称|网\s*名|用户名|责任编辑|责\s*编|校\s*对"
_REACH = r"(?!\S{0,24}(?:微信|v[xX]|w[xX]|[qQ]{2}|电话|联系))"  # what leads to a seller stays
_NAME_OF = rf"{_REACH}[^\s\d，。；,;|]{{1,16}}(?![^\s，。；,;|])"
_WRITER = re.compile(rf"^[ \t\u3000]*[（(【\[]?(?:{_WRITERS})\s*[:：]\s*{_NAME_OF}[ \t\u3000]*$", re.MULTILINE)
_BYLINE = re.compile(r"^(?=.*(?:时间|日期|来源|浏览|点击|阅读)\s*[:：]).*$", re.MULTILINE)
_IN_BYLINE = re.compile(rf"(?:{_WRITERS})\s*[:：]\s*{_NAME_OF}")
_TOLD = re.compile(r"【\s*在.{1,80}的大作中提到[:：]?\s*】|^[ \t]*[:：][ \t].*$", re.MULTILINE)
_MAY_NOTE = ("编辑", "※", "信人", "发信站", "edited by")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Plain text with line breaks, clean HTML, and the addresses of the pictures as the page has them."""

    text: str
    html: str
    images: tuple[str, ...]


def render(tops: Iterable[Node], skip: Skip, *, cut_told: bool = False) -> Rendered:
    """Write elements without what ``skip`` names, nor scripts, event handlers, comments and styles.

    ``cut_told`` also removes lines that repeat an earlier post in the manner of old boards. What is beyond the
    bounds on text and HTML is cut, and what is open is closed.
    """
    writer = Writer(cut_told=cut_told)
    for top in tops:
        wraps = _WRAPS.get(top.tag or "", "").split()
        for name in wraps:
            writer.open(name)
        for step, node in walk(top, skip):
            if writer.is_full:
                break
            writer.take(step, node)
        writer.end()
    return Rendered(writer.plain(), "".join(writer.html), tuple(writer.images))


def line(node: Node, skip: Skip) -> str:
    """The text of an element in one line."""
    return " ".join(render([node], skip).text.split())


def tidy(text: str) -> str:
    """Plain text with spaces joined, lines stripped and empty ones removed, cut at 100,000 characters."""
    lines = (_SPACES.sub(" ", part).strip() for part in text.replace("\x00", "").splitlines())
    return "\n".join(part for part in lines if part)[:TEXT]


class Writer:
    """Collects text and HTML side by side, so that both hold the same words."""

    def __init__(self, *, cut_told: bool) -> None:
        self.html: list[str] = []
        self.images: dict[str, None] = {}
        self._words: list[str] = []
        self._open: list[str] = []
        self._cut_told, self._told = cut_told, False
        self._text_size = self._html_size = self._pre = 0

    @property
    def is_full(self) -> bool:
        """Whether a bound is reached, so that the rest is cut."""
        return self._text_size >= TEXT or self._html_size >= FRAGMENT

    def take(self, step: Step, node: Node) -> None:
        """Write one step of a walk."""
        if step is Step.TEXT:
            self._text(node.text_content or "")
        elif step is Step.ENTER:
            self._enter(node, node.tag or "")
        else:
            self._leave(node.tag or "")

    def plain(self) -> str:
        """The text so far."""
        return tidy("".join(self._words))

    def open(self, tag: str, attributes: str = "") -> None:
        """Start an element of the HTML, which ``end`` closes at the latest."""
        self._put(f"<{tag}{attributes}>")
        if tag not in VOID:
            self._open.append(tag)

    def end(self) -> None:
        """Close what is open, and the line."""
        while self._open:
            self._put(f"</{self._open.pop()}>")
        self._words.append("\n")
        self._pre = 0

    def _enter(self, node: Node, tag: str) -> None:
        if tag in BLOCKS or tag == "br":
            self._words.append("\n")
        self._pre += tag == "pre"
        if tag == "img":
            self._image(node)
        if _is_written(tag):
            self.open(tag, _attributes(node))

    def _leave(self, tag: str) -> None:
        if tag in BLOCKS or tag in CELLS:
            self._words.append(" " if tag in CELLS else "\n")
        self._pre -= tag == "pre"
        if _is_written(tag) and tag not in VOID:
            self._put(f"</{self._open.pop()}>")

    def _text(self, text: str) -> None:
        text = _without_notes(text)
        self._told = self._told or (self._cut_told and "的大作中提到" in text)
        if self._told:
            text = _TOLD.sub("", text)
        text = text[: TEXT - self._text_size]
        self._text_size += len(text)
        self._words.append(text if self._pre else _SPACES.sub(" ", text))
        self._put(escape(text, quote=False))

    def _put(self, html: str) -> None:
        self.html.append(html)
        self._html_size += len(html)

    def _image(self, node: Node) -> None:
        found = picture(node)
        if found is not None and len(self.images) < IMAGES:
            self.images[found] = None


def _without_notes(text: str) -> str:
    """The text without what programs write into it: who wrote, sent or edited it."""
    if any(word in text for word in _MAY_NOTE):
        text = _NOTES.sub("", text)
    if ("：" in text or ":" in text) and _IN_BYLINE.search(text):
        text = _WRITER.sub("", text)
        text = _BYLINE.sub(lambda line: _IN_BYLINE.sub("", line[0]), text)
    return text


def picture(node: Node) -> str | None:
    """The address of a picture as the page has it, the large one if there are several; None for smileys and icons."""
    found = next((value for name in _SOURCES if (value := attribute(node, name))), None)
    if found is None or len(found) > _LONGEST_ADDRESS:
        return None
    return None if _ICON.search(f"{attribute(node, 'class') or ''} {found[:300]}".lower()) else found


def _is_written(tag: str) -> bool:
    return tag not in NOT_WRITTEN and bool(_NAME.fullmatch(tag))


def _attributes(node: Node) -> str:
    return "".join(
        f' {name}="{escape(value or "")}"'
        for name, value in node.attributes.items()
        if name in ATTRIBUTES and not (name in ADDRESSES and _bad_address(value or ""))
    )


def _bad_address(value: str) -> bool:
    return len(value) > _LONGEST_ADDRESS or bool(_UNSAFE.match(_INVISIBLE.sub("", value)))
