"""The chain over all evidence: what was removed, changed, reordered or cut is told from what expired on purpose."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.types import Flag
from crawlers.evidence.verify import Verifier
from crawlers.evidence.writer import WarcEvidence
from tests.crawlers.evidence.conftest import PAGE, Found, make, offers, path_of, says
from tests.running import ROOT

Lines = list[bytes]


@pytest.fixture
def five(writer: WarcEvidence) -> list[Flag]:
    """Five flags with their evidence."""
    return [replace(make(post), evidence=writer.keep(make(post), post, PAGE)) for post in offers(5)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder."""
    return tmp_path / "data"


def _chain(data: Path) -> Path:
    return data / "evidence" / "chain.jsonl"


def _all(data: Path, flags: list[Flag], head: str | None = None) -> str:
    """Everything that is wrong, in English."""
    verifier = Verifier(data)
    wrong = [one for flag in flags for one in verifier.flag(flag).wrong]
    return "\n".join(one.say("en") for one in [*wrong, *verifier.rest(head)])


def test_each_line_binds_the_one_before(data: Path, five: list[Flag]) -> None:
    """One line a file, with its hash; numbers run, and all is sound."""
    rows = [json.loads(line) for line in _chain(data).read_bytes().splitlines()]
    assert [row["number"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["sha256"] for row in rows] == [flag.evidence.sha256 for flag in five if flag.evidence]
    assert _all(data, five) == ""


def _changed(lines: Lines) -> Lines:
    return [*lines[:2], lines[2].replace(b"2026", b"2025"), *lines[3:]]


def _swapped(lines: Lines) -> Lines:
    return [lines[0], lines[2], lines[1], *lines[3:]]


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (lambda lines: lines[1:], "the records 1 to 1 are missing"),
        (lambda lines: [*lines[:1], *lines[3:]], "Before line 2 of the chain, the records 2 to 3 are missing"),
        (_changed, "Line 4 of the chain (record 4) does not follow from the line before it"),
        (_swapped, "Line 2 of the chain, the records 2 to 2 are missing"),
        (_swapped, "Line 3 of the chain is record 2 where 4 should be"),
        (lambda lines: [*lines, lines[4]], "Line 6 of the chain is record 5 where 6 should be"),
        (lambda lines: [*lines[:1], b"{}\n", *lines[2:]], "Line 2 of the chain is no whole record"),
        (lambda lines: [*lines[:1], b"\xff\xfe\n", *lines[2:]], "Line 2 of the chain is no whole record"),
        (lambda lines: lines[:4], "is not in the chain"),
        (lambda lines: [*lines[:4], lines[4][:50]], "is not in the chain"),
        (lambda lines: [], "is not in the chain"),
    ],
)
def test_tampered(data: Path, five: list[Flag], done: Callable[[Lines], Lines], said: str) -> None:
    """Whatever is done to the lines, the sentence says what and where."""
    lines = _chain(data).read_bytes().splitlines(keepends=True)
    _chain(data).write_bytes(b"".join(done(lines)))
    assert said.lower() in _all(data, five).lower()


def test_a_chain_that_is_gone(data: Path, five: list[Flag]) -> None:
    """Said as such."""
    _chain(data).unlink()
    assert "There is no chain" in _all(data, five)


def test_removed_with_its_flag(data: Path, five: list[Flag]) -> None:
    """Evidence whose file and flag are both gone is missed all the same."""
    path_of(data, five[2]).unlink()
    said = _all(data, [*five[:2], *five[3:]])
    assert "was removed: the chain has it (record 3)" in said
    assert said.count("\n") == 0


def test_cut_with_its_flags(data: Path, five: list[Flag]) -> None:
    """Where flags, files and the end of the chain are all gone, only an end that was noted elsewhere tells."""
    noted = Verifier(data).head
    assert _all(data, five, noted) == ""
    lines = _chain(data).read_bytes().splitlines(keepends=True)
    _chain(data).write_bytes(b"".join(lines[:4]))
    path_of(data, five[4]).unlink()
    assert _all(data, five[:4]) == ""
    assert f"no record with the digest {noted}" in _all(data, five[:4], noted)


