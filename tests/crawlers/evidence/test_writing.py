"""Writing: once, whole or not at all, and never for what is no flag."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import StoreError
from core.types import Evidence, Flag
from crawlers.evidence.stamps import sha256
from crawlers.evidence.verify import Verifier
from crawlers.evidence.writer import WarcEvidence
from tests.crawlers.evidence.conftest import BODY, NOW, PAGE, POST, SOFTWARE, Found, found, make, offers, path_of, says
from tests.running import ROOT


def test_written_once(tmp_path: Path, writer: WarcEvidence, kept: Flag) -> None:
    """The same offer met again leaves its evidence as it is, so that the flag's hash stays true."""
    again = writer.keep(kept, POST, replace(PAGE, body=BODY + b"<p>more</p>"))
    assert again == kept.evidence
    assert found(tmp_path / "data", kept) == Found()


def test_a_damaged_file_is_written_anew(tmp_path: Path, writer: WarcEvidence, kept: Flag) -> None:
    """A file that is no whole WARC is no evidence: the next time the offer is met it is replaced."""
    path = path_of(tmp_path / "data", kept)
    path.write_bytes(path.read_bytes()[:-20])
    assert found(tmp_path / "data", replace(kept, evidence=writer.keep(kept, POST, PAGE))) == Found()


def test_an_edit_keeps_the_older_file(tmp_path: Path, writer: WarcEvidence, kept: Flag) -> None:
    """An offer whose text was edited has evidence of its own; the older one stays."""
    edited = replace(POST, text="出售全部答案，QQ 10001")
    flag = make(edited)
    flag = replace(flag, evidence=writer.keep(flag, edited, PAGE))
    assert path_of(tmp_path / "data", flag) != path_of(tmp_path / "data", kept)
    assert found(tmp_path / "data", flag) == found(tmp_path / "data", kept) == Found()


def test_not_an_id(tmp_path: Path, writer: WarcEvidence) -> None:
    """What is no id names no file."""
    for name in ("", "../../x", "a" * 5, "a/b/c/d/e/f"):
        with pytest.raises(StoreError):
            writer.keep(replace(make(), id=name), POST, PAGE)
    assert not list(tmp_path.rglob("*"))


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """A folder that cannot be made is a StoreError that says what is wrong."""
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        WarcEvidence(tmp_path / "data" / "evidence", lambda: NOW, SOFTWARE).keep(make(), POST, PAGE)
    assert "写不了" in caught.value.zh


FULL = """
import resource, sys
from pathlib import Path
from core.errors import StoreError
from crawlers.evidence.writer import WarcEvidence
from tests.crawlers.evidence.conftest import NOW, PAGE, SOFTWARE, make, offers
folder, most = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
for post in offers(int(sys.argv[3])):
    try:
        WarcEvidence(folder, lambda: NOW, SOFTWARE).keep(make(post), post, PAGE)
    except StoreError as problem:
        print(problem.en)
"""


def _full(folder: Path, most: int, count: int) -> str:
    """What is said where no file may grow beyond so many bytes."""
    args = [sys.executable, "-c", FULL, str(folder), str(most), str(count)]
    return subprocess.run(args, capture_output=True, text=True, cwd=ROOT, check=True).stdout  # noqa: S603


def test_no_room(tmp_path: Path) -> None:
    """Where the file cannot be written to its end there is a StoreError, and nothing is left, not even a part."""
    assert "cannot be written: File too large" in _full(tmp_path / "data" / "evidence", 200, 1)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_no_room_for_the_chain(tmp_path: Path) -> None:
    """What the chain has no room for is not kept: the file goes, the chain stays whole, and the flag is without."""
    data, posts = tmp_path / "data", offers(12)
    said = _full(data / "evidence", 3000, 12)
    verifier = Verifier(data)
    kept = len(list(data.rglob("*.warc.gz")))
    assert 0 < kept < 12
    assert said.count("The flag is kept without") == 12 - kept
    assert list(verifier.rest()) == []
    assert (data / "evidence" / "chain.jsonl").read_bytes().endswith(b"\n")
    assert "no evidence" in says(data, make(posts[-1]))


YOUNG = """
import os, sys
from pathlib import Path
from crawlers.evidence.writer import WarcEvidence
from tests.crawlers.evidence.conftest import NOW, PAGE, SOFTWARE, make, offers
folder = Path(sys.argv[1])
while line := sys.stdin.readline():
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        first = int(line)
        writer = WarcEvidence(folder, lambda: NOW, SOFTWARE)
        flags = [make(post) for post in offers(first + 60)[first:]]
        for post, flag in zip(offers(first + 60)[first:], flags, strict=True):
            os.write(1, b"%s %s\\n" % (flag.id.encode(), writer.keep(flag, post, PAGE).sha256.encode()))
        os._exit(0)
    sys.stdin.readline()
    os.wait()
    print("gone", flush=True)
"""


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that bears writers."""
    args = [sys.executable, "-c", YOUNG, str(tmp_path / "data" / "evidence")]
    with subprocess.Popen(args, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        yield process
        assert process.stdin is not None
        process.stdin.close()


def test_killed_in_mid_writing(tmp_path: Path, nursery: "subprocess.Popen[str]") -> None:
    """``kill -9`` at random moments: what was acknowledged is sound, the chain holds, and nothing is called wrong.

    What was half done is done again when the offer is met again, and the chain tells each file once.
    """
    dice, data, acknowledged = random.Random(8817), tmp_path / "data", dict[str, str]()  # noqa: S311 - moments
    for life in range(100):
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        nursery.stdin.write(f"{life * 2}\n")
        nursery.stdin.flush()
        pid = int(nursery.stdout.readline())
        time.sleep(dice.random() * 0.04)  # the moment is what is tried
        os.kill(pid, signal.SIGKILL)  # a child that is done by then is not yet gone
        nursery.stdin.write("look\n")
        nursery.stdin.flush()
        while (line := nursery.stdout.readline()) != "gone\n":
            acknowledged |= [line.split()] if len(line.split()) == 2 else []
    assert len(acknowledged) > 50
    flags = {make(post).id: make(post) for post in offers(260)}
    verifier = Verifier(data)
    for flag_id, digest in acknowledged.items():
        path = data / "evidence" / flag_id[:2] / f"{flag_id}.warc.gz"
        evidence = Evidence(path.relative_to(data).as_posix(), digest, *PROOF)
        assert verifier.flag(replace(flags[flag_id], evidence=evidence)) == Found()
    assert list(verifier.rest()) == []
    _met_again(data)


PROOF = (sha256(BODY), len(BODY))


def _met_again(data: Path) -> None:
    writer = WarcEvidence(data / "evidence", lambda: NOW, SOFTWARE)
    for post in offers(260):
        writer.keep(make(post), post, PAGE)
    assert list(Verifier(data).rest()) == []
    rows = [json.loads(line) for line in (data / "evidence" / "chain.jsonl").read_text("utf-8").splitlines()]
    assert sorted(row["flag"] for row in rows) == sorted(make(post).id for post in offers(260))
