"""Texts a second of the whole ``detect``, against the sum of its unavoidable parts and against the usual way."""

import argparse
import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import jieba
from ahocorasick_rs import AhoCorasick
from parts.insides import insides
from sklearn.feature_extraction.text import TfidfVectorizer

from app import build
from core.settings import ROOT, read_settings
from core.text import Document

ROUNDS = 5
SHORT, LONG = 65, 800  # characters of a message, and of a post


def corpus(folder: Path) -> list[str]:
    """Texts as a patrol meets them: everything harmless in the corpus, and an offer for every twenty of them."""
    rows = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    harmless = [row["text"] for row in rows if row["category"] == "none"]
    offers = [row["text"] for row in rows if row["category"] != "none"]
    picked = offers[:: len(offers) * 20 // len(harmless)]
    return [text for at, text in enumerate(harmless) for text in (text, *picked[at // 20 : at // 20 + (at % 20 == 0)])]


def cut(texts: Sequence[str], size: int, count: int) -> list[str]:
    """``count`` texts of ``size`` characters, cut from the corpus put end to end."""
    whole = "。".join(texts)
    return [whole[at % (len(whole) - size) :][:size] for at in range(0, count * size, size)]


def per_text(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Microseconds for one text, the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for text in texts:
            work(text)
        taken.append(time.perf_counter() - began)
    return median(taken) / len(texts) * 1e6


def usual(terms: Sequence[str], texts: Sequence[str]) -> Callable[[str], object]:
    """The usual way: jieba, scikit-learn's transform, a loop of regexes."""
    jieba.setLogLevel(60)
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), max_features=25_000).fit(texts[:3000])
    patterns = [re.compile(re.escape(term)) for term in terms]

    def work(text: str) -> object:
        return list(jieba.cut(text, HMM=False)), vectorizer.transform([text]), [p for p in patterns if p.search(text)]

    return work


def measure(name: str, size: int, count: int) -> None:
    """Print the figures for texts of one size, and the ratios."""
    settings = read_settings()
    texts = corpus(settings.corpus)
    sample = cut(texts, size, count)
    app = build(settings)
    judge = app.judge
    parts = insides(app)
    scan, grams = AhoCorasick(parts.terms), AhoCorasick(parts.grams)
    weights = parts.weights

    def weigh(text: str) -> object:
        hits = grams.find_matches_as_indexes(text, overlapping=True)
        return weights.take([hit[0] for hit in hits], axis=0).sum(axis=0)

    needed = (
        per_text(app.segment, sample)
        + per_text(lambda text: scan.find_matches_as_indexes(text, overlapping=True), sample)
        + per_text(weigh, sample)
    )
    whole = per_text(lambda text: judge.judge(Document.of(text)), sample)
    slow = per_text(usual(parts.terms, texts), sample[: max(20, count // 20)])
    print(f"{name}: detect {whole:.0f} us, unavoidable parts {needed:.0f} us, the usual way {slow:.0f} us a text")
    suffix = "" if name == "messages" else "_long"
    print(f"ratio detect{suffix} {needed / whole:.3f}")
    print(f"ratio usual{suffix} {slow / whole:.2f}")


def main() -> None:
    """Messages and long posts, apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    scale = 1 if parser.parse_args().quick else 5
    print(f"data: {ROOT.name} corpus, one core")
    measure("messages", SHORT, 1000 * scale)
    measure("posts", LONG, 100 * scale)


if __name__ == "__main__":
    main()