def test_expired_on_purpose(data: Path, writer: WarcEvidence, five: list[Flag]) -> None:
    """What expired by the settings is told from what was removed; the older end of the chain is still in it."""
    noted = Verifier(data).head
    writer.expire(five[1:3], "retain_days=30")
    assert not path_of(data, five[1]).exists()
    path_of(data, five[3]).unlink()
    found = Verifier(data).flag(five[1])
    assert found.wrong == ()
    assert found.expired is not None
    assert "(retain_days=30)" in found.expired.say("en")
    said = _all(data, [*five[:1], *five[4:]], noted)
    assert path_of(data, five[3]).name in said
    assert said.count("was removed") == 1


def test_kept_again_after_it_expired(data: Path, writer: WarcEvidence, five: list[Flag]) -> None:
    """An offer that comes back has evidence again, whatever the chain said before."""
    writer.expire(five[:1], "retain_days=30")
    flag = replace(five[0], evidence=writer.keep(five[0], offers(1)[0], PAGE))
    assert Verifier(data).flag(flag) == Found()


def test_a_removal_that_was_cut_short(data: Path, writer: WarcEvidence, five: list[Flag]) -> None:
    """The chain told that it expired, the file is still there: nothing is wrong; met again it is kept again."""
    file = path_of(data, five[0])
    held = file.read_bytes()
    writer.expire(five[:1], "retain_days=30")
    file.write_bytes(held)
    assert Verifier(data).flag(five[0]).expired is not None
    assert _all(data, five) == ""
    writer.keep(five[0], offers(1)[0], PAGE)
    assert Verifier(data).flag(five[0]) == Found()


def test_a_torn_line_is_no_harm(data: Path, writer: WarcEvidence, five: list[Flag]) -> None:
    """What a process that was killed left of a line is not called wrong, and the next line takes its place."""
    whole = _chain(data).read_bytes()
    _chain(data).write_bytes(whole + b'{"number": 6, "at": "2026' + b"x" * 2000)
    assert _all(data, five) == ""
    (sixth,) = offers(6)[5:]
    flag = replace(make(sixth), evidence=writer.keep(make(sixth), sixth, PAGE))
    assert _chain(data).read_bytes().startswith(whole)
    assert _chain(data).read_bytes().endswith(b"}\n")
    assert _all(data, [*five, flag]) == ""


def test_the_chain_may_grow_meanwhile(data: Path, writer: WarcEvidence, five: list[Flag]) -> None:
    """Who verifies while a patrol writes does not call new evidence wrong, nor what expires."""
    verifier = Verifier(data)
    (sixth,) = offers(6)[5:]
    flag = replace(make(sixth), evidence=writer.keep(make(sixth), sixth, PAGE))
    assert verifier.flag(flag) == Found()
    writer.expire(five[:1], "retain_days=30")
    assert verifier.flag(five[0]).expired is not None


def test_another_file_in_its_place(data: Path, five: list[Flag]) -> None:
    """A file and the flag's hash of it, both exchanged: the chain has another."""
    path = path_of(data, five[0])
    other = path_of(data, five[1])
    path.write_bytes(other.read_bytes())
    assert five[0].evidence is not None
    assert five[1].evidence is not None
    flag = replace(five[0], evidence=replace(five[0].evidence, sha256=five[1].evidence.sha256))
    assert "another SHA-256" in says(data, flag)


WRITING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from crawlers.evidence.writer import WarcEvidence
from tests.running import ROOT
from tests.crawlers.evidence.conftest import NOW, PAGE, SOFTWARE, make, offers
first = int(sys.argv[2])
writer = WarcEvidence(Path(sys.argv[1]), lambda: NOW, SOFTWARE)
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda post: writer.keep(make(post), post, PAGE), offers(first + 20)[first:]))
"""


def test_many_may_write_at_once(data: Path) -> None:
    """Threads and processes take turns: the chain holds all of it, in one order; what two of them met is kept once."""
    args = [[sys.executable, "-c", WRITING, str(data / "evidence"), str(first)] for first in (0, 0, 15)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    writers = [subprocess.Popen(one, cwd=ROOT, **pipes) for one in args]  # type: ignore[call-overload]  # noqa: S603
    for writer in writers:
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    assert list(Verifier(data).rest()) == []
    rows = [json.loads(line) for line in _chain(data).read_bytes().splitlines()]
    assert sorted(row["flag"] for row in rows) == sorted(make(post).id for post in offers(35))
    for writer in writers:
        writer.communicate()
