"""Evidence: what is kept of a page, whole or not at all, and how a changed file is found out."""

import gzip
import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from core.errors import StoreError
from core.secret import flag_id
from core.types import Decision, Evidence, Flag, Page, Post
from crawlers import warc
from crawlers.evidence import WarcEvidence, verify

NOW = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
SOFTWARE = "Lurewatch/0.1"
BODY = "<html><body><p>金丝雀在上面</p><div class=c>出售答案，QQ 10001</div></body></html>".encode()
POST = Post(
    key="p2",
    url="https://board.example/t/1#p2",
    title="答案",
    text="出售答案，QQ 10001",
    published_at=NOW,
    fragment='<h1>答案</h1><div class="c">出售答案，QQ 10001</div>',
)
PAGE = Page(
    url="https://board.example/t/1",
    status=200,
    headers=(("content-type", "text/html; charset=utf-8"), ("set-cookie", "session=secret"), ("server", "x")),
    body=BODY,
    fetched_at=NOW,
    redirects=("http://board.example/t/1",),
)


def _flag(post: Post = POST, evidence: Evidence | None = None) -> Flag:
    return Flag(
        id=flag_id(post.url, post.text, "exam_cheating"),
        source="board",
        url=post.url,
        title=post.title,
        text=post.text,
        published_at=post.published_at,
        seen_at=NOW,
        decision=Decision(flagged=True, category="exam_cheating", score=0.9),
        evidence=evidence,
    )


@pytest.fixture
def writer(tmp_path: Path) -> WarcEvidence:
    """A writer below ``tmp_path / "data"``, the data folder."""
    return WarcEvidence(tmp_path / "data" / "evidence", lambda: NOW, SOFTWARE)


@pytest.fixture
def kept(writer: WarcEvidence) -> Flag:
    """A flag whose evidence was written."""
    flag = _flag()
    return replace(flag, evidence=writer.keep(flag.id, POST, PAGE))


def _path(data: Path, flag: Flag) -> Path:
    assert flag.evidence is not None
    return data / flag.evidence.path


def _records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    with path.open("rb") as file:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests=True)
        ]


def test_where_it_lies(tmp_path: Path, kept: Flag) -> None:
    """The evidence names its file below the data folder, the file's hash, and hash and length of the whole response."""
    assert kept.evidence == Evidence(
        path=f"evidence/{kept.id[:2]}/{kept.id}.warc.gz",
        sha256=hashlib.sha256(_path(tmp_path / "data", kept).read_bytes()).hexdigest(),
        page_sha256=hashlib.sha256(BODY).hexdigest(),
        page_length=len(BODY),
    )


def test_records(tmp_path: Path, kept: Flag) -> None:
    """A file holds a warcinfo, the offer's own HTML, and what proves the page; never the response itself."""
    info, resource, metadata = _records(_path(tmp_path / "data", kept))
    assert [kind for kind, _, _ in (info, resource, metadata)] == ["warcinfo", "resource", "metadata"]
    assert SOFTWARE.encode() in info[2]
    assert resource[1]["WARC-Target-URI"] == metadata[1]["WARC-Target-URI"] == POST.url
    assert resource[1]["Content-Type"] == "text/html; charset=utf-8"
    assert POST.fragment in resource[2].decode()
    assert metadata[1]["Content-Type"] == "application/json"
    assert metadata[1]["WARC-Refers-To"] == metadata[1]["WARC-Concurrent-To"] == resource[1]["WARC-Record-ID"]


def test_metadata(tmp_path: Path, kept: Flag) -> None:
    """The circumstances of the response are kept, its cookies are not."""
    found = json.loads(_records(_path(tmp_path / "data", kept))[2][2])
    assert found["flag"] == kept.id
    assert found["page"] == {
        "url": PAGE.url,
        "redirects": ["http://board.example/t/1"],
        "status": 200,
        "headers": [["content-type", "text/html; charset=utf-8"], ["server", "x"]],
        "sha256": hashlib.sha256(BODY).hexdigest(),
        "length": len(BODY),
        "fetched_at": "2026-11-04T02:00:00.000000Z",
        "drawn": False,
    }


