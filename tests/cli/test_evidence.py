"""``lurewatch evidence``: verify says what is wrong and how, export packs what is sound; in both languages."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from app import App, build
from cli.main import run
from core.settings import read_settings
from core.text import Document
from core.types import Contact, Decision, Flag, Page, Post
from pipeline import Judge, Pipeline
from tests.conftest import MakeFlag

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Say = Callable[..., tuple[int, str]]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The parts over an empty data folder."""
    with build(read_settings(data=tmp_path / "data"), lambda: NOW) as app:
        yield app


@pytest.fixture
def flags(app: App, make_flag: MakeFlag) -> list[Flag]:
    """Three flags in the store, with their evidence."""
    made = []
    for at in range(3):
        flag = make_flag(f"办证 {at} 加微信 zheng_{at}", url=f"http://town.test/{at}")
        post = Post(str(at), flag.url, None, flag.text)
        evidence = app.evidence.keep(flag, post, Page(flag.url, 200, (), b"<html>", NOW))
        made.append(replace(flag, evidence=evidence))
        app.flags.put(made[-1])
    return made


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command; its exit code and all that it said."""

    def ran(*args: str) -> tuple[int, str]:
        code = run(["--data", str(tmp_path / "data"), *args])
        said = capsys.readouterr()
        return code, said.out + said.err

    return ran


def _file(app: App, flag: Flag) -> Path:
    assert flag.evidence is not None
    return app.settings.data / flag.evidence.path


def test_all_is_well(say: Say, flags: list[Flag]) -> None:
    """Exit code 0, the count, and the end of the chain to note, which is found again later."""
    code, said = say("evidence", "verify", "--all")
    assert (code, "3 份证据完整" in said) == (0, True)
    head = said.partition("链尾摘要 ")[2][:64]
    assert say("evidence", "verify", "--all", "--head", head)[0] == 0
    code, said = say("--lang", "en", "evidence", "verify", "--all", "--head", "0" * 64)
    assert (code, "no record with the digest" in said) == (1, True)
    assert say("evidence", "verify", flags[0].id[:8])[0] == 0


@pytest.mark.parametrize(
    ("harm", "zh", "en"),
    [
        (Path.unlink, "不存在", "is not there"),
        (lambda path: path.write_bytes(path.read_bytes()[:300]), "文件被截断", "cut off"),
        (lambda path: path.write_bytes(b""), "文件是空的", "empty"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\x01"), "被改动过", "was changed"),
    ],
)
def test_what_is_wrong_is_said(
    app: App, say: Say, flags: list[Flag], harm: Callable[[Path], object], zh: str, en: str
) -> None:
    """Exit code 1, which flag and what, in both languages; other flags are not blamed."""
    harm(_file(app, flags[1]))
    for lang, words in (("zh", zh), ("en", en)):
        code, said = say("--lang", lang, "evidence", "verify", "--all")
        assert code == 1
        assert flags[1].id in said
        assert words in said
        assert flags[0].id not in said
        assert say("--lang", lang, "evidence", "verify", flags[1].id)[0] == 1
    assert say("evidence", "verify", flags[0].id)[0] == 0


def test_a_flag_without_evidence_is_wrong(app: App, say: Say, flags: list[Flag], make_flag: MakeFlag) -> None:
    """A full disk kept the flag and not its proof: verify says so."""
    app.flags.put(make_flag("办证加微信 zheng_99", url="http://town.test/99"))
    code, said = say("evidence", "verify", "--all")
    assert (code, "没有证据" in said) == (1, True)


def test_a_disk_that_takes_no_evidence(app: App, say: Say) -> None:
    """The flag is kept, what is missing is told at once, and again whenever somebody verifies."""
    app.settings.data.mkdir(exist_ok=True)
    (app.settings.data / "evidence").write_text("a file where a folder should be")
    told: list[str] = []

    def decide(document: Document, signals: object, contacts: Sequence[Contact]) -> Decision:
        return Decision(True, "forged_documents", 0.9, contacts=tuple(contacts))

    pipeline = Pipeline(Judge((), decide), app.evidence, app.flags, app.clock, lambda problem: told.append(problem.en))
    page = Page("http://town.test/9", 200, (), b"<html>", NOW)
    flag = pipeline.process("town", Post("9", page.url, None, "办证加微信 zheng_99"), page)
    assert flag is not None
    assert "The flag is kept without" in told[0]
    code, said = say("evidence", "verify", flag.id)
    assert (code, "没有证据" in said) == (1, True)


def test_expired_is_not_wrong(app: App, say: Say, flags: list[Flag]) -> None:
    """What expired is counted as such, whether its flag is gone as well or not yet."""
    app.evidence.expire(flags[:2], "retain_days=30")
    app.flags.forget([flags[0].id])
    code, said = say("evidence", "verify", "--all")
    assert (code, "1 份证据完整" in said, "1 份已按设置到期" in said) == (0, True, True)
    code, said = say("--lang", "en", "evidence", "verify", flags[1].id)
    assert (code, "retain_days=30" in said) == (0, True)


@pytest.mark.parametrize(
    "args",
    [
        ("verify",),
        ("verify", "ffffffff"),
        ("verify", "ffffffff", "--all"),
        ("verify", "--all", "--head", "short"),
        ("export",),
        ("export", "--out", "{out}"),
        ("export", "ffffffff", "--out", "{out}"),
        ("export", "ffffffff", "--all", "--out", "{out}"),
        ("export", "--all", "--category", "rumour", "--out", "{out}"),
        ("export", "--all", "--out", "{out}/no/such/folder.wacz"),
    ],
)
def test_wrong_input(say: Say, flags: list[Flag], tmp_path: Path, args: tuple[str, ...]) -> None:
    """Exit code 2 and no file."""
    code, said = say("evidence", *(arg.format(out=tmp_path / "out.wacz") for arg in args))
    assert (code, "Traceback" in said) == (2, False)
    assert not list(tmp_path.glob("*.wacz*"))


def test_export_by_id_and_by_filter(say: Say, flags: list[Flag], tmp_path: Path) -> None:
    """One flag, some, or all, as ``search`` finds them."""
    out = tmp_path / "out.wacz"
    for args, count in (
        ((flags[0].id[:8], flags[1].id), 2),
        (("--all",), 3),
        (("--category", "forged_documents"), 3),
        (("--contact", "zheng_8812", "--source", "town-forum"), 3),
        (("--words", "“办证 1”"), 1),
    ):
        code, said = say("evidence", "export", *args, "--out", str(out))
        assert (code, f"{count} 条" in said) == (0, True)
        with ZipFile(out) as file:
            assert sum(name.startswith("archive/") for name in file.namelist()) == count


def test_export_leaves_out_what_is_not_sound(app: App, say: Say, flags: list[Flag], tmp_path: Path) -> None:
    """Exit code 1 and which; where nothing is left no file is written."""
    out = tmp_path / "out.wacz"
    _file(app, flags[2]).unlink()
    code, said = say("evidence", "export", "--all", "-o", str(out))
    assert (code, flags[2].id in said, out.exists()) == (1, True, True)
    out.unlink()
    assert say("evidence", "export", flags[2].id, "-o", str(out))[0] == 1
    assert not out.exists()
