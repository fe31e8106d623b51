"""``lurewatch sources``: the list, the reasons for a next visit, the plot."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import rjieba

from cli.delays import Bar, drawn
from core.ports import SourceState
from crawlers.planner import Reasoning
from crawlers.revisit import Bound
from indexer.patrols import SqlitePatrols
from indexer.sqlite import SqliteFlags
from tests.conftest import NOON, MakeFlag
from tests.desk import OFFER, Desk

HOUR = timedelta(hours=1)
REASONING = Reasoning(rate=2.5, share=0.1, trust=0.8, least=0.25, most=12, hours=1.5, bound=Bound.BUDGET, explored=0.3)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def stored(desk: Desk) -> Desk:
    """A desk with a quiet source that nobody has visited, and a busy one that has a state."""
    desk.source("busy", "/busy")
    desk.source("quiet", "/quiet")
    (desk.home / "data").mkdir()
    know(desk, SourceState("busy", NOON + HOUR, NOON, NOON, 2.0, since=NOON - HOUR, reason=REASONING.as_text()))
    return desk


def know(desk: Desk, state: SourceState) -> None:
    """Set the state of a source."""
    store = SqlitePatrols(desk.home / "data" / "lurewatch.db")
    store.set_state(state)
    store.close()


def flagged(desk: Desk, make_flag: MakeFlag, minutes: Sequence[int]) -> None:
    """Store flags of the busy source, each so many minutes after its publication at noon."""
    store = SqliteFlags(desk.home / "data" / "lurewatch.db", rjieba.cut)
    for at in minutes:
        seen = NOON + timedelta(minutes=at)
        flag = make_flag(str(at), url=f"http://a.test/{at}", source="busy", published_at=NOON)
        store.put(replace(flag, seen_at=seen))
    store.close()


def test_the_list(stored: Desk, make_flag: MakeFlag) -> None:
    """Each source has a row: rate, share of offers, visits, mean delay, state."""
    flagged(stored, make_flag, [10, 20])
    ran = stored.run("--lang", "en", "sources")
    busy, quiet = (next(line for line in ran.out.splitlines() if line.startswith(name)) for name in ("busy", "quiet"))
    assert ran.code == 0
    assert all(shown in busy for shown in ("版块 busy", "2.00", "15 min", "ok"))
    assert "not visited yet" in quiet
    assert "未巡查" in stored.run("sources").out


def test_the_list_as_json(stored: Desk, make_flag: MakeFlag) -> None:
    """The same as rows for scripts, times in UTC and delays in minutes."""
    flagged(stored, make_flag, [10, 20])
    busy, quiet = (json.loads(line) for line in stored.run("sources", "--json").out.splitlines())
    assert busy == {
        "id": "busy",
        "name": "版块 busy",
        "posts_per_hour": 2.0,
        "share": None,
        "last_visit": "2026-11-22T12:00:00.000000+00:00",
        "next_visit": "2026-11-22T13:00:00.000000+00:00",
        "delay": {"mean": 15.0, "p95": 20.0, "flags": 2},
        "broken_since": None,
        "problem": None,
    }
    assert (quiet["id"], quiet["next_visit"], quiet["delay"]) == ("quiet", None, None)


def test_a_broken_source_says_since_when(stored: Desk) -> None:
    """In the list, as JSON and in the reasons."""
    know(stored, SourceState("busy", NOON, NOON, None, None, 3, NOON, "服务器出错。"))
    assert "broken since 2026-11-2" in stored.run("--lang", "en", "sources").out
    assert json.loads(stored.run("sources", "--json").out.splitlines()[0])["problem"] == "服务器出错。"
    said = stored.run("sources", "why", "busy").out
    assert "连续失败 3 次：服务器出错。" in said
    assert "最多到 interval.most（2 秒）" in said


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (Bound.BUDGET, "Hence 90 min: its share of the visits"),
        (Bound.FLOOR, "its file says 15 min at least"),
        (Bound.CEILING, "its file says 12.0 h at most"),
        (Bound.CAP, "more new posts than the 100 that one visit can show"),
    ],
)
def test_why_names_what_decided(stored: Desk, bound: Bound, said: str) -> None:
    """Rate, share, trust, the bound that decided, and how much was exploring."""
    reason = replace(REASONING, bound=bound).as_text()
    know(stored, SourceState("busy", NOON + HOUR, NOON, NOON, 2.0, since=NOON - HOUR, reason=reason))
    told = stored.run("--lang", "en", "sources", "why", "busy").out
    assert said in told
    assert "About 2.50 new posts an hour come at that time of day (2.00 over the whole day)" in told
    assert "estimated 10.00% of them are flagged, and 80%" in told
    assert "30% of that is exploring" in told


def test_why_in_chinese_and_as_json(stored: Desk) -> None:
    """Sentences in Chinese by default; the numbers for scripts."""
    assert "所以隔 90 分钟：这是它在全部来源的巡查预算里应得的一份。" in stored.run("sources", "why", "busy").out
    row = json.loads(stored.run("sources", "why", "busy", "--json").out)
    assert (row["id"], row["reasoning"]["bound"], row["reasoning"]["hours"]) == ("busy", "budget", 1.5)


def test_why_of_a_source_without_reasons(stored: Desk) -> None:
    """Never visited, not finished, or only known from an older version: each is said; an unknown id is refused."""
    assert "还没有巡查过" in stored.run("sources", "why", "quiet").out
    know(stored, SourceState("quiet", NOON, NOON))
    assert "做完下一次之后再来问" in stored.run("sources", "why", "quiet").out
    know(stored, SourceState("quiet", NOON, NOON + HOUR, NOON, reason=REASONING.as_text()))
    assert "上次巡查没有做完" in stored.run("sources", "why", "quiet").out
    ran = stored.run("--lang", "en", "sources", "why", "none")
    assert (ran.code, "There are: busy, quiet" in ran.err) == (2, True)


def test_the_plot(stored: Desk, make_flag: MakeFlag) -> None:
    """An SVG with one bar for each source whose flags have a known publication."""
    flagged(stored, make_flag, [10, 20])
    ran = stored.run("--lang", "en", "sources", "plot", "late.svg")
    assert (ran.code, "1 sources" in ran.out) == (0, True)
    root = ET.fromstring((stored.home / "late.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own file
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert "版块 busy" in words
    assert "2 flags" in words


@pytest.mark.parametrize("file", ["late.png", "late.svg", "none/late.svg"])
def test_a_plot_that_cannot_be(stored: Desk, file: str) -> None:
    """Another kind of file, nothing to draw, no such folder: exit code 2 and no file."""
    ran = stored.run("sources", "plot", file)
    assert (ran.code, (stored.home / file).exists()) == (2, False)
    assert ran.err


def test_names_are_escaped_and_bars_grow_with_the_delay() -> None:
    """A name may hold anything; a later source has a longer bar."""
    root = ET.fromstring(drawn([Bar("<b>&", 5.0, 9.0, 1), Bar("长" * 50, 500.0, 900.0, 2)], "zh"))  # noqa: S314
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert "<b>&" in words
    assert any(word.endswith("…") for word in words)
    bars = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect") if "%" not in bar.attrib["width"]]
    assert 0 < bars[0] < bars[1]


def test_a_patrol_gives_reasons(desk: Desk) -> None:
    """After real visits the source can say why, and its share of offers is known."""
    desk.source("one", "/one")
    desk.board("/one", *(OFFER.format(number=at) for at in range(3)), "今天食堂的菜不错，明天还来")
    assert desk.run("patrol", "--once").code == 0
    row = json.loads(desk.run("sources", "--json").out)
    assert row["share"] == pytest.approx(0.75)
    assert datetime.fromisoformat(row["next_visit"]) > datetime.now(UTC) - timedelta(minutes=5)
    assert "interval.most" in desk.run("sources", "why", "one").out or "预算" in desk.run("sources", "why", "one").out


def test_check_stays(stored: Desk) -> None:
    """The command that checks source files works beside the list, and a wrong file does not hide the others."""
    assert "2 个来源，全部正确" in stored.run("sources", "check").out
    Path(stored.home / "sources" / "bad.yml").write_text("id: [", encoding="utf-8")
    ran = stored.run("sources", "--json")
    assert (ran.code, len(ran.out.splitlines()), "bad.yml:1:" in ran.err) == (0, 2, True)