def test_nothing_else_of_the_page(tmp_path: Path, kept: Flag) -> None:
    """Not a word of the page around the offer is in the file, nor a cookie."""
    held = gzip.decompress(_path(tmp_path / "data", kept).read_bytes())
    assert "出售答案" in held.decode()
    assert "金丝雀" not in held.decode()
    assert b"secret" not in held


def test_a_post_without_html(tmp_path: Path, writer: WarcEvidence) -> None:
    """Where a post has no HTML, its title and text are kept, escaped."""
    post = replace(POST, title="a<b", text="1 < 2 & 3", fragment="")
    flag = _flag(post)
    writer.keep(flag.id, post, PAGE)
    html = _records(tmp_path / "data" / "evidence" / flag.id[:2] / f"{flag.id}.warc.gz")[1][2].decode()
    assert "<h1>a&lt;b</h1><pre>1 &lt; 2 &amp; 3</pre>" in html


def test_warcio_check(tmp_path: Path, kept: Flag) -> None:
    """The archive tools of others find the file in order."""
    checker = Path(sys.executable).parent / "warcio"
    done = subprocess.run(  # noqa: S603 - a program of the environment
        [checker, "check", "-v", _path(tmp_path / "data", kept)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("digest pass") == 3


def test_sound(tmp_path: Path, kept: Flag) -> None:
    """Evidence as it was written is sound."""
    assert verify(tmp_path / "data", kept) == ()


def test_written_once(tmp_path: Path, writer: WarcEvidence, kept: Flag) -> None:
    """The same offer met again leaves its evidence as it is, so that the flag's hash stays true."""
    again = writer.keep(kept.id, POST, replace(PAGE, body=BODY + b"<p>more</p>"))
    assert again == kept.evidence
    assert verify(tmp_path / "data", kept) == ()


def test_a_damaged_file_is_written_anew(tmp_path: Path, writer: WarcEvidence, kept: Flag) -> None:
    """A file that is no whole WARC is no evidence: the next time the offer is met it is replaced."""
    path = _path(tmp_path / "data", kept)
    path.write_bytes(path.read_bytes()[:-20])
    assert verify(tmp_path / "data", replace(kept, evidence=writer.keep(kept.id, POST, PAGE))) == ()


def test_an_edit_keeps_the_older_file(tmp_path: Path, writer: WarcEvidence, kept: Flag) -> None:
    """An offer whose text was edited has evidence of its own; the older one stays."""
    edited = replace(POST, text="出售全部答案，QQ 10001")
    flag = _flag(edited)
    flag = replace(flag, evidence=writer.keep(flag.id, edited, PAGE))
    assert _path(tmp_path / "data", flag) != _path(tmp_path / "data", kept)
    assert verify(tmp_path / "data", flag) == verify(tmp_path / "data", kept) == ()


def _says(data: Path, flag: Flag) -> str:
    findings = verify(data, flag)
    for finding in findings:
        assert finding.say("zh")
    return "\n".join(finding.say("en") for finding in findings)


def test_missing(tmp_path: Path, kept: Flag) -> None:
    """A file that is not there is a finding; so is a flag without evidence, and a path out of the data folder."""
    data = tmp_path / "data"
    assert kept.evidence is not None
    (tmp_path / "outside").write_bytes(_path(data, kept).read_bytes())
    outside = replace(kept, evidence=replace(kept.evidence, path="../outside"))
    assert "not there" in _says(data, outside)
    _path(data, kept).unlink()
    assert "not there" in _says(data, kept)
    assert "no evidence" in _says(data, _flag())


def test_unreadable(tmp_path: Path, kept: Flag) -> None:
    """A file that cannot be read is a finding that says why."""
    path = _path(tmp_path / "data", kept)
    path.unlink()
    path.mkdir()
    assert "Is a directory" in _says(tmp_path / "data", kept)


@pytest.mark.parametrize("left", [0, 1, 10, 300, -1, -8, -200])
def test_cut_off(tmp_path: Path, kept: Flag, left: int) -> None:
    """A file that was cut off is changed and damaged."""
    path = _path(tmp_path / "data", kept)
    path.write_bytes(path.read_bytes()[:left])
    said = _says(tmp_path / "data", kept)
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
    path = _path(tmp_path / "data", kept)
    _rewritten(path, {b"10001": b"10002"})
    said = _says(tmp_path / "data", kept)
    assert "changed" in said
    assert "digest failed" in said
    assert "digest failed" in _says(tmp_path / "data", _with_hash(path, kept))


def test_no_digests(tmp_path: Path, kept: Flag) -> None:
    """A record whose digests were taken out is damaged."""
    path = _path(tmp_path / "data", kept)
    _rewritten(path, {b"WARC-Block-Digest": b"X-Block-Digest", b"WARC-Payload-Digest": b"X-Payload-Digest"})
    assert "no digest" in _says(tmp_path / "data", _with_hash(path, kept))


def test_records_gone(tmp_path: Path, kept: Flag) -> None:
    """A file without one of its records is not complete; one with a record more is foreign."""
    path = _path(tmp_path / "data", kept)
    data = path.read_bytes()
    with path.open("rb") as file:
        offsets = [iterator.get_record_offset() for iterator in [ArchiveIterator(file)] for _ in iterator]
    path.write_bytes(data[: offsets[2]])
    assert "exactly one whole metadata" in _says(tmp_path / "data", _with_hash(path, kept))
    path.write_bytes(data + data[offsets[1] : offsets[2]])
    assert "exactly one whole resource" in _says(tmp_path / "data", _with_hash(path, kept))
    path.write_bytes(
        data + gzip.compress(gzip.decompress(data[offsets[1] : offsets[2]]).replace(b": resource", b": response"))
    )
    assert "response" in _says(tmp_path / "data", _with_hash(path, kept))


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
    assert said in _says(tmp_path / "data", other)


def test_another_flag(tmp_path: Path, kept: Flag) -> None:
    """The evidence of one flag is not that of another."""
    said = _says(tmp_path / "data", replace(kept, id="0" * 32, url="https://board.example/t/9"))
    assert "flag" in said
    assert "post.url" in said


def test_names_with_braces(tmp_path: Path) -> None:
    """A data folder with braces in its name does not confuse the sentences."""
    data = tmp_path / "{x}"
    flag = _flag()
    evidence = WarcEvidence(data / "evidence", lambda: NOW, SOFTWARE).keep(flag.id, POST, PAGE)
    _path(data, replace(flag, evidence=evidence)).unlink()
    assert "{x}" in _says(data, replace(flag, evidence=evidence))


def test_not_an_id(tmp_path: Path, writer: WarcEvidence) -> None:
    """What is no id names no file."""
    for name in ("", "../../x", "a" * 5, "a/b/c/d/e/f"):
        with pytest.raises(StoreError):
            writer.keep(name, POST, PAGE)
    assert not list(tmp_path.rglob("*"))


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """A folder that cannot be made is a StoreError that says what is wrong."""
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        WarcEvidence(tmp_path / "data" / "evidence", lambda: NOW, SOFTWARE).keep("0" * 32, POST, PAGE)
    assert "写不了" in caught.value.zh


FULL = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from core.errors import StoreError
from crawlers.evidence import WarcEvidence
from tests.crawlers.test_evidence import NOW, PAGE, POST, SOFTWARE
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
try:
    WarcEvidence(folder, lambda: NOW, SOFTWARE).keep("0" * 32, POST, PAGE)
except StoreError as problem:
    print(problem.en)
"""


def test_no_room(tmp_path: Path) -> None:
    """Where the file cannot be written to its end there is a StoreError, and nothing is left, not even a part."""
    root = Path(__file__).parents[2]
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", FULL, tmp_path / "data" / "evidence"],
        capture_output=True,
        text=True,
        cwd=root,
        check=True,
    )
    assert "cannot be written: File too large" in done.stdout
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


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
    assert warc.read(packed).damage == ("too large",)


def test_it_can_be_read_without_us(tmp_path: Path, kept: Flag) -> None:
    """The file is gzip, one member a record, and plain text within."""
    text = gzip.GzipFile(fileobj=BytesIO(_path(tmp_path / "data", kept).read_bytes())).read().decode()
    assert text.count("WARC/1.1\r\n") == 3
