"""Finds the list on a page whose source gives no selectors: the links that repeat in one structure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawlers.extract import problems
from crawlers.extract.bounds import ENTRIES, TITLE
from crawlers.extract.dom import Node, Step, ancestors, attribute, head, unseen, walk
from crawlers.extract.measure import column, measure, shape
from crawlers.extract.moments import time_of
from crawlers.extract.paging import next_page
from crawlers.extract.render import line, render
from crawlers.extract.roles import is_frame, is_person, leads_to_person, names_of
from crawlers.extract.sheet import Sheet
from crawlers.extract.types import Entry, Listing

_LEAST = 2  # links that make a list
_PATH = 8  # elements above a link that say to which list it belongs
_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d+")
_FULL_TITLE = 30  # letters; a longer title does not speak more for a list
_SHORT_TITLE = 5
_ELSEWHERE = 0.3  # what a group of links to other hosts is worth
_STICKY = re.compile(r"置顶|置頂|公告|sticky|pinned|(?<![a-z])(?:top|stick|istop|zhiding|ding)(?![a-z])", re.IGNORECASE)
_STICKY_TEXT = re.compile(r"[\[【(]?\s*(?:全局|本版)?(?:置顶|置頂)\s*[\]】)]?")
_REPLIES = re.compile(
    r"(?:回复|回覆|回帖|评论|跟帖|replies|comments)\s*[:：(（]?\s*(\d+)|(\d+)\s*(?:条|个)?(?:回复|回帖|评论|跟帖|replies|comments)",
    re.IGNORECASE,
)
_COUNT_NAME = re.compile(r"(?<![a-z])(?:repl(?:y|ies)|comments?|num|count|huifu|reply-?count|posts)(?![a-z])")
_MOST_CLIMBED = 40
_LOOKED_AT = 50  # elements of an entry


@dataclass(frozen=True, slots=True)
class _Link:
    node: Node
    url: str
    title: str
    path: tuple[str, ...]
    place: int

    @property
    def letters(self) -> int:
        return min(len(_LETTER.findall(self.title)), _FULL_TITLE)

    @property
    def form(self) -> str:
        """The address with its numbers made equal."""
        return _DIGITS.sub("0", self.url)


def guess(sheet: Sheet) -> Listing:
    """The entries of the list that holds most of the page's linked text.

    Raises ExtractError where no list is found, unless the source may be empty.
    """
    links = _best(_groups(sheet), urlsplit(sheet.url).netloc)
    if not links and sheet.source.expect.least > 0:
        raise problems.no_list(sheet.source.id)
    entries: dict[str, Entry] = {}
    for link, block in zip(links, _blocks(links), strict=True):
        entry = _entry(sheet, link, block)
        entries.setdefault(entry.key, entry)
    return Listing(tuple(_few_sticky(list(entries.values()))), next_page(sheet, "next"))


def _few_sticky(entries: list[Entry]) -> list[Entry]:
    """The entries; where all look as if they were kept on top, what looks so says something else."""
    if len(entries) < _LEAST or not all(entry.sticky for entry in entries):
        return entries
    return [replace(entry, sticky=False) for entry in entries]


def _groups(sheet: Sheet) -> list[list[_Link]]:
    groups: dict[tuple[str, ...], list[_Link]] = defaultdict(list)
    elements = measure(sheet.top, lambda node: unseen(node) or is_frame(node) or is_person(node)).elements
    for place, node in enumerate(elements):
        if node.tag != "a":
            continue
        path = _path(node)
        url = sheet.link(attribute(node, "href")) if len(groups[path]) < ENTRIES else None
        said = _said(node) if url is not None and url != sheet.url else ""
        if url is not None and said and not leads_to_person(url):
            groups[path].append(_Link(node, url, said, path, place))
    return [group for group in groups.values() if group]


def _path(node: Node) -> tuple[str, ...]:
    """The structure above a link: shapes of the nearest elements, with the columns of cells."""
    above = [around for around, _ in zip(ancestors(node), range(_PATH), strict=False)]
    return tuple(f"{shape(around)}:{column(around)}" for around in (node, *above))


def _best(groups: Sequence[list[_Link]], host: str) -> list[_Link]:
    scored = [(_score(group, host), group) for group in groups if len({link.url for link in group}) >= _LEAST]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, []))
    if score <= 0:
        return []
    form = Counter(link.form for link in best).most_common(1)[0][0]
    tags = _tags(best[0])
    alike = [link for group in groups if group is not best and _tags(group[0]) == tags for link in group]
    joined = [*best, *(link for link in alike if link.form == form)]
    return sorted(joined, key=lambda link: link.place)[:ENTRIES]


def _score(group: Iterable[_Link], host: str) -> float:
    """Letters of titles, each address once; more where the addresses have one form, less where they lead elsewhere."""
    once = list({link.url: link for link in group}.values())
    letters: float = sum(link.letters for link in once)
    if letters / len(once) < _SHORT_TITLE:
        letters /= 10
    same = Counter(link.form for link in once).most_common(1)[0][1] / len(once)
    here = sum(urlsplit(link.url).netloc == host for link in once) / len(once)
    return letters * (0.5 + same) * (_ELSEWHERE + (1 - _ELSEWHERE) * here)


def _tags(link: _Link) -> tuple[str, ...]:
    return tuple(re.sub(r"\.[^:]*", "", part) for part in link.path)


def _blocks(links: Sequence[_Link]) -> list[Node]:
    """For each link the largest element around it that holds no other link of the list."""
    holds: Counter[int] = Counter()
    for link in links:
        for node, _ in zip(ancestors(link.node), range(_MOST_CLIMBED), strict=False):
            holds[node.mem_id] += 1
    blocks = []
    for link in links:
        block = link.node
        for node, _ in zip(ancestors(link.node), range(_MOST_CLIMBED), strict=False):
            if holds[node.mem_id] > 1 or node.tag in ("body", "html"):
                break
            block = node
        blocks.append(block)
    return blocks


def _entry(sheet: Sheet, link: _Link, block: Node) -> Entry:
    alone = block.mem_id == link.node.mem_id
    around = "" if alone else line(block, unseen)
    return Entry(
        key=link.url,
        url=link.url,
        title=link.title[:TITLE],
        sticky=_is_sticky(block),
        changed=_replies(block, around.replace(link.title, " ", 1)) or link.title,
        published_at=time_of(sheet, block),
    )


def _is_sticky(block: Node) -> bool:
    if _STICKY.search(names_of(block)):
        return True
    for node in block.css("img, span, em, i, b, font, label, th, td, svg")[:_LOOKED_AT]:
        alt = f"{attribute(node, 'alt') or ''} {attribute(node, 'title') or ''}"
        if _STICKY.search(f"{names_of(node)} {alt}") or _STICKY_TEXT.fullmatch(head(node, 20).strip()):
            return True
    return False


def _replies(block: Node, around: str) -> str:
    if match := _REPLIES.search(around):
        return match[1] or match[2]
    named = (node for node in block.css("[class]")[:_LOOKED_AT] if _COUNT_NAME.search(names_of(node)))
    for node in named:
        texts = (inner.text_content or "" for step, inner in walk(node, unseen) if step is Step.TEXT)
        said = next((text.strip() for text in texts if text.strip()), "")
        if said.isdecimal():
            return said
    return ""


def _said(node: Node) -> str:
    """The text of a link, of its heading or first line if it holds more; its ``title`` if that is missing or cut."""
    heading = node.css_first("h1, h2, h3, h4, h5, h6")
    lines = [line(heading, unseen)] if heading is not None else render([node], unseen).text.splitlines()
    said, full = next((one for one in lines if len(one) > 1), "".join(lines)), attribute(node, "title") or ""
    return full if full and (not said or (said.endswith(("…", "...")) and full.startswith(said.rstrip("….")))) else said
