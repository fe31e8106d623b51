"""Normalising: what every text becomes, and that every place in it leads back to the original."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.characters import TABLE
from core.text import Document, Normalised, _folded, normalise
from core.types import Field, Span

# Everything Unicode has, and often what offers really use.
CHARS = st.one_of(
    st.characters(codec=None),
    st.sampled_from("加薇信qQ1①⑴❶１️⃣️⃣\u200b\u202e\u0301\u0336\ud800\x00\n\r ·.-é가ᅡᆨｶﾞ㈱㍿ﷺﬁİßΣ臺乾幹●○丶🌟👨\u200d👩"),
)
TEXTS = st.text(CHARS, max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加微信，abc", "加微信,abc"),
        ("ＡＢＣ１２３＠", "abc123@"),
        ("代開發票", "代开发票"),
        ("薇\u200b信\u2060", "薇信"),
        ("\u202e代\u202c考", "代考"),
        ("办.证", "办证"),
        ("办 证", "办证"),
        ("办★证🔥刻✅章", "办证刻章"),
        ("办●○证", "办证"),
        ("代○开", "代开"),
        ("加丶微丶信", "加微信"),
        ("一五九七三○二", "一五九七三○二"),
        ("3.5 折 a.b", "3.5 折 a.b"),
        ("办……证", "办......证"),
        ("加\u0336微\u0336信\u0336", "加微信"),
        ("e\u0301 É", "é é"),
        ("e\u200b\u0301", "é"),
        ("1️⃣2️⃣", "12"),
        ("①⑩⑴⒈❶➊⓵", "110(1)1.111"),
        ("ⓦⓧ🅦🅧🆅", "wxwxv"),
        ("㈱㍿㎏", "(株)株式会社kg"),
        ("ｶﾞ", "ガ"),
        ("각", "각"),
        ("٣৩〣", "333"),
        ("İSS Σ ß", "iss σ ß"),
        ("a\r\nb\u2028c\x0bd", "a\n\nb\nc\nd"),
        ("a\tb\u3000c\xa0d", "a b c d"),
        ("\x00\ud800\udfff\ufffd", ""),
        ("\u0301\u0301", ""),
        ("", ""),
        ("😀👨\u200d👩", "😀👨👩"),
        ("ᐯ信", "v信"),
    ],
)
def test_a_text_becomes(text: str, expected: str) -> None:
    """Width, case, script, marks and inserted signs are brought to one form."""
    assert normalise(text).text == expected


@given(TEXTS)
@example("e\u200b\u0301")
@example("\u0344\u0345α")
@example("J\u030c")
@example("ㄱㅏㄱ")
@example("1\u20e3")
@example("a" + "\u0316\u0301" * 30)
@settings(max_examples=400, deadline=None)
def test_the_result_is_stable(text: str) -> None:
    """The text is in NFKC, in lower case and in simplified script, and stays as it is if normalised again."""
    norm = normalise(text).text
    assert unicodedata.is_normalized("NFKC", norm)
    assert norm.translate(TABLE) == norm
    assert norm.lower() == norm
    assert "\x00" not in norm
    assert not any("\ud800" <= char <= "\udfff" for char in norm)


@given(TEXTS)
@example("加 薇\u200b信①⑴")
@settings(max_examples=400, deadline=None)
def test_every_place_leads_back(text: str) -> None:
    """Each character comes from at least one original character; later ones never from earlier places."""
    normalised = normalise(text)
    before = (0, 0)
    for at in range(len(normalised.text)):
        start, end = normalised.original(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert before <= (start, end)
        assert start in {before[0], max(before[1], start)}
        before = (start, end)


@given(TEXTS, st.data())
@settings(max_examples=300, deadline=None)
def test_a_span_is_made_of_its_characters(text: str, data: st.DataObject) -> None:
    """The range behind a stretch reaches from its first character's to its last one's, and ``place`` finds it again."""
    normalised = normalise(text)
    size = len(normalised.text)
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    first, last = normalised.original(start, end)
    if start == end:
        assert first == last
        return
    assert first == normalised.original(start, start + 1)[0]
    assert last == normalised.original(end - 1, end)[1]
    again = normalised.place(first, last)
    assert again[0] <= start
    assert again[1] >= end
    assert normalised.original(*again) == (first, last)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_what_a_span_covers_says_the_same(text: str) -> None:
    """A stretch between line breaks, normalised alone, holds the characters that the span stands for."""
    normalised = normalise(text)
    for at, char in enumerate(normalised.text):
        start, end = normalised.original(at, at + 1)
        assert char in normalise(text[start:end]).text or char == "\n"


@given(st.one_of(st.none(), TEXTS), TEXTS, st.data())
@settings(max_examples=300, deadline=None)
def test_spans_of_a_document_lie_in_title_or_text(title: str | None, text: str, data: st.DataObject) -> None:
    """Every stretch of ``norm`` has its span within one of the two, and ``place`` is the way back."""
    document = Document.of(text, title)
    start = data.draw(st.integers(0, len(document.norm)))
    end = data.draw(st.integers(start, len(document.norm)))
    span = document.span(start, end)
    source = document.title or "" if span.field is Field.TITLE else document.text
    assert 0 <= span.start <= span.end <= len(source)
    assert document.at(span) == source[span.start : span.end]
    first, last = document.place(span)
    assert first >= 0
    assert last <= len(document.norm)


@pytest.mark.parametrize(
    ("title", "text", "word", "expected"),
    [
        (None, "请加ＶＸ吧", "vx", Span(2, 4)),
        ("代开 發票", "联系我", "代开发票", Span(0, 5, Field.TITLE)),
        ("代开發票", "联系我", "联系", Span(0, 2)),
        ("㈱A", "①⑩加薇\u200b信", "薇信", Span(3, 6)),
        ("", "加薇信", "薇信", Span(1, 3)),
        ("办", "证", "办\n证", Span(0, 1, Field.TITLE)),
        ("a\u0301", "b\u0336c", "bc", Span(0, 3)),
    ],
)
def test_a_word_is_found_where_it_was_written(title: str | None, text: str, word: str, expected: Span) -> None:
    """Spans point into the original title or text, whatever normalising did before them."""
    document = Document.of(text, title)
    at = document.norm.index(word)
    assert document.span(at, at + len(word)) == expected


def test_plain_texts_keep_no_offsets() -> None:
    """Most texts change character by character, and then nothing but the text is kept."""
    assert normalise("【通知】请您于本月30日前办理，谢谢！ABC") == Normalised("【通知】请您于本月30日前办理,谢谢!abc")


HUGE = {
    "plain": "您本月套餐内，国内流量abc" * 32_500,
    "emoji": "🌟" * 300_000,
    "surrogates": "\ud800" * 1_250_000,
    "nothing": "\x00" * 1_250_000,
    "right to left": "\u202e" * 400_000,
    "marks without base": "\u0301" * 25_000,
    "marks out of order": "a" + "\u0301\u0316" * 12_500,
    "many marks": "\u0316\u0301" * 300_000,
    "struck through": "加\u0336" * 250_000,
    "circled": "①⑴" * 50_000,
    "broken up": "办.证 " * 75_000,
    "Hangul letters": "\u1100\u1161\u11a8" * 25_000,
    "Arabic": "مرحبا" * 125_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_normalising_is_linear(name: str) -> None:
    """Long runs of anything take their time once, not again and again."""
    started = time.process_time()
    normalise(HUGE[name])
    assert time.process_time() - started < 1.5  # a megabyte; a quadratic step takes minutes


@given(st.text(CHARS, max_size=80))
@example("，：，：" * 20)
@example("臺乾幹萬與東車門" * 10)
def test_folding_is_the_table(text: str) -> None:
    """The fast way, for texts in which few characters change, gives what the table gives."""
    assert _folded(text) == text.translate(TABLE)


def test_no_character_changes_twice() -> None:
    """What the table gives it leaves alone, so the order of changes makes no difference."""
    assert not [char for char in TABLE.values() if ord(char) in TABLE]
