"""The rules at a glance: which are listed, and what of flags and counts belongs to each."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import InputError
from core.ports import Hits, RuleVersion
from core.types import Decision, Role, RuleRef, Signal, State
from rules.overview import Carried, Overviewer
from rules.schema import Status
from tests.conftest import MakeFlag
from tests.rules.conftest import MakeRules

TODAY = date(2026, 11, 22)
IDS = {name: f"00000000-0000-4000-8000-00000000000{at}" for at, name in enumerate(("live", "silent", "draft"))}


@pytest.fixture
def folder(make_rules: MakeRules) -> Path:
    """One rule each that is live, in the background, and a draft that is overdue."""
    make_rules(("", ""), ("", ""), ("", ""))
    where = make_rules(("", ""))
    status = {"live": "live", "silent": "background", "draft": "draft"}
    for at, (name, id_) in enumerate(IDS.items()):
        path = where / f"rule{at}.yml"
        text = path.read_text("utf-8").replace("6f2c1d9e-5a0b-4c53-9a52-0d2a1f3b7c11", id_)
        text = text.replace("slug: sample-rule", f"slug: {name}-rule").replace(
            "status: live", f"status: {status[name]}"
        )
        text = text.replace("review_by: 2027", "review_by: 2026") if name == "draft" else text
        path.write_text(text.replace("review_by: 2026-01-01", "review_by: 2026-11-21"), "utf-8")
    return where


def signal(name: str, score: float, version: int = 1, role: Role = Role.HARM) -> Signal:
    """What a rule says."""
    return Signal("rules", role, score, name, "gambling", (), RuleRef(IDS[name], f"{name}-rule", version, "0" * 12))


class Flags:
    """Stands in for the store of flags; tells how often it was read through."""

    def __init__(self, make_flag: MakeFlag, rows: Sequence[tuple[State, Sequence[Signal]]]) -> None:
        self._rows = [
            (state, make_flag(decision=Decision(True, "gambling", 0.9, (), tuple(said)))) for state, said in rows
        ]
        self.passes = 0

    def search(self, _query: object) -> Iterator[Any]:
        """All of them, one by one."""
        self.passes += 1
        yield from (SimpleNamespace(flag=flag, state=state) for state, flag in self._rows)


class Counts:
    """Stands in for the counts of all rules, and notes since when they are wanted."""

    since: date | None = None

    def hits(self, since: date) -> dict[RuleVersion, Hits]:
        """Of the first and of the second version."""
        self.since = since
        return {RuleVersion("silent-rule", 1): Hits(40, 3), RuleVersion("silent-rule", 2): Hits(9, 9)}


def never() -> Any:
    """A store that nobody may open."""
    raise AssertionError


def test_each_rule_has_what_belongs_to_its_status(folder: Path, make_flag: MakeFlag) -> None:
    """Flags and verdicts of the live rule in one pass, counts of this version of the silent, neither of the draft."""
    both = (signal("live", 0.8), signal("live", 0.7, role=Role.OFFER), signal("silent", 0.0))
    rows = [(State.CONFIRMED, both), (State.DISMISSED, both), (State.OPEN, [signal("live", 0.8, version=4)])]
    flags, counts = Flags(make_flag, [*rows, (State.CONFIRMED, [signal("live", 0.0)]), (State.OPEN, [])]), Counts()
    found = Overviewer(folder, TODAY, lambda: flags, lambda: counts).of(None, None)
    assert found.left_out == ()
    by_slug = {one.rule.slug: one for one in found.rules}
    assert list(by_slug) == ["draft-rule", "live-rule", "silent-rule"]
    assert by_slug["live-rule"].carried == Carried(3, 1, 1)
    assert by_slug["silent-rule"].hits == Hits(40, 3)
    assert [(one.carried is None, one.hits is None) for one in found.rules] == [
        (True, True),
        (False, True),
        (True, False),
    ]
    assert [one.overdue for one in found.rules] == [True, False, False]
    assert (flags.passes, counts.since) == (1, date(2026, 10, 24))


def test_a_rule_that_never_hit_counts_nought(folder: Path, make_flag: MakeFlag) -> None:
    """Nought, and not unknown."""
    counts = SimpleNamespace(hits=lambda since: {})
    found = Overviewer(folder, TODAY, lambda: Flags(make_flag, []), lambda: counts).of(None, "gambling").rules
    assert [(one.carried, one.hits) for one in found] == [(None, None), (Carried(0, 0, 0), None), (None, Hits(0, 0))]


def test_no_store_is_opened_for_nothing(folder: Path) -> None:
    """Where no listed rule asks for it: drafts, and harms without rules."""
    drafts = Overviewer(folder, TODAY, never, never).of(Status.DRAFT, None)
    assert [one.rule.slug for one in drafts.rules] == ["draft-rule"]
    assert Overviewer(folder, TODAY, never, never).of(None, "fraud_ad").rules == ()


def test_wrong_files_are_left_out_and_said(folder: Path) -> None:
    """The rest is listed; a folder that is not there is wrong input."""
    (folder / "rule1.yml").write_text("schema: 2\n", "utf-8")
    found = Overviewer(folder, TODAY, never, never).of(Status.DRAFT, None)
    assert (len(found.rules), len(found.left_out) > 0) == (1, True)
    with pytest.raises(InputError):
        Overviewer(folder / "none", TODAY, never, never).of(None, None)
