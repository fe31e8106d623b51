"""What is kept of a page: the offer itself, what proves the page, and nothing else."""

import gzip
import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from core.types import Evidence, Flag
from crawlers.evidence.warc import Attachment
from crawlers.evidence.writer import WarcEvidence
from tests.crawlers.evidence.conftest import BODY, NOW, PAGE, POST, SOFTWARE, make, path_of, records, says


def test_where_it_lies(tmp_path: Path, kept: Flag) -> None:
    """The evidence names its file below the data folder, the file's hash, and hash and length of the whole response."""
    assert kept.evidence == Evidence(
        path=f"evidence/{kept.id[:2]}/{kept.id}.warc.gz",
        sha256=hashlib.sha256(path_of(tmp_path / "data", kept).read_bytes()).hexdigest(),
        page_sha256=hashlib.sha256(BODY).hexdigest(),
        page_length=len(BODY),
    )


def testrecords(tmp_path: Path, kept: Flag) -> None:
    """A file holds a warcinfo, the offer's own HTML, and what proves the page; never the response itself."""
    info, resource, metadata = records(path_of(tmp_path / "data", kept))
    assert [kind for kind, _, _ in (info, resource, metadata)] == ["warcinfo", "resource", "metadata"]
    assert SOFTWARE.encode() in info[2]
    assert resource[1]["WARC-Target-URI"] == metadata[1]["WARC-Target-URI"] == POST.url
    assert resource[1]["Content-Type"] == "text/html; charset=utf-8"
    assert POST.fragment in resource[2].decode()
    assert metadata[1]["Content-Type"] == "application/json"
    assert metadata[1]["WARC-Refers-To"] == metadata[1]["WARC-Concurrent-To"] == resource[1]["WARC-Record-ID"]


def test_metadata(tmp_path: Path, kept: Flag) -> None:
    """The circumstances of the response are kept, its cookies are not."""
    found = json.loads(records(path_of(tmp_path / "data", kept))[2][2])
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
    held = gzip.decompress(path_of(tmp_path / "data", kept).read_bytes())
    assert "出售答案" in held.decode()
    assert "金丝雀" not in held.decode()
    assert b"secret" not in held


def test_a_post_without_html(tmp_path: Path, writer: WarcEvidence) -> None:
    """Where a post has no HTML, its title and text are kept, escaped."""
    post = replace(POST, title="a<b", text="1 < 2 & 3", fragment="")
    flag = make(post)
    writer.keep(flag, post, PAGE)
    html = records(tmp_path / "data" / "evidence" / flag.id[:2] / f"{flag.id}.warc.gz")[1][2].decode()
    assert "<h1>a&lt;b</h1><pre>1 &lt; 2 &amp; 3</pre>" in html


def test_warcio_check(tmp_path: Path, kept: Flag) -> None:
    """The archive tools of others find the file in order."""
    checker = Path(sys.executable).parent / "warcio"
    done = subprocess.run(  # noqa: S603 - a program of the environment
        [checker, "check", "-v", path_of(tmp_path / "data", kept)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("digest pass") == 3


def test_it_can_be_read_without_us(tmp_path: Path, kept: Flag) -> None:
    """The file is gzip, one member a record, and plain text within."""
    text = gzip.GzipFile(fileobj=BytesIO(path_of(tmp_path / "data", kept).read_bytes())).read().decode()
    assert text.count("WARC/1.1\r\n") == 3


def test_attached(tmp_path: Path) -> None:
    """What is attached to an offer has a record of its own, bound to the offer's, and its hash in the metadata."""
    shot = Attachment("urn:view:https://board.example/t/1#p2", "image/png", b"\x89PNG", {"as": "screenshot"})
    flag = make()
    writer = WarcEvidence(tmp_path / "data" / "evidence", lambda: NOW, SOFTWARE, [lambda flag, post, page: [shot]])
    flag = replace(flag, evidence=writer.keep(flag, POST, PAGE))
    found = records(path_of(tmp_path / "data", flag))
    assert [(kind, row.get("Content-Type")) for kind, row, _ in found][2] == ("resource", "image/png")
    assert found[2][1]["WARC-Concurrent-To"] == found[1][1]["WARC-Record-ID"]
    digest = hashlib.sha256(b"\x89PNG").hexdigest()
    noted = {"target": shot.target, "type": "image/png", "sha256": digest, "as": "screenshot"}
    assert json.loads(found[3][2])["attached"] == [noted]
    assert says(tmp_path / "data", flag) == ""
