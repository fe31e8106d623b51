"""What pictures show is a part of the document of its own: spans lead back into it, and codes are contacts."""

import pytest

from core.contacts import find
from core.pictures import Mark, Picture, codes, offsets, shown
from core.text import Document
from core.types import Contact, ContactKind, Field, Span

CARD = Picture("1", "加薇\u200b信\nＡＢＣ", (Mark(0, 4, ()), Mark(5, 8, (), is_code=True)))
BLANK = Picture("2")
LATER = Picture("3", "weixin://x/Y1", (Mark(0, 13, (), is_code=True),))


def test_one_text_of_all() -> None:
    """Pictures without words take no line; places of codes count from the start of all."""
    pictures = (CARD, BLANK, LATER)
    assert shown(pictures) == "加薇\u200b信\nＡＢＣ\nweixin://x/Y1"
    assert offsets(pictures) == [0, 9, 9]
    assert codes(pictures) == ((5, 8), (9, 22))
    assert (shown(()), codes(())) == ("", ())


@pytest.mark.parametrize("title", [None, "标题\u200b字"])
def test_spans_lead_back(title: str | None) -> None:
    """Whatever was normalised away before: each place of the document is found in its own part, both ways."""
    document = Document.of("正\u200b文", title, shown((CARD,)), codes((CARD,)))
    at = document.norm.index("加薇信")
    span = document.span(at, at + 3)
    assert span == Span(0, 4, Field.PICTURES)
    assert document.at(span) == "加薇\u200b信"
    assert document.place(span) == (at, at + 3)
    start, end = document.codes[0]
    assert document.norm[start:end] == "abc"
    assert document.at(document.span(start, end)) == "ＡＢＣ"
    text = document.norm.index("正")
    assert document.span(text, text + 2) == Span(0, 3)


def test_a_span_across_parts_ends_with_the_first() -> None:
    """What begins in the text and runs on into a picture is a place in the text."""
    document = Document.of("加微信", None, "abc_1234")
    assert document.norm == "加微信\nabc_1234"
    assert document.span(1, 9) == Span(1, 3)


@pytest.mark.parametrize(
    ("target", "kind", "value"),
    [
        ("wxp://f2f0abcDEF", ContactKind.OTHER, "wxp://f2f0abcdef"),
        ("https://u.wechat.example/AbC1", ContactKind.URL, "https://u.wechat.example/abc1"),
        ("加微信 daan_77310", ContactKind.WECHAT, "daan_77310"),
    ],
)
def test_what_a_code_leads_to_is_a_contact(target: str, kind: ContactKind, value: str) -> None:
    """Of a known form as such, of no known form as ``other``; said once."""
    picture = Picture("1", f"扫码\n{target}", (Mark(3, 3 + len(target), (), is_code=True),))
    (contact,) = find(Document.of("看图", None, shown((picture,)), codes((picture,))))
    assert (contact.kind, contact.value, contact.span.field) == (kind, value, Field.PICTURES)
    assert isinstance(contact, Contact)


def test_without_pictures_nothing_is_different() -> None:
    """A document of text and title is what it was."""
    assert Document.of("正文", "标题") == Document.of("正文", "标题", "", ())
