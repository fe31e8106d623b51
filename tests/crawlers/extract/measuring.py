"""Measures extraction on the saved pages: precision, recall and F1 of items and of text, with selectors and without."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import ExtractError
from crawlers.extract import pages
from crawlers.extract.types import Detail, Entry, Listing
from crawlers.sources import Selectors, read_source
from tests.crawlers.extract.saved import PAGES, expected_of, page_of

_SAME = 0.5  # F1 of two texts from which on they are the same item


@dataclass(frozen=True, slots=True)
class Item:
    """What counts of an entry or post: where it is (of an entry), and its title and text."""

    url: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One page, read in one way."""

    design: str
    case: str
    items: Score
    text: Score


def cases() -> list[str]:
    """One case for each saved page of HTML, the one with selectors where there are two for a page."""
    found: dict[bytes, str] = {}
    for path in sorted(PAGES.glob("*/*/page.html")):
        case = path.parent.relative_to(PAGES).as_posix()
        body = path.read_bytes()
        if body not in found or has_selectors(case):
            found[body] = case
    return sorted(found.values())


def has_selectors(case: str) -> bool:
    """Whether the source of a case gives any."""
    return read_source(PAGES / case / "source.yml").selectors != Selectors()


def measured(case: str, *, chosen: bool) -> Measured:
    """The page of a case, read with the selectors of its source or without any."""
    wanted, found = list(_wanted(expected_of(case))), _found(read_as(case, chosen=chosen))
    pairs = _pairs(wanted, found)
    return Measured(
        case.split("/", maxsplit=1)[0], case, _share(len(pairs), len(found), len(wanted)), _text(pairs, wanted, found)
    )


def _wanted(about: dict[str, Any]) -> Iterable[Item]:
    for entry in about.get("entries", ()):
        yield _item(None if entry["post"] else entry["url"], entry["title"], entry["post"])
    for post in about.get("posts", ()):
        yield _item(None, None, post)


def _item(url: str | None, title: str | None, post: dict[str, Any] | None) -> Item:
    """Of a post the text counts, of an entry that leads to one its title."""
    return Item(url, post["text"] if post else title or "")


def read_as(case: str, *, chosen: bool) -> Listing | Detail | None:
    """What is read from the page of a case with the selectors of its source or without any; None if nothing is."""
    source = read_source(PAGES / case / "source.yml")
    source = source if chosen else source.model_copy(update={"selectors": Selectors()})
    about = expected_of(case)
    page = page_of(PAGES / case, about)
    try:
        return pages.listing(page, source) if about["read"] == "listing" else pages.detail(page, source)
    except ExtractError:
        return None


def _found(found: Listing | Detail | None) -> list[Item]:
    if found is None:
        return []
    if isinstance(found, Detail):
        return [Item(None, post.text) for post in found.posts]
    return [_of_entry(entry) for entry in found.entries]


def _of_entry(entry: Entry) -> Item:
    return Item(None, entry.post.text) if entry.post else Item(entry.url, entry.title or "")


def _pairs(wanted: Sequence[Item], found: Sequence[Item]) -> list[tuple[Item, Item]]:
    """What was found for what was wanted: of the same address, or else of nearly the same text."""
    left = list(found)
    pairs = []
    for item in wanted:
        best = max(left, key=lambda one: _alike(item, one), default=None)
        if best is not None and _alike(item, best) >= _SAME:
            left.remove(best)
            pairs.append((item, best))
    return pairs


def _alike(wanted: Item, found: Item) -> float:
    if wanted.url is not None:
        return float(wanted.url == found.url)
    return _of_counts([(_grams(wanted.text), _grams(found.text))]).f1


def _text(pairs: Sequence[tuple[Item, Item]], wanted: Sequence[Item], found: Sequence[Item]) -> Score:
    """Of the pairs of characters, as often as they occur: those in common, item by item."""
    grams = [(_grams(want.text), _grams(got.text)) for want, got in pairs]
    taken = [id(item) for pair in pairs for item in pair]
    nothing: Counter[str] = Counter()
    grams += [(_grams(item.text), nothing) for item in wanted if id(item) not in taken]
    grams += [(nothing, _grams(item.text)) for item in found if id(item) not in taken]
    return _of_counts(grams)


def _of_counts(grams: Sequence[tuple[Counter[str], Counter[str]]]) -> Score:
    common = sum((want & got).total() for want, got in grams)
    return _share(common, sum(got.total() for _, got in grams), sum(want.total() for want, _ in grams))


def _grams(text: str) -> Counter[str]:
    plain = "".join(text.split())
    return Counter([plain[at : at + 2] for at in range(len(plain) - 1)] or [plain])


def _share(common: int, found: int, wanted: int) -> Score:
    return Score(common / found if found else float(not wanted), common / wanted if wanted else 1.0)


def lines_of(file: str) -> frozenset[str]:
    """What a list beside the pages names."""
    lines = (PAGES / file).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def held_out() -> frozenset[str]:
    """The designs on which nothing was tuned."""
    return lines_of("held_out.txt")


def mean(scores: Iterable[Score]) -> tuple[float, float, float]:
    """Of scores of pages the means of precision, of recall and of F1."""
    every = list(scores)
    count = len(every) or 1
    return (
        sum(one.precision for one in every) / count,
        sum(one.recall for one in every) / count,
        sum(one.f1 for one in every) / count,
    )
