"""Charsets: declared, missing and wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.extract.decode import decode

from .making import page

SIMPLE = "今天的天气很好，我们一起去公园里散步，看见许多小朋友在放风筝。"
RARE = "镕基喆堃"
TRADITIONAL = "今天的天氣很好，我們一起去公園裡散步，看見許多小朋友在放風箏。"


def _html(text: str, declared: str = "") -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}<title>x</title></head><body>{text}</body></html>"


CASES = [
    ("utf-8", "text/html; charset=utf-8", "", SIMPLE),
    ("utf-8", "text/html", "", SIMPLE),
    ("utf-8", "text/html", "", "Сегодня хорошая погода"),
    ("gb18030", "text/html; charset=gb2312", "", SIMPLE + RARE),
    ("gb18030", "text/html; charset=GBK", "", SIMPLE + RARE),
    ("gb18030", "text/html", "gb2312", SIMPLE + RARE),
    ("gb18030", "text/html", "", SIMPLE + RARE),
    ("gb18030", "text/html; charset=utf-8", "gb2312", SIMPLE + RARE),
    ("gb18030", "text/html; charset=utf-8", "utf-8", SIMPLE),
    ("gb18030", "text/html; charset=iso-8859-1", "", SIMPLE),
    ("utf-8", "text/html; charset=gbk", "gbk", SIMPLE),
    ("utf-8", "text/html; charset=iso-8859-1", "", SIMPLE),
    ("utf-8", "text/html; charset=no-such", "utf-7", SIMPLE),
    ("utf-8", "text/html", "utf-16", SIMPLE),
    ("big5", "text/html; charset=big5", "", TRADITIONAL),
    ("big5", "text/html", "", TRADITIONAL),
    ("big5", "text/html; charset=utf-8", "", TRADITIONAL),
    ("utf-8-sig", "text/html; charset=gbk", "gbk", SIMPLE),
    ("utf-16", "text/html", "", SIMPLE),
    ("utf-16-le", "text/html; charset=utf-16le", "", SIMPLE),
    ("cp1252", "text/html; charset=iso-8859-1", "", "Café à la crème, déjà vu, naïveté"),
    ("cp1251", "text/html; charset=windows-1251", "", "Сегодня хорошая погода"),
    ("ascii", "text/html; charset=gbk", "", "plain words"),
]


@pytest.mark.parametrize(("written", "header", "meta", "text"), CASES)
def test_charset(written: str, header: str, meta: str, text: str) -> None:
    """A page is read by what it declares, unless its bytes say that this is wrong."""
    assert text in decode(page(_html(text, meta).encode(written), header)).text


def test_few_characters_believe_the_declaration() -> None:
    """With a few bytes beyond ASCII, which could be either, what is declared is believed."""
    assert "联通" in decode(page(_html("联通").encode("gb18030"), "text/html; charset=gb2312")).text


def test_xml_declaration() -> None:
    """The declaration of an XML file counts like a meta tag."""
    body = f'<?xml version="1.0" encoding="GB2312"?><a>{RARE}{SIMPLE}</a>'.encode("gb18030")
    assert RARE in decode(page(body, "text/xml")).text


def test_undecodable() -> None:
    """Bytes that are no character are replaced, one that is cut at the end too; NULs are dropped."""
    body = SIMPLE.encode() + b"\xff\xfe" + SIMPLE.encode() + "好".encode()[:2] + b"\x00"
    text = decode(page(body)).text
    assert text.count(SIMPLE) == 2
    assert "\ufffd" in text
    assert "\x00" not in text


def test_drawn() -> None:
    """What a browser drew is UTF-8, whatever the page declared."""
    assert SIMPLE in decode(page(_html(SIMPLE, "gbk"), "text/html; charset=gbk", drawn=True)).text


@given(
    st.binary(max_size=400), st.sampled_from(["", "utf-8", "gbk", "big5", "utf-16", "hz", "base64", "rot13", "idna"])
)
def test_never_fails(body: bytes, charset: str) -> None:
    """Whatever the bytes and the charset, there is a text."""
    assert isinstance(decode(page(body, f"text/html; charset={charset}")).text, str)
