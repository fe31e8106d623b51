"""Sources and settings that are edited while a patrol runs: sound ones count at once, wrong ones never."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError, Retry
from core.settings import Settings, read_settings
from crawlers.sources import read_sources
from crawlers.watch import SourcesRefused, SourceWatch
from tests.upkeep.conftest import Bench, MakeBench
from upkeep.edits import Edits
from upkeep.events import SettingsChanged, SettingsRefused, SourcesChanged
from upkeep.resettings import SettingsWatch
from upkeep.wording import said

TEXT = "id: {id}\nname: 版块 {id}\nurl: http://{id}.test/{path}\ninterval: {{least: 10m, most: 2h}}\n"


class Folder:
    """A folder of sources that people edit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()

    def write(self, name: str, text: str | None = None, path: str = "list") -> None:
        """Save a file; times of change are a second apart, as people's are."""
        file = self.path / f"{name}.yml"
        file.write_text(text or TEXT.format(id=name, path=path), "utf-8")
        when = file.stat().st_mtime + len(list(self.path.iterdir()))
        os.utime(file, (when, when))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Two sources."""
    made = Folder(tmp_path / "sources")
    made.write("alder")
    made.write("birch")
    return made


def bench_of(make_bench: MakeBench, folder: Folder, only: list[str] | None = None) -> Bench:
    """A patrol of the folder."""

    def accept(sources: Any) -> None:
        if any(one.id == "forbidden" for one in sources):
            raise InputError("不行", "not that one")

    def edits(app: Any, tell: Callable[[Any], None]) -> Edits:
        return Edits(app, tell, SourceWatch(folder.path, accept), None, only)

    return make_bench(read_sources(folder.path)[0], edits=edits)


def look(bench: Bench) -> list[Any]:
    """Look at the folder as the patrol does, and give what was told."""
    before = len(bench.told)
    bench.patrol._look()  # noqa: SLF001 - without the threads around it
    return bench.told[before:]


def test_sources_come_go_and_change(make_bench: MakeBench, folder: Folder) -> None:
    """A new one is visited at once, one that went never again, a changed one is visited as it is now."""
    bench = bench_of(make_bench, folder)
    bench.runs(0.05)
    folder.write("cedar")
    (folder.path / "alder.yml").unlink()
    folder.write("birch", path="other")
    assert look(bench) == [SourcesChanged(("cedar",), ("alder",), ("birch",))]
    assert look(bench) == []
    del bench.crews.visited[:]
    bench.patrol.tick()
    assert [name for name, _ in bench.crews.visited] == ["cedar"]
    bench.runs(4)
    assert {name for name, _ in bench.crews.visited} == {"birch", "cedar"}
    assert bench.patrol.names() == {"birch": "版块 birch", "cedar": "版块 cedar"}


def test_a_visit_under_way_ends_as_it_began(make_bench: MakeBench, folder: Folder) -> None:
    """A source that goes while it is visited is settled, and not visited again."""
    bench = bench_of(make_bench, folder)
    bench.patrol.tick()
    (folder.path / "alder.yml").unlink()
    look(bench)
    bench.runs(3)
    told = [event.source.id for event in bench.told if not isinstance(event, SourcesChanged)]
    assert told.count("alder") == 1
    assert told.count("birch") > 1


@pytest.mark.parametrize(
    ("name", "text", "said_en"),
    [
        ("cedar", "id: cedar\nname: [\n", "cedar.yml:3:1"),
        ("cedar", "id: cedar\nname: c\nurl: http://c.test/\nintervall: 5m\n", "cedar.yml:4:1"),
        ("birch2", TEXT.format(id="birch", path="twice"), "birch2.yml:1:1"),
        ("forbidden", None, "not that one"),
    ],
)
def test_a_wrong_file_keeps_the_old_ones(
    make_bench: MakeBench, folder: Folder, name: str, text: str | None, said_en: str
) -> None:
    """It is told once, with its place; mended, it counts."""
    bench = bench_of(make_bench, folder)
    folder.write(name, text)
    (refused,) = look(bench)
    assert isinstance(refused, SourcesRefused)
    assert said_en in (said(refused, "en") or "")
    assert look(bench) == []
    assert set(bench.patrol.names()) == {"alder", "birch"}
    (folder.path / f"{name}.yml").unlink()
    folder.write("cedar")
    assert look(bench) == [SourcesChanged(("cedar",), (), ())]


def test_an_emptied_folder_blinds_nobody(make_bench: MakeBench, folder: Folder) -> None:
    """Whoever unmounts the folder by mistake is told, and the patrol goes on."""
    bench = bench_of(make_bench, folder)
    for path in folder.path.iterdir():
        path.unlink()
    (refused,) = look(bench)
    assert isinstance(refused, SourcesRefused)
    folder.path.rmdir()
    assert look(bench) == []
    assert set(bench.patrol.names()) == {"alder", "birch"}


def test_a_broken_source_that_is_mended_is_visited_at_once(make_bench: MakeBench, folder: Folder) -> None:
    """Whoever corrects a file need not wait for two hours to see whether it helped."""
    bench = bench_of(make_bench, folder)
    bench.crews.ends = lambda one: Retry("坏", "broken") if one.id == "alder" else None
    bench.runs(5)
    state = bench.store.state("alder")
    assert state is not None
    assert state.due_at > bench.time.wall + timedelta(minutes=5)
    folder.write("alder", path="new")
    look(bench)
    del bench.crews.visited[:]
    bench.patrol.tick()
    assert "alder" in [name for name, _ in bench.crews.visited]


def test_only_the_sources_that_were_asked_for(make_bench: MakeBench, folder: Folder) -> None:
    """``--source`` holds for edits as well."""
    bench = bench_of(make_bench, folder, only=["alder", "birch"])
    folder.write("cedar")
    assert look(bench) == []


class Toml:
    """A settings file that people edit."""

    def __init__(self, home: Path) -> None:
        self.path = home / "lurewatch.toml"
        self._times = 0

    def write(self, text: str) -> None:
        """Save it."""
        self._times += 1
        self.path.write_text(text, "utf-8")
        os.utime(self.path, (self._times, self._times))


@pytest.fixture
def toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toml:
    """An empty file in the working folder."""
    monkeypatch.chdir(tmp_path)
    made = Toml(tmp_path)
    made.write("")
    return made


def accept(settings: Settings) -> None:
    """Nobody may be called nobody."""
    if settings.notify.get_secret_value() == "nobody":
        raise InputError("没有人", "there is nobody")


def test_settings_count_at_once_where_they_can(toml: Toml) -> None:
    """What was given on the command line stays; what needs a restart is named; other blanks are nothing."""
    watch = SettingsWatch(toml.path, read_settings, accept)
    now = read_settings(data=Path("given"), lang="en")
    assert watch.poll(now) is None
    toml.write('digest_hour = 20\nvisits_at_once = 3\nretain_days = 30\ndata = "elsewhere"\n')
    found = watch.poll(now)
    assert found is not None
    new, event = found
    assert isinstance(event, SettingsChanged)
    assert set(event.applied) == {"digest_hour", "retain_days"}
    assert set(event.later) == {"data", "visits_at_once"}
    assert (new.digest_hour, new.retain_days, new.visits_at_once, new.data, new.lang) == (
        20,
        30,
        8,
        Path("given"),
        "en",
    )
    assert watch.poll(new) is None
    toml.write('retain_days = 30\ndigest_hour = 20\nvisits_at_once = 3\ndata = "elsewhere"\n')
    assert watch.poll(new) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("digest_hour = 25\n", "LUREWATCH_DIGEST_HOUR"),
        ("digest_hour = \n", "line 1"),
        ("digest_our = 3\n", "LUREWATCH_DIGEST_OUR"),
        ('notify = "nobody"\n', "there is nobody"),
    ],
)
def test_wrong_settings_keep_the_old_ones(toml: Toml, text: str, words: str) -> None:
    """They are told once; mended, they count."""
    watch = SettingsWatch(toml.path, read_settings, accept)
    now = read_settings()
    toml.write(text)
    found = watch.poll(now)
    assert found is not None
    assert found[0] is now
    assert isinstance(found[1], SettingsRefused)
    assert words in (said(found[1], "en") or "")
    assert watch.poll(now) is None
    toml.write("digest_hour = 9\n")
    found = watch.poll(now)
    assert found is not None
    assert found[0].digest_hour == 9


def test_addresses_of_notices_are_in_no_words(toml: Toml) -> None:
    """A changed address is named as a setting, never shown."""
    watch = SettingsWatch(toml.path, read_settings, accept)
    toml.write('notify = "json://user:geheim-7741@host"\n')
    found = watch.poll(read_settings())
    assert found is not None
    assert isinstance(found[1], SettingsChanged)
    assert "notify" in (said(found[1], "zh") or "")
    assert "geheim" not in f"{found[1]!r}{found[0]!r}{said(found[1], 'zh')}"
