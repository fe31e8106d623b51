"""Finding contacts costs little and stays linear whatever it is given."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contacts import find
from core.numbers import is_public
from core.text import Document
from core.types import ContactKind

HOSTILE = (
    *(
        "1 - ",
        "qq",
        "加",
        "@",
        "a.",
        ".com",
        "a@",
        "微信:",
        "一二三 ",
        "1 ",
        "13800138000 ",
        "wx abc_123 ",
        "a",
        "a_",
        "(点)",
    ),
    *(
        "http://",
        "[.]com",
        "加薇abc_1，",
        "（",
        "）",
        "①",
        "138-0013-8000 ",
        "abc.com ",
        "a-",
        "://",
        "h",
        "[at]",
        "abc点com",
    ),
    *(
        " dot com",
        "t.me/",
        "0",
        "一",
        "x×*",
        "qq号",
        "abc#qq.com",
        "ab c",
        "号加我",
        "1,",
        "12345-",
        "a.b@",
        "加\n",
        "“",
    ),
)
SIZE = 300_000
NUMBERED = frozenset({ContactKind.PHONE, ContactKind.QQ, ContactKind.GROUP})
PIECES = st.one_of(
    st.sampled_from(("加微信", "薇", "v:", "vx", "QQ", "扣扣", "群", "飞机@", "电话", "1️⃣", "一三八", "零", "点com")),
    st.sampled_from(("138", "0013", "8000", "12345", "abc_1", "a.com", "t.me/", "元", "（", ")", "\n", "x", " ")),
    st.sampled_from("-.@(* "),
)


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_long_texts_of_anything_take_no_long(piece: str) -> None:
    """No pattern goes back and forth over its text."""
    document = Document.of(piece * (SIZE // len(piece)))
    started = time.process_time()
    find(document)
    assert time.process_time() - started < 1.5  # a third where the machine is idle; a quadratic search takes minutes


@given(st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join), st.booleans())
@settings(max_examples=400, deadline=None)
def test_contacts_never_overlap_and_lie_inside(text: str, titled: bool) -> None:
    """Any text gives contacts in order, apart, with plain values and spans that are not empty."""
    document = Document.of(text, text if titled else None)
    contacts = find(document)
    places = [document.place(contact.span) for contact in contacts]
    assert places == sorted(places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    for contact in contacts:
        assert document.at(contact.span)
        assert contact.value == contact.value.strip().lower()
        assert contact.kind not in NUMBERED or not is_public(contact.value)
