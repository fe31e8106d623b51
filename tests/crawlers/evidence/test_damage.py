"""Whatever bytes stand where evidence should, reading them raises nothing."""

import gzip

from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.evidence import warc
from tests.crawlers.evidence.conftest import NOW, PAGE, POST, SOFTWARE

WHOLE = warc.make("0" * 32, POST, PAGE, NOW, SOFTWARE)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damage_is_told(data: st.DataObject) -> None:
    """Whatever happens to the bytes of a file, reading it raises nothing, and it is not taken for what it was."""
    broken = bytearray(WHOLE)
    for at in data.draw(st.lists(st.integers(0, len(WHOLE) - 1), min_size=1, max_size=5)):
        broken[at] = data.draw(st.integers(0, 255))
    cut = bytes(broken[: data.draw(st.integers(0, len(WHOLE)))])
    found = warc.read(cut)
    if not found.damage and len(found.records) == 3:
        assert found.records == warc.read(WHOLE).records  # nothing but what gzip does not guard, such as its clock


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(payload: bytes) -> None:
    """No bytes are too strange, packed or not."""
    assert warc.read(payload).damage
    assert warc.read(gzip.compress(payload)).damage
    assert warc.read(gzip.compress(b"WARC/1.1\r\n" + payload)).damage


def test_a_bomb() -> None:
    """A file that unpacks without end is refused."""
    packed = gzip.compress(b"\x00" * (80 << 20))
    assert warc.read(packed).damage[0].en == "too large"
