"""The one segmenter, for training, serving, rules and the store: rjieba with HMM off and the domain words added."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import rjieba

from core.ports import Segmenter

WORDS = Path(__file__).parent / "words.txt"

# Lines whose cut depends on the dictionary, on the words added to it and on HMM being off.
_PROBES = (
    "加微信办证刻章代开发票",
    "南京市长江大桥欢迎您办理对公账户四件套",
    "他来到了网易杭研大厦领积分兑换现金",
    "百家乐 bet365 首存送 88% u盾+电话卡",
)


def make_segmenter(words: Iterable[str] | None = None) -> Segmenter:
    """A segmenter that knows ``words`` besides its dictionary, by default those of ``words.txt``.

    Words are in normal form (``core.text.normalise``). Safe to share among threads: it is not changed after this.
    """
    jieba = rjieba.Jieba()
    for word in read_words() if words is None else words:
        jieba.add_word(word, None, None)
    cut = jieba.cut

    def segment(text: str) -> list[str]:
        found: list[str] = cut(text, False)
        return found

    return segment


def read_words(path: Path = WORDS) -> tuple[str, ...]:
    """The words of a file in order: one a line, lines that begin with ``#`` and empty ones left out."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def fingerprint(segment: Segmenter, words: Iterable[str] | None = None) -> str:
    """What ``segment`` does, as 64 hexadecimal characters: a model trained with another one does not fit it.

    It is the hash of the domain words, and of how these and some sentences are cut.
    """
    known = read_words() if words is None else tuple(words)
    found = hashlib.sha256()
    for text in (*known, *_PROBES):
        found.update("\x00".join((text, *segment(text), "\n")).encode("utf-8"))
    return found.hexdigest()
