"""A package of evidence, opened with the tools of others."""

import json
import subprocess
import sys
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from cdxj_indexer.main import CDXJIndexer
from warcio.archiveiterator import ArchiveIterator

from core.types import Flag
from crawlers.evidence.wacz import Packed, Packer, key_of
from crawlers.evidence.writer import WarcEvidence
from tests.crawlers.evidence.conftest import NOW, PAGE, SOFTWARE, make, offers, path_of


@pytest.fixture
def flags(writer: WarcEvidence) -> list[Flag]:
    """Three flags with their evidence."""
    return [replace(make(post), evidence=writer.keep(make(post), post, PAGE)) for post in offers(3)]


@pytest.fixture
def packer(tmp_path: Path) -> Packer:
    """A packer of the data folder."""
    return Packer(tmp_path / "data", lambda: NOW, SOFTWARE)


def _run(program: str, *args: object) -> str:
    tool = Path(sys.executable).parent / program
    done = subprocess.run([tool, *map(str, args)], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_tools_of_others_find_it_in_order(tmp_path: Path, packer: Packer, flags: list[Flag]) -> None:
    """``wacz validate`` and ``warcio check`` pass."""
    out = tmp_path / "three.wacz"
    assert packer.pack(flags, out) == Packed(3, [])
    assert "Validation succeeded, the passed WACZ is valid" in _run("wacz", "validate", "--file", out)
    with ZipFile(out) as file:
        file.extractall(tmp_path / "open")
    archives = sorted((tmp_path / "open" / "archive").iterdir())
    assert [path.name for path in archives] == sorted(f"{flag.id}.warc.gz" for flag in flags)
    assert _run("warcio", "check", "-v", *archives).count("digest pass") == 9


def test_what_is_in_it(tmp_path: Path, packer: Packer, flags: list[Flag]) -> None:
    """The archives as they are, uncompressed; pages that name the flags; hashes of all."""
    packer.pack(flags, tmp_path / "three.wacz")
    with ZipFile(tmp_path / "three.wacz") as file:
        package = json.loads(file.read("datapackage.json"))
        pages = [json.loads(line) for line in file.read("pages/pages.jsonl").splitlines()]
        archives = [info for info in file.infolist() if info.filename.startswith("archive/")]
        held = [file.read(info) for info in archives]
    assert package["wacz_version"] == "1.1.1"
    assert package["software"] == SOFTWARE
    assert {row["path"] for row in package["resources"]} >= {"pages/pages.jsonl", "indexes/index.cdxj"}
    assert [row["url"] for row in pages[1:]] == [flag.url for flag in flags]
    assert {info.compress_type for info in archives} == {ZIP_STORED}
    assert held == [path_of(tmp_path / "data", flag).read_bytes() for flag in flags]


def test_the_index_leads_to_the_records(tmp_path: Path, packer: Packer, flags: list[Flag]) -> None:
    """Each line names a place in a file where its record lies, and is what the indexer of others writes."""
    packer.pack(flags, tmp_path / "three.wacz")
    with ZipFile(tmp_path / "three.wacz") as file:
        lines = file.read("indexes/index.cdxj").decode().splitlines()
        for line in lines:
            row = json.loads(line.split(" ", 2)[2])
            data = file.read(f"archive/{row['filename']}")[int(row["offset"]) :][: int(row["length"])]
            (record,) = ArchiveIterator(BytesIO(data))
            assert record.rec_headers.get_header("WARC-Target-URI") == row["url"]
        file.extractall(tmp_path / "open")
    theirs = StringIO()
    folder = str(tmp_path / "open" / "archive")
    CDXJIndexer(theirs, [folder], sort=True, records="resource").process_all()
    assert theirs.getvalue().splitlines() == lines


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Board.example/T/1?b=2&a=1#p2", "example,board)/t/1?a=1&b=2"),
        ("http://board.example", "example,board)/"),
        ("http://board.example:8080/x", "example,board:8080)/x"),
        ("https://board.example:443/x", "example,board)/x"),
        ("http://127.0.0.1:99999/x", "1,0,0,127)/x"),
        ("urn:view:https://board.example/a b", "urn:view:https://board.example/a%20b"),
    ],
)
def test_keys(url: str, key: str) -> None:
    """An address as indexes sort it; one that is odd makes no error and no second column."""
    assert key_of(url) == key


def test_what_is_not_sound_is_left_out(tmp_path: Path, packer: Packer, flags: list[Flag]) -> None:
    """Changed and missing evidence is named; where none is left there are no pages."""
    path_of(tmp_path / "data", flags[0]).write_bytes(b"changed")
    path_of(tmp_path / "data", flags[1]).unlink()
    packed = packer.pack(flags, tmp_path / "one.wacz")
    assert packed.flags == 1
    assert [flag.id for flag, _ in packed.left_out] == [flag.id for flag in flags[:2]]
    assert "changed" in packed.left_out[0][1][0].en
    assert packer.pack(flags[:2], tmp_path / "none.wacz").flags == 0
