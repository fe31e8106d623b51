"""Proposes terms that confirmed flags share and that neither rules nor banks know yet; a person takes them or not."""

import importlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.ports import Segmenter
from core.text import Document
from rules.backtest import shortened
from rules.matcher import Matcher, Slot
from rules.schema import Bank, Rule

MOST = 30  # terms that one harm is shown
_POOL = 600  # candidates that are counted, the best by TF-IDF
_WORDS = 3  # words that a candidate joins at most
_LENGTHS = range(2, 8)  # characters of a candidate
_SURE = 1.96  # standard errors, two-sided 5 %
_LEAST_TIMES = 3.0  # a term that is surely no more common in confirmed texts than this tells little
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
# Words that stand anywhere: particles and pronouns at either end, bare numbers and measures.
_PARTICLE = "[的了着在和是我你您他她它这那都也就给到把被从对与及或还又很吗吧呢啊哦嘛]"
_IDLE = re.compile(
    f"{_PARTICLE}.*|.*{_PARTICLE}|[一二三四五六七八九十百千万亿两几多零〇半块元年月日天点号期份次个名人位分钱]+"
)
_NUMBER = re.compile(r"[0-9a-z_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A proposed term: in how many different texts it stands, and one place.

    ``times``: so many times as likely it is, at the least, in confirmed texts as in the others (odds, 95 % sure).
    """

    term: str
    confirmed: int
    dismissed: int
    harmless: int
    times: float
    example: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The terms proposed for one harm, best first, and how many different texts they were counted in."""

    category: str
    confirmed: int
    dismissed: int
    harmless: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Against:
    """What candidates are contrasted with: dismissed flags and texts that are known to be harmless."""

    dismissed: Sequence[Document]
    harmless: Sequence[Document]


def suggest(
    category: str,
    confirmed: Sequence[Document],
    against: Against,
    known: Sequence[str],
    segment: Segmenter,
    least: int,
) -> Suggestion:
    """Terms for one harm that stand in at least ``least`` confirmed texts.

    Candidates are runs of one to three words outside of ``known`` terms, the best by TF-IDF. They are ranked by the
    lower end of the 95 % interval of their odds ratio, confirmed against other texts, with 1/2 added to each count
    (Haldane 1956; log-odds for telling words: Monroe, Colaresi and Quinn, "Fightin' Words", 2008).
    """
    texts, dismissed, harmless = (_distinct(group) for group in (confirmed, against.dismissed, against.harmless))
    pieces = _Pieces(known, segment)
    counted = _counted(_candidates(texts, pieces), texts, dismissed, harmless, least)
    terms = _telling(sorted(counted, key=lambda one: (-one[0].times, -len(one[0].term), one[0].term)))
    return Suggestion(category, len(texts), len(dismissed), len(harmless), tuple(terms)[:MOST])


def known_terms(category: str, rules: Iterable[Rule], banks: Iterable[Bank]) -> tuple[str, ...]:
    """What the rules of a harm and all banks look for already."""
    mine = (group for rule in rules if rule.category == category for group in rule.terms.values())
    of_rules = [term for group in mine for term in group.keywords]
    of_banks = [term for bank in banks for tier in bank.tiers for term in tier.any]
    return tuple(dict.fromkeys((*of_rules, *of_banks)))


class _Pieces:
    """Cuts texts into candidates; it stands in for the tokenizer of ``jieba.analyse``, which asks for ``cut``."""

    def __init__(self, known: Sequence[str], segment: Segmenter) -> None:
        self._segment = segment
        self._matcher = Matcher([Slot(tuple(known))], segment)

    def cut(self, norm: str) -> Iterator[str]:
        """The words of a normalised text and what neighbours give joined; nothing that touches a known term."""
        taken = {at for hits in self._matcher.scan(norm).values() for hit in hits for at in range(hit.start, hit.end)}
        run: list[str] = []
        at = 0
        for word in self._segment(norm):
            end = at + len(word)
            if _HAN.fullmatch(word) and taken.isdisjoint(range(at, end)):
                run.append(word)
                for size in range(1, min(_WORDS, len(run)) + 1):
                    joined = "".join(run[-size:])
                    if len(joined) in _LENGTHS and not _IDLE.fullmatch(joined):
                        yield joined
            else:
                run.clear()
            at = end


def _distinct(documents: Iterable[Document]) -> list[Document]:
    """Each text once, whatever numbers and names it gives: a hundred copies of one advert are one text."""
    return list({_NUMBER.sub("0", document.norm): document for document in documents}.values())


def _candidates(texts: Sequence[Document], pieces: _Pieces) -> list[str]:
    """The candidates of all texts, the best by TF-IDF (jieba's table of inverse document frequencies)."""
    analyse = importlib.import_module("jieba.analyse")  # reads its tables for most of a second
    extractor = analyse.TFIDF()
    extractor.tokenizer = pieces
    found: list[str] = extractor.extract_tags("\n".join(document.norm for document in texts), topK=_POOL)
    return found


def _counted(
    candidates: Iterable[str],
    confirmed: Sequence[Document],
    dismissed: Sequence[Document],
    harmless: Sequence[Document],
    least: int,
) -> Iterator[tuple[Term, frozenset[int]]]:
    """Those that are frequent and telling, each with the confirmed texts that it stands in."""
    for term in candidates:
        holders = frozenset(at for at, document in enumerate(confirmed) if term in document.norm)
        if len(holders) < least:
            continue
        refuted, plain = (sum(term in one.norm for one in group) for group in (dismissed, harmless))
        times = _times(len(holders), len(confirmed), refuted + plain, len(dismissed) + len(harmless))
        if times >= _LEAST_TIMES:
            example = _example(confirmed[min(holders)], term)
            yield Term(term, len(holders), refuted, plain, round(times, 1), example), holders


def _times(inside: int, of: int, outside: int, of_others: int) -> float:
    cells = (inside + 0.5, of - inside + 0.5, outside + 0.5, of_others - outside + 0.5)
    odds = math.log(cells[0] / cells[1]) - math.log(cells[2] / cells[3])
    return math.exp(odds - _SURE * math.sqrt(sum(1 / cell for cell in cells)))


def _telling(ranked: Iterable[tuple[Term, frozenset[int]]]) -> Iterator[Term]:
    """Without those that a better one makes needless: it shares characters with them and stands wherever they do."""
    kept: list[tuple[str, frozenset[int]]] = []
    for term, holders in ranked:
        if not any(holders <= others and _overlap(term.term, other) for other, others in kept):
            kept.append((term.term, holders))
            yield term


def _overlap(one: str, other: str) -> bool:
    return any(one[at : at + 2] in other for at in range(len(one) - 1))


def _example(document: Document, term: str) -> str:
    at = document.norm.find(term)
    return shortened(document, document.span(at, at + len(term)))
