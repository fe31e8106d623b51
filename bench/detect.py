"""Texts a second of the whole ``detect``, against the sum of its unavoidable parts and against the usual way."""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from statistics import mean, median

import jieba
from ahocorasick_rs import AhoCorasick
from parts.insides import insides, many_terms
from sklearn.feature_extraction.text import TfidfVectorizer

from app import App, build
from core.settings import ROOT, read_settings
from core.text import Document

ROUNDS = 7
STREAM = Path(__file__).parent / "parts" / "stream.jsonl"
OFFERS = ROOT / "tests" / "tables" / "offers.jsonl"
# One offer for so many other texts: a tenth of the sources with one in six posts, the rest with one in 500.
OFFER_EVERY = 54
SHORT, LONG = range(20, 111), range(300, 1501)  # characters of a message, and of a post
FEW, MANY = 1_000, 20_000  # terms


def stream(lengths: range, count: int) -> list[str]:
    """``count`` texts as a patrol meets them, which no model was trained on: an ordinary day, and a few offers."""
    ordinary, offers = cycle(_texts(STREAM, lengths)), cycle(_texts(OFFERS, lengths) or _texts(OFFERS, SHORT))
    return [next(offers) if at % OFFER_EVERY == OFFER_EVERY // 2 else next(ordinary) for at in range(count)]


def _texts(path: Path, lengths: range) -> list[str]:
    texts = (json.loads(line)["text"] for line in path.open(encoding="utf-8"))
    return [text for text in texts if len(text) in lengths]


def side_by_side(works: Sequence[Callable[[str], object]], texts: Sequence[str]) -> list[float]:
    """Microseconds a text of each work: the medians of some rounds, in turn, so that all meet the same machine."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, times in zip(works, taken, strict=True):
            times.append(_once(work, texts))
    return [median(times) for times in taken]


def _once(work: Callable[[str], object], texts: Sequence[str]) -> float:
    began = time.perf_counter()
    for text in texts:
        work(text)
    return (time.perf_counter() - began) / len(texts) * 1e6


def needed(app: App) -> Iterator[Callable[[str], object]]:
    """The parts that no detector of this kind can do without: words, one scan for terms, one for n-grams, a sum."""
    parts = insides(app)
    scan, grams, weights = AhoCorasick(parts.terms), AhoCorasick(parts.grams), parts.weights
    yield app.segment
    yield lambda text: scan.find_matches_as_indexes(text, overlapping=True)
    yield lambda text: weights.take(
        [hit[0] for hit in grams.find_matches_as_indexes(text, overlapping=True)], axis=0
    ).sum(axis=0)


def usual(terms: Sequence[str], texts: Sequence[str]) -> Callable[[str], object]:
    """The usual way: jieba, scikit-learn's transform, a loop of regexes."""
    jieba.setLogLevel(60)
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), max_features=25_000).fit(texts)
    patterns = [re.compile(re.escape(term)) for term in terms]

    def work(text: str) -> object:
        return list(jieba.cut(text, HMM=False)), vectorizer.transform([text]), [p for p in patterns if p.search(text)]

    return work


def measure(app: App, name: str, lengths: range, count: int) -> None:
    """Print the figures for texts of one size, and the ratios.

    A detector takes a text through all parts before the next text comes, so that is what it is held against. Beside
    it stands the sum of the parts when each goes over all texts by itself, with all that it needs at hand.
    """
    texts = stream(lengths, count)
    judge = app.judge

    def detect(text: str) -> object:
        return judge.judge(Document.of(text))

    apart = tuple(needed(app))

    def together(text: str) -> None:
        for part in apart:
            part(text)

    whole, least, *parts = side_by_side([detect, together, *apart], texts)
    few = texts[: max(20, count // 40)]
    slow, same = side_by_side([usual(insides(app).terms, texts[:2000]), detect], few)
    print(
        f"{name}, {mean(map(len, texts)):.0f} characters: detect {whole:.1f} us ({1e6 / whole:,.0f} a second); "
        f"its unavoidable parts {least:.1f} us (each by itself over all texts: words {parts[0]:.1f}, terms "
        f"{parts[1]:.1f}, n-grams and sum {parts[2]:.1f}); the usual way {slow:.0f} us"
    )
    suffix = "" if name == "messages" else "_long"
    print(f"ratio detect{suffix} {least / whole:.3f}")
    print(f"ratio detect{suffix}_apart {sum(parts) / whole:.3f}")
    print(f"ratio usual{suffix} {slow / same:.2f}")


def measure_terms(app: App, count: int) -> None:
    """How much longer the rules take for 20,000 terms than for 1,000."""
    texts = stream(SHORT, count)
    works = [many_terms(app, terms).detect for terms in (FEW, MANY)]
    few, many = ([_documents(work, [*map(Document.of, texts)]) for _ in range(ROUNDS)] for work in works)
    print(f"rules alone: {median(few):.1f} us a message for {FEW:,} terms, {median(many):.1f} us for {MANY:,}")
    print(f"ratio terms {median(many) / median(few):.2f}")


def _documents(work: Callable[[Document], object], documents: Sequence[Document]) -> float:
    began = time.perf_counter()
    for document in documents:
        work(document)
    return (time.perf_counter() - began) / len(documents) * 1e6


def main() -> None:
    """Messages and long posts, apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    scale = 1 if parser.parse_args().quick else 4
    with build(read_settings()) as app:
        measure(app, "messages", SHORT, 2000 * scale)
        measure(app, "posts", LONG, 300 * scale)
        measure_terms(app, 500 * scale)


if __name__ == "__main__":
    main()
