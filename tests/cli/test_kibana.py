"""``kibana export`` at the command line: a file that Kibana takes, and sentences where it cannot be made."""

import json
import os
from pathlib import Path

import pytest
import rjieba

from cli.main import run
from core.errors import InputError
from core.settings import read_settings
from core.words import Lang
from indexer.stores import Store
from tests.running import lurewatch


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_writes_one_object_a_line(tmp_path: Path, lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    """To standard output or a file, the same; titles speak the language."""
    shown = lurewatch("--lang", lang, "kibana", "export", home=tmp_path)
    assert (shown.code, shown.err) == (0, "")
    assert run(["--lang", lang, "kibana", "export", "-o", str(tmp_path / "o.ndjson")]) == 0
    assert (tmp_path / "o.ndjson").read_text(encoding="utf-8") == shown.out
    assert ("12 个对象" if lang == "zh" else "12 objects") in capsys.readouterr().err
    objects = [json.loads(line) for line in shown.out.splitlines()]
    assert [one["type"] for one in objects].count("lens") == 7
    title = objects[-1]["attributes"]["title"]
    assert title == ("识饵 · 标记总览" if lang == "zh" else "Lurewatch · Flags at a glance")


def store(url: str, data: Path) -> Store:
    """The store of an url; the key's file is not there."""
    return Store(read_settings(store=url, data=data, store_key_file=data / "none.key"), rjieba.cut, str)


@pytest.mark.parametrize(
    ("url", "alias"),
    [
        ("", "flags"),
        ("sqlite:///l.db", "flags"),
        ("https://es.example:9200", "flags"),
        ("https://es.example/desk", "desk-flags"),
        ("https://es.example/city/desk/", "city-desk-flags"),
    ],
)
def test_the_view_is_of_the_alias_that_the_store_reads(tmp_path: Path, url: str, alias: str) -> None:
    """The cluster is not asked: nobody listens at these addresses, and no key is there."""
    assert store(url, tmp_path).kibana("zh")[0]["attributes"]["title"] == alias


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://es.example", "LUREWATCH_STORE is written"),
        ("https://u:pass-8812@es.example", "holds a user or password"),
        ("mysql://x", "is not known"),
    ],
)
def test_an_url_that_is_no_store_is_refused(tmp_path: Path, url: str, said: str) -> None:
    """As for every other command, and a password is not repeated."""
    with pytest.raises(InputError, match=said) as told:
        store(url, tmp_path).kibana("zh")
    assert "pass-8812" not in told.value.zh + told.value.en


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("/none/o.ndjson", "Cannot write /none/o.ndjson"),
        (".", ". is a folder"),
        ("/etc/hostname/o", "Cannot write /etc/hostname/o"),
    ],
)
def test_a_file_that_cannot_be_written_is_a_sentence(out: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and where it went wrong."""
    assert run(["--lang", "en", "kibana", "export", "-o", out]) == 2
    told = capsys.readouterr()
    assert (told.out, said in told.err) == ("", True)


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    """What is no file is written into, never replaced by one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run(["kibana", "export", "-o", str(pipe)]) == 0
        assert json.loads(os.read(reader, 1 << 20).splitlines()[0])["type"] == "index-pattern"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_file_that_is_there_is_replaced_whole(tmp_path: Path) -> None:
    """Nothing of the old one stays, and nothing half-written beside it."""
    out = tmp_path / "o.ndjson"
    out.write_text("old\n" * 100_000, encoding="utf-8")
    assert run(["kibana", "export", "-o", str(out)]) == 0
    assert "old" not in out.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [out]
