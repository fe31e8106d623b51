"""An offer on a page, its flag, and the file that keeps its proof."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from core.secret import flag_id
from core.types import Decision, Evidence, Flag, Page, Post
from crawlers.evidence.verify import Found, Verifier
from crawlers.evidence.writer import WarcEvidence

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


def make(post: Post = POST, evidence: Evidence | None = None) -> Flag:
    """A flag of an offer."""
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


def offers(count: int) -> list[Post]:
    """Posts that differ."""
    return [replace(POST, key=f"p{at}", url=f"https://board.example/t/1#p{at}") for at in range(count)]


@pytest.fixture
def writer(tmp_path: Path) -> WarcEvidence:
    """A writer below ``tmp_path / "data"``, the data folder."""
    return WarcEvidence(tmp_path / "data" / "evidence", lambda: NOW, SOFTWARE)


@pytest.fixture
def kept(writer: WarcEvidence) -> Flag:
    """A flag whose evidence was written."""
    flag = make()
    return replace(flag, evidence=writer.keep(flag, POST, PAGE))


def path_of(data: Path, flag: Flag) -> Path:
    """Where its proof lies."""
    assert flag.evidence is not None
    return data / flag.evidence.path


def records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Kind, headers and payload of each record, read by another program's reader."""
    with path.open("rb") as file:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests=True)
        ]


def found(data: Path, flag: Flag) -> Found:
    """What a look of its own finds."""
    return Verifier(data).flag(flag)


def says(data: Path, flag: Flag) -> str:
    """What it says is wrong, in English; it can say it in Chinese as well."""
    findings = found(data, flag).wrong
    for finding in findings:
        assert finding.say("zh")
    return "\n".join(finding.say("en") for finding in findings)
