"""Whether there can be a contact is told sooner than which: never wrongly that there is none."""

from hypothesis import example, given
from hypothesis import strategies as st

from core.addresses import addresses
from core.contacts import _ids, _numbers, _rare, find, may_find
from core.text import Document

TEXTS = st.text(st.sampled_from("0123456789一二三零壹〇点。.@#艾特 -丨|()，、微信扣群加电话qvlomcdt/:"), max_size=24)


@given(TEXTS)
@example("加我 壹叁捌 零零壹叁 捌零零零")
@example("电话 138、0013、8000")
@example("丨38-0013-8000")
@example("abc 艾特 qq.com")
def test_what_is_ruled_out_holds_none(text: str) -> None:
    """No finder of any kind finds anything in it."""
    document = Document.of(text)
    if not may_find(document):
        assert not [hit for finder in (addresses, _rare, _numbers, _ids) for hit in finder(document.norm)]
        assert find(document) == ()


def test_plain_words_are_ruled_out() -> None:
    """A text without letters and longer numbers."""
    assert not may_find(Document.of("今天下午3点开会，带上2本书。"))
    assert may_find(Document.of("微信 abc_123"))


def test_a_code_in_a_picture_is_a_contact() -> None:
    """Whatever it leads to."""
    document = Document.of("今天下午开会。", shown="暗号", codes=[(0, 2)])
    assert may_find(document)
    assert [contact.value for contact in find(document)] == ["暗号"]
