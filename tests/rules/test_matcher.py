"""The one automaton: word boundaries, normal forms, words of the segmenter, and what RE2 refuses."""

import pytest

from core.text import Document
from rules.grammar import Hit
from rules.lint import plain_segment
from rules.matcher import Matcher, Regex, Slot


def found(slot: Slot, text: str) -> list[str]:
    """What a slot hits in a text; whether it may hit is told alike, but for whole words."""
    norm, matcher = Document.of(text).norm, Matcher([slot], plain_segment)
    hits = matcher.scan(norm).get(0, ())
    assert slot.words or bool(set(matcher.touched(norm))) is bool(hits)
    return [norm[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("usdt", "充USDT送礼", ["usdt"]),
        ("usdt", "usdts 与 xusdt", []),
        ("pt", "script", []),
        ("pt", "玩pt电子", ["pt"]),
        ("714", "714高炮", ["714"]),
        ("714", "电话17147", []),
        ("打1", "评论打1", ["打1"]),
        ("打1", "打12333咨询", []),
        ("加v", "加vabc", ["加v"]),
        ("办证", "办*证", ["办证"]),
        ("發票", "代开发票", ["发票"]),
        ("代开", "代代开开", ["代开"]),
        ("跑分", "跑　分", ["跑分"]),
    ],
)
def test_what_a_term_hits(term: str, text: str, expected: list[str]) -> None:
    """ASCII terms are whole words, numbers are not cut, terms and texts meet in their normal form."""
    assert found(Slot((term,)), text) == expected


def test_terms_that_overlap_all_hit() -> None:
    """A long term does not hide a short one."""
    assert found(Slot(("银行卡", "银行", "行卡")), "收银行卡") == ["银行", "银行卡", "行卡"]


def test_words_count_only_at_the_edges_of_words() -> None:
    """The term 兼职 in 兼职员工 is a word; 和服 in 和服务 is none."""
    assert found(Slot(("和服",), words=True), "产品和服务") == []
    assert found(Slot(("和服",)), "产品和服务") == ["和服"]
    assert found(Slot(("兼职",), words=True), "招兼职员工") == ["兼职"]


def test_a_text_is_cut_once_and_only_if_a_word_hits() -> None:
    """The segmenter costs more than the scan."""
    cuts: list[str] = []

    def segment(text: str) -> list[str]:
        cuts.append(text)
        return plain_segment(text)

    matcher = Matcher([Slot(("兼职",), words=True), Slot(("副业",), words=True), Slot(("日结",))], segment)
    matcher.scan("日结的活")
    assert cuts == []
    matcher.scan("兼职副业都有")
    assert cuts == ["兼职副业都有"]


def test_hits_are_places_in_the_normalised_text() -> None:
    """Characters, not bytes."""
    assert Matcher([Slot(("发票",))], plain_segment).scan("要发票吗") == {0: [Hit(1, 3)]}


def test_a_regex_gives_characters_and_refuses_what_re2_refuses() -> None:
    """Look-around is refused with RE2's reason."""
    assert Regex("登录.{0,4}办理").find("请登录网站办理") == (Hit(1, 7),)
    with pytest.raises(ValueError, match="invalid perl operator"):
        Regex("(?=a)b")
