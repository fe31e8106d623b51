"""Keyed hashes tell nobody but the owner of the key what was seen."""

import hashlib
import stat
from pathlib import Path

import pytest

from core.secret import Keyed, flag_id, open_key


def test_a_digest_depends_on_the_key() -> None:
    """The same text under another key is another digest, and neither is the plain hash."""
    one, other = Keyed(b"1" * 32), Keyed(b"2" * 32)
    digest = one.digest("代开发票")
    assert digest == one.digest("代开发票")
    assert digest != other.digest("代开发票")
    assert digest != hashlib.sha256("代开发票".encode()).hexdigest()[:32]
    assert len(digest) == 32
    assert int(digest, 16) >= 0


@pytest.mark.parametrize("other", [("ab",), ("a", "b", ""), ("b", "a"), ("", "ab"), ("a b",)])
def test_parts_are_kept_apart(other: tuple[str, ...]) -> None:
    """Parts cannot be shifted into each other."""
    assert Keyed(b"k").digest("a", "b") != Keyed(b"k").digest(*other)


def test_any_text_can_be_hashed() -> None:
    """Lone surrogates, which broken pages contain, are no fault."""
    assert Keyed(b"k").digest("\ud800") != Keyed(b"k").digest("\udfff")
    assert len(flag_id("http://a.test", "\ud800", "gambling")) == 32


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    """The file is made once, with mode 600, folders above it included."""
    path = tmp_path / "data" / "key"
    first = open_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    assert open_key(path).digest("a") == first.digest("a")
    assert open_key(tmp_path / "other").digest("a") != first.digest("a")


def test_a_flag_id_says_where_and_what() -> None:
    """The same offer at the same place has the same id; anything else another."""
    given = flag_id("http://a.test/1", "代开发票", "forged_documents")
    assert given == flag_id("http://a.test/1", "代开发票", "forged_documents")
    others = {
        flag_id("http://a.test/2", "代开发票", "forged_documents"),
        flag_id("http://a.test/1", "代开发票。", "forged_documents"),
        flag_id("http://a.test/1", "代开发票", "fraud_ad"),
        flag_id("http://a.test/1代开发票", "", "forged_documents"),
    }
    assert len(others | {given}) == 5
