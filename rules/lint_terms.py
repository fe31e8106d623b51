"""Lints the terms of a rule: too short, doubled, never there in normalised text, contained in each other."""

from collections.abc import Iterator, Sequence
from itertools import product

from core.errors import YamlError
from core.text import normalise
from rules.loader import Loc, RuleFile
from rules.matcher import Matcher, Slot
from rules.schema import Group

_AROUND = ("", "0", "a")  # what may stand beside a term and stop it: the matcher cuts no number and no Latin word


def wrong_terms(file: RuleFile) -> Iterator[YamlError]:
    """An error for each term, exception and regex that hits too much or never."""
    for name, group in file.rule.terms.items():
        for field in ("any", "all"):
            yield from _short(file, ("terms", name, field), getattr(group, field))
            yield from _doubled(file, ("terms", name, field), getattr(group, field))
        for at, pattern in enumerate(group.regex):
            odd = next(_never_there(pattern), None)
            if odd:
                yield file.error(
                    ("terms", name, "regex", at),
                    f"正则里的“{odd}”在规范化后的文本里不会出现，请写“{normalise(odd).text}”。",
                    f"{odd!r} in this regex never stands in normalised text; write {normalise(odd).text!r}.",
                )
    for at, exception in enumerate(file.rule.exceptions):
        if len(normalise(exception.phrase).text.strip()) < 2:  # noqa: PLR2004 - one character, or none
            yield file.error(
                ("exceptions", at, "phrase"),
                f"例外“{exception.phrase}”太短，会让规则几乎处处失效；请写两个字以上的词。",
                f"the exception {exception.phrase!r} is so short that the rule would hardly ever hold; "
                "write a longer one.",
            )


def nested(file: RuleFile) -> Iterator[YamlError]:
    """A warning for each term of ``any`` that holds another one of the same list: where it hits, the other does.

    It widens the place of the hit by some characters and otherwise adds nothing. Lists with ``words`` are left out:
    there the segmenter has a say.
    """
    for name, group in file.rule.terms.items():
        for at, (term, inner) in enumerate(_inner(group)):
            if inner:
                yield file.error(
                    ("terms", name, "any", at),
                    f"同组已有“{inner}”，有“{term}”处它必命中，“{term}”多余；请删去，或把“{inner}”写得更具体。",
                    f"wherever {term!r} hits, {inner!r} of the same group does, so it adds nothing; "
                    f"remove {term!r}, or make {inner!r} longer.",
                )


def _short(file: RuleFile, loc: Loc, terms: Sequence[str]) -> Iterator[YamlError]:
    for at, term in enumerate(terms):
        if len(normalise(term).text.strip()) == 1:
            yield file.error(
                (*loc, at),
                f"单字词“{term}”命中太多，请写成两个字以上的词。",
                f"the one-character term {term!r} hits too much; write a longer one.",
            )


def _doubled(file: RuleFile, loc: Loc, terms: Sequence[str]) -> Iterator[YamlError]:
    first: dict[str, str] = {}
    for at, term in enumerate(terms):
        norm = normalise(term).text
        if norm in first:
            yield file.error(
                (*loc, at),
                f"“{term}”与同组前面的“{first[norm]}”相同（繁简、全半角、夹入的符号不作区别），请删去一个。",
                f"{term!r} is the same as {first[norm]!r} before it in this group (traditional, full-width and "
                "spaced-out forms count as the same); remove one.",
            )
        first.setdefault(norm, term)


def _never_there(pattern: str) -> Iterator[str]:
    """Literal characters that normalising would change: capitals, traditional and full-width forms."""
    for before, char in zip(" " + pattern, pattern, strict=False):
        if before != "\\" and not char.isspace() and normalise(char).text != char:
            yield char


def _inner(group: Group) -> Iterator[tuple[str, str | None]]:
    """The terms of ``any``, each with a term that hits inside it whatever stands around, None where there is none."""
    terms = [normalise(term).text for term in group.any]
    numbers = {term: number for number, term in reversed(list(enumerate(terms)))}
    matcher = Matcher([Slot((term,)) for term in numbers], _whole)
    order = list(numbers)
    for term, written in zip(terms, group.any, strict=True):
        inside = None if group.words else _always_inside(term, matcher, order)
        yield written, None if inside is None else group.any[numbers[inside]]


def _whole(text: str) -> list[str]:
    return [text]


def _always_inside(term: str, matcher: Matcher, order: Sequence[str]) -> str | None:
    found: set[str] | None = None
    for before, after in product(_AROUND, repeat=2):
        start, end = len(before), len(before) + len(term)
        hits = {
            order[slot]
            for slot, places in matcher.scan(before + term + after).items()
            if any(start <= hit.start and hit.end <= end for hit in places)
        }
        if term in hits:
            found = hits if found is None else found & hits
        if found is not None and len(found) == 1:
            return None
    return min((found or set()) - {term}, key=lambda one: (len(one), one), default=None)
