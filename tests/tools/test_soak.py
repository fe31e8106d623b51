"""The soak itself: it finds what it looks for, and a short one with a few faults passes."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from examples.town.addresses import address
from tests.running import ROOT
from tools.soaking.faults import Fault
from tools.soaking.figures import Delays, Figures, calm, manners, memory
from tools.soaking.patrol import Life, Sample
from tools.soaking.posts import timetable
from tools.soaking.truth import Compared, Found, Version, compared, versions

BEGAN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POSTS = timetable(1, (), 600, 3)


def flagged(text: str, _title: str | None) -> bool:
    """Stands in for the judge: who leaves a contact offers something."""
    return "soak_" in text


TRUTH = versions(POSTS, flagged)
ROWS: list[dict[str, Any]] = [
    {
        "url": f"http://a.test{address(post)}",
        "text": version.text,
        "seen_at": (BEGAN + timedelta(seconds=version.since + 10)).isoformat(),
    }
    for post in POSTS
    for version in TRUTH
    if version.post == post.id and version.offer
]


def test_the_timetable() -> None:
    """It is the same for the same seed, and holds offers, replies, and harmless posts that become offers."""
    assert timetable(1, (), 600, 3) == POSTS
    assert len({address(post) for post in POSTS}) == len(POSTS)
    assert any(post.floor for post in POSTS)
    assert any(post.edits for post in POSTS)
    assert 0.2 < sum(version.offer is True for version in TRUTH) / len(POSTS) < 0.6


def test_nothing_lost_or_doubled() -> None:
    """Each offer has its flag; delays run from its appearance."""
    found = compared(TRUTH, POSTS, ROWS, 600)
    assert (found.lost, found.doubled, found.strays) == ((), (), ())
    assert found.offers == len(ROWS) == len(found.found)
    assert {round(one.delay(BEGAN)) for one in found.found} == {10}


def test_what_is_wrong_is_seen() -> None:
    """A flag that is missing, there twice, or of another text."""
    first, second, *rest = ROWS
    odd = {**second, "text": "别的文字"}
    found = compared(TRUTH, POSTS, [second, second, odd, *rest], 600)
    assert [version.text for version in found.lost] == [first["text"]]
    assert len(found.doubled) == len(found.strays) == 1
    early = next(version.since for version in TRUTH if version.offer)
    assert compared(TRUTH, POSTS, [], early - 1).offers == 0


def figures(**changes: Any) -> Figures:
    """Figures of a soak in which all is well, but for the changes."""
    none = Delays.of([])
    samples = [Sample(at * 2.0, 1, 300_000_000, 20, 20) for at in range(300)]
    good = Figures(
        began=BEGAN,
        seconds=600,
        faults=(),
        compared=Compared(3, (), (), (), ()),
        posts=9,
        edits=1,
        new=9,
        edited=1,
        again=0,
        delays=none,
        calm=none,
        manners=(),
        memory=memory(samples),
        lives=(Life(0.0, 9.0, -9, wanted=True), Life(9.0, 99.0, 0, wanted=True)),
        damaged="",
    )
    return replace(good, **changes)


GREEDY = [Sample(at * 2.0, 1, 300_000_000 + at * 300_000, 20, 20) for at in range(300)]
STEPPED = [Sample(at * 2.0, 1, 300_000_000 + 120_000_000 * (at > 120), 20, 20) for at in range(300)]
RELOADED = [Sample(at * 2.0, 1, 300_000_000 + 60_000_000 * (at > 120), 20, 20) for at in range(300)]
RUDE = [(1.0, "127.0.0.1", 0, "/a"), (1.1, "127.0.0.1", 0, "/b"), (9.0, "127.0.0.1", 1, "/c")]
LOST = Version("life-1-0", "forum/life", "x", 1.0, last=True, offer=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"compared": Compared(3, (), (LOST,), (), ())}, "1 offers were lost"),
        ({"compared": Compared(3, (), (), ("life-1-0",), ())}, "1 offers were flagged twice"),
        ({"compared": Compared(0, (), (), (), ())}, "no offer appeared"),
        ({"memory": memory(GREEDY)}, "memory grew on"),
        ({"memory": memory(STEPPED)}, "memory grew by"),
        ({"memory": memory(RELOADED)}, ""),
        ({"manners": manners(RUDE, ())}, "politely"),
        ({"lives": (Life(0.0, 9.0, 1),)}, "died by itself"),
        ({"lives": (Life(0.0, 9.0, 1, wanted=True),)}, "codes [1]"),
        ({"damaged": "1 of 3"}, "evidence"),
    ],
)
def test_what_fails_a_soak(changes: dict[str, Any], said: str) -> None:
    """Each thing that must not happen is named."""
    failures = figures(**changes).failures()
    assert (len(failures) == 1 and said in failures[0]) if said else not failures


def test_requests_after_a_death_do_not_count() -> None:
    """Whoever begins anew does not know when the one before it asked last."""
    (seen,) = manners(RUDE, ())
    assert (seen.requests, seen.overlapping, seen.hasty) == (3, 1, 1)
    (seen,) = manners(RUDE, (Life(0.0, 0.5, -9),))
    assert (seen.overlapping, seen.hasty) == (0, 0)


def test_what_was_undisturbed() -> None:
    """A fault counts for what appeared before its end and was flagged after its start, on its own host."""
    one = Found(Version("life-1-0", "forum/life", "x", 10.0, last=True, offer=True), BEGAN + timedelta(seconds=20))

    def at(where: str, began: float, ended: float, kind: str = "server errors") -> Fault:
        return Fault(kind, where, BEGAN.timestamp() + began, BEGAN.timestamp() + ended)

    for fault in (at("forum", 15, 16), at("all hosts", 0, 11), at("patrol", 19, 30)):
        assert calm([one], BEGAN, [fault]) == ()
    for fault in (at("info", 15, 16), at("forum", 0, 9), at("forum", 21, 30), at("rules", 15, 16, "rules edited")):
        assert calm([one], BEGAN, [fault]) == (one,)


def test_a_short_soak(tmp_path: Path) -> None:
    """A real patrol of a real town, killed and kept from its store: all is found, once, and a report is written."""
    command = [sys.executable, "-m", "tools.soak", "--quick", "--minutes", "0.4", "--every", "1", "--seed", "5"]
    kinds = ["--kinds", "patrol killed,store locked,rules edited"]
    ran = subprocess.run(  # noqa: S603 - ours
        [*command, *kinds, "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "patrol killed" in ran.stdout
    report = (tmp_path / "soak.md").read_text("utf-8")
    assert "**passed**" in report
    offers = re.search(r"offers that the judge flags \| (\d+) \|", report)
    assert offers is not None
    assert int(offers[1]) > 20
    for name in "soak-memory.svg", "soak-delay.svg":
        assert (tmp_path / name).read_text("utf-8").startswith("<svg")
