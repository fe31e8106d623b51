"""How well extraction does on the saved pages, as a table that the documentation repeats."""

import sys
from collections.abc import Iterator

import pytest

from crawlers.extract.types import Detail, Listing
from tests.crawlers.extract.measuring import (
    Measured,
    Score,
    cases,
    has_selectors,
    held_out,
    lines_of,
    mean,
    measured,
    read_as,
)
from tests.running import ROOT

Ways = dict[str, list[Measured]]
_HEAD = ("| pages | designs | count | items P | R | F1 | text P | R | F1 |", "|---|---|---|---|---|---|---|---|---|")


@pytest.fixture(scope="module")
def ways() -> Ways:
    """All pages, read with selectors (where their source gives any) and without."""
    every = cases()
    return {
        "with selectors": [measured(case, chosen=True) for case in every if has_selectors(case)],
        "without": [measured(case, chosen=False) for case in every],
    }


def _row(name: str, found: list[Measured]) -> str:
    numbers = [*mean(one.items for one in found), *mean(one.text for one in found)]
    designs = len({one.design for one in found})
    return f"| {name} | {designs} | {len(found)} | " + " | ".join(f"{number:.3f}" for number in numbers) + " |"


def table(ways: Ways) -> Iterator[str]:
    """The table: all pages, and those of designs that nothing was tuned on."""
    out = held_out()
    yield from _HEAD
    for way, found in ways.items():
        yield _row(way, found)
        yield _row(f"{way}, held out", [one for one in found if one.design in out])


def test_the_pages_are_many_and_half_of_the_designs_are_held_out(ways: Ways) -> None:
    """Forty pages of eight designs at least, each counted once; half of the designs were never used for tuning."""
    designs = {one.design for one in ways["without"]}
    assert len(ways["without"]) >= 40
    assert len(designs) >= 8
    assert held_out() <= designs
    assert len(held_out()) * 2 >= len(designs)


@pytest.mark.parametrize(("way", "items", "text"), [("with selectors", 0.95, 0.95), ("without", 0.85, 0.90)])
def test_how_well_it_does(ways: Ways, way: str, items: float, text: float) -> None:
    """The mean F1 of items and of their text, on all pages and on those held out alone."""
    out = held_out()
    for found in (ways[way], [one for one in ways[way] if one.design in out]):
        assert mean(one.items for one in found)[2] >= items
        assert mean(one.text for one in found)[2] >= text


@pytest.mark.parametrize("case", cases())
def test_nobody_is_named(case: str) -> None:
    """Neither with selectors nor without does a title, text or fragment hold the name of who wrote on the page."""
    names = lines_of("names.txt")
    for found in (read_as(case, chosen=True), read_as(case, chosen=False)):
        entries = found.entries if isinstance(found, Listing) else ()
        posts = found.posts if isinstance(found, Detail) else [entry.post for entry in entries if entry.post]
        kept = [text for post in posts for text in (post.title or "", post.text, post.fragment)]
        kept += [entry.title or "" for entry in entries]
        assert not [name for name in names for text in kept if name in text]


@pytest.mark.parametrize("guide", ["extraction.md", "extraction.zh.md"])
def test_the_documentation_says_what_is_measured(ways: Ways, guide: str) -> None:
    """The guide holds the table as it is measured now."""
    lines = list(table(ways))
    sys.stdout.write("\n".join(["", *lines, ""]))
    said = (ROOT / "docs" / guide).read_text("utf-8").splitlines()
    assert [line for line in lines if line not in said] == []


@pytest.mark.parametrize(("score", "f1"), [(Score(1.0, 1.0), 1.0), (Score(0.5, 1.0), 2 / 3), (Score(0.0, 0.0), 0.0)])
def test_f1(score: Score, f1: float) -> None:
    """The harmonic mean of precision and recall, 0 where both are."""
    assert score.f1 == pytest.approx(f1)
