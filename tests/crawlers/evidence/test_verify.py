"""A file that was changed, cut, exchanged or removed is found out, and what was done to it is said."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from core.types import Flag
from crawlers.evidence.warc import Attachment
from crawlers.evidence.writer import WarcEvidence
from tests.crawlers.evidence.conftest import NOW, PAGE, POST, SOFTWARE, Found, found, make, path_of, says


def test_sound(tmp_path: Path, kept: Flag) -> None:
    """Evidence as it was written is sound."""
    assert found(tmp_path / "data", kept) == Found()


def test_missing(tmp_path: Path, kept: Flag) -> None:
    """A file that is not there is a finding; so is a flag without evidence, and a path out of the data folder."""
    data = tmp_path / "data"
    assert kept.evidence is not None
    (tmp_path / "outside").write_bytes(path_of(data, kept).read_bytes())
    outside = replace(kept, evidence=replace(kept.evidence, path="../outside"))
    assert "not there" in says(data, outside)
    path_of(data, kept).unlink()
    assert "not there" in says(data, kept)
    assert "no evidence" in says(data, make())


def test_unreadable(tmp_path: Path, kept: Flag) -> None:
    """A file that cannot be read is a finding that says why."""
    path = path_of(tmp_path / "data", kept)
    path.unlink()
    path.mkdir()
    assert "Is a directory" in says(tmp_path / "data", kept)


@pytest.mark.parametrize("left", [0, 1, 10, 300, -1, -8, -200])
def test_cut_off(tmp_path: Path, kept: Flag, left: int) -> None:
    """A file that was cut off is changed and damaged."""
    path = path_of(tmp_path / "data", kept)
    path.write_bytes(path.read_bytes()[:left])
    said = says(tmp_path / "data", kept)
    assert "changed" in said
    assert "damaged" in said


def _rewritten(path: Path, change: dict[bytes, bytes]) -> None:
    """Change the records of a file and pack them again, so that only what they say can tell."""
    with path.open("rb") as file:
        offsets = [iterator.get_record_offset() for iterator in [ArchiveIterator(file)] for _ in iterator]
    data = path.read_bytes()
    packed = b""
    for start, end in zip(offsets, [*offsets[1:], len(data)], strict=True):
        plain = gzip.decompress(data[start:end])
        for old, new in change.items():
            plain = plain.replace(old, new)
        packed += gzip.compress(plain)
    path.write_bytes(packed)


def _with_hash(path: Path, flag: Flag) -> Flag:
    """The flag as if it had been written with the file as it is now."""
    assert flag.evidence is not None
    return replace(flag, evidence=replace(flag.evidence, sha256=hashlib.sha256(path.read_bytes()).hexdigest()))


def test_changed(tmp_path: Path, kept: Flag) -> None:
    """A word that was changed with care is told by the file's hash and by the record's digest, each alone."""
    path = path_of(tmp_path / "data", kept)
    _rewritten(path, {b"10001": b"10002"})
    said = says(tmp_path / "data", kept)
    assert "changed" in said
    assert "digest failed" in said
    assert "digest failed" in says(tmp_path / "data", _with_hash(path, kept))


def test_no_digests(tmp_path: Path, kept: Flag) -> None:
    """A record whose digests were taken out is damaged."""
    path = path_of(tmp_path / "data", kept)
    _rewritten(path, {b"WARC-Block-Digest": b"X-Block-Digest", b"WARC-Payload-Digest": b"X-Payload-Digest"})
    assert "no digest" in says(tmp_path / "data", _with_hash(path, kept))


def test_records_gone(tmp_path: Path, kept: Flag) -> None:
    """A file without one of its records is not complete; one with a record more is foreign."""
    path = path_of(tmp_path / "data", kept)
    data = path.read_bytes()
    with path.open("rb") as file:
        offsets = [iterator.get_record_offset() for iterator in [ArchiveIterator(file)] for _ in iterator]
    path.write_bytes(data[: offsets[2]])
    assert "exactly one whole metadata" in says(tmp_path / "data", _with_hash(path, kept))
    path.write_bytes(data + data[offsets[1] : offsets[2]])
    assert "exactly one whole resource" in says(tmp_path / "data", _with_hash(path, kept))
    path.write_bytes(
        data + gzip.compress(gzip.decompress(data[offsets[1] : offsets[2]]).replace(b": resource", b": response"))
    )
    assert "response" in says(tmp_path / "data", _with_hash(path, kept))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"page_sha256": "0" * 64}, "page.sha256"),
        ({"page_length": 1}, "page.length"),
    ],
)
def test_another_page(tmp_path: Path, kept: Flag, change: dict[str, object], said: str) -> None:
    """Evidence whose record of the page is not the file's does not belong together."""
    assert kept.evidence is not None
    other = replace(kept, evidence=replace(kept.evidence, **change))  # type: ignore[arg-type]
    assert said in says(tmp_path / "data", other)


def test_anothermake(tmp_path: Path, kept: Flag) -> None:
    """The evidence of one flag is not that of another."""
    said = says(tmp_path / "data", replace(kept, id="0" * 32, url="https://board.example/t/9"))
    assert "flag" in said
    assert "post.url" in said


def test_names_with_braces(tmp_path: Path) -> None:
    """A data folder with braces in its name does not confuse the sentences."""
    data = tmp_path / "{x}"
    flag = make()
    evidence = WarcEvidence(data / "evidence", lambda: NOW, SOFTWARE).keep(flag, POST, PAGE)
    path_of(data, replace(flag, evidence=evidence)).unlink()
    assert "{x}" in says(data, replace(flag, evidence=evidence))


def test_another_picture(tmp_path: Path) -> None:
    """A picture that was exchanged with care, its record's digests and the flag's hash included, is told."""
    shots = {"here": b"\x89PNG one", "there": b"\x89PNG two"}
    made = {}
    for name, shot in shots.items():
        data = tmp_path / name
        attached = Attachment("urn:view:x", "image/png", shot)
        writer = WarcEvidence(data / "evidence", lambda: NOW, SOFTWARE, [lambda flag, post, page, one=attached: [one]])
        made[name] = replace(make(), evidence=writer.keep(make(), POST, PAGE))
    here, there = (path_of(tmp_path / name, made[name]) for name in shots)
    members = [_members(path) for path in (here, there)]
    here.write_bytes(b"".join([*members[0][:2], members[1][2], members[0][3]]))
    said = says(tmp_path / "here", _with_hash(here, made["here"]))
    assert "attached" in said
    assert "WARC-Concurrent-To" in said


def _members(path: Path) -> list[bytes]:
    """The packed records of a file."""
    data = path.read_bytes()
    with path.open("rb") as file:
        offsets = [iterator.get_record_offset() for iterator in [ArchiveIterator(file)] for _ in iterator]
    return [data[start:end] for start, end in zip(offsets, [*offsets[1:], len(data)], strict=True)]
