"""What the corpus promises: enough of each harm, enough that is mistaken for it, and hardly anything twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from datasketch import MinHash, MinHashLSH

from classifiers.rows import NONE, Row
from core.taxonomy import HARM_IDS
from core.text import Document

OFFERS, HARD, HARMLESS = 300, 150, 3000
SHORTEST, LONGEST = 2, 1500  # characters; below eight there are only bare contacts that offer nothing
SHINGLE, PERMUTATIONS, ALIKE = 3, 64, 0.7
STYLES = {"sms", "comment", "forum", "classified", "article", "chat"}


@pytest.mark.parametrize("harm", sorted(HARM_IDS))
def test_every_harm_has_its_offers_and_what_is_mistaken_for_them(known: tuple[Row, ...], harm: str) -> None:
    """At least 300 offers, and 150 texts that hold the same words and offer nothing."""
    assert sum(row.category == harm for row in known) >= OFFERS
    assert sum(row.category == NONE and row.near == harm for row in known) >= HARD


def test_most_texts_offer_nothing(known: tuple[Row, ...]) -> None:
    """At least 3,000 of them."""
    assert sum(row.category == NONE for row in known) >= HARMLESS


def test_rows_are_whole(known: tuple[Row, ...]) -> None:
    """A known style, a source, a length that people write; offers have eight characters or more."""
    for row in known:
        least = SHORTEST if row.category == NONE else 8
        assert least <= len(row.text) <= LONGEST, row.where
        assert row.style in STYLES, row.where
        assert row.provenance, row.where
        assert not row.near or (row.category == NONE and row.near in HARM_IDS), row.where


def test_every_harm_is_told_in_every_style(known: tuple[Row, ...]) -> None:
    """No harm is learnt by the manner of one place."""
    told = Counter((row.category, row.style) for row in known)
    assert all(told[harm, style] >= 5 for harm in HARM_IDS for style in STYLES)


def test_hardly_anything_stands_twice(known: tuple[Row, ...]) -> None:
    """Less than 2 % of the rows are near-duplicates of an earlier one (Broder's MinHash over shingles of three)."""
    index = MinHashLSH(threshold=ALIKE, num_perm=PERMUTATIONS)
    twice = []
    for at, row in enumerate(known):
        sketch = _sketch(Document.of(row.text).norm)
        if index.query(sketch):
            twice.append(row.where)
        index.insert(at, sketch)
    assert len(twice) < 0.02 * len(known), twice


def _sketch(norm: str) -> MinHash:
    """The MinHash of a text."""
    found = MinHash(num_perm=PERMUTATIONS)
    found.update_batch([norm[at : at + SHINGLE].encode("utf-8", "surrogatepass") for at in range(len(norm) - 2)])
    return found


def test_the_datasheet_says_what_is_there(known: tuple[Row, ...]) -> None:
    """Its table is the one that the rows give."""
    sheet = Path(__file__).parents[2] / "classifiers" / "corpus" / "README.md"
    table = "\n".join(_table(known))
    assert table in sheet.read_text(encoding="utf-8"), f"the table of {sheet.name} should be:\n{table}"


def _table(known: Sequence[Row]) -> Iterator[str]:
    """Rows by harm and length, and what is hard about those that offer nothing."""
    yield "| | offers | mistaken for them |"
    yield "|---|---|---|"
    for harm in sorted(HARM_IDS):
        offers = sum(row.category == harm for row in known)
        hard = sum(row.category == NONE and row.near == harm for row in known)
        yield f"| `{harm}` | {offers} | {hard} |"
    none = [row for row in known if row.category == NONE]
    rest = sum(not row.near for row in none)
    yield f"| all | {len(known) - len(none)} | {len(none) - rest}, and {rest} that name no harm |"
    lengths = Counter(sum(len(row.text) > bound for bound in (40, 100, 300)) for row in known)
    shares = ", ".join(f"{lengths[band]}" for band in range(4))
    yield ""
    yield f"Characters up to 40, to 100, to 300, and above: {shares}."
