"""Rules that change while a patrol runs: the next post is judged by the new ones, or the old ones stay."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.rules.conftest import WRITTEN
from tests.running import ROOT, environment

_PATIENCE = 30.0
OFFER = "{word}，开户即玩，注册送彩金，加微信 {contact}"


@dataclass
class Running:
    """A patrol that runs, what it says, and the rule file that it goes by."""

    desk: Desk
    rule: Path
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Collect what is said on standard error."""
        assert self.process.stderr is not None
        self.said.extend(iter(self.process.stderr.readline, ""))

    def edit(self, *changes: tuple[str, str]) -> None:
        """Change the rule, in one write."""
        text = self.rule.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.rule.write_text(text, "utf-8")

    def hears(self, words: str) -> bool:
        """Whether something is said within some seconds."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if words in "".join(self.said):
                return True
            time.sleep(0.05)
        return False

    def post(self, *words: str) -> None:
        """Put one post a word on the board."""
        texts = (OFFER.format(word=word, contact=f"lanmei_{at:02d}") for at, word in enumerate(words))
        self.desk.board("/jobs", "今天的萝卜很新鲜", *texts)

    def flagged(self, most: int) -> list[dict[str, object]]:
        """The flags as exported, once there are ``most`` of them."""
        deadline = time.monotonic() + _PATIENCE
        rows: list[dict[str, object]] = []
        while len(rows) < most and time.monotonic() < deadline:
            rows = [json.loads(line) for line in self.desk.run("export", "flags").out.splitlines()]
        assert len(rows) == most
        return rows


@pytest.fixture
def running(desk: Desk) -> Iterator[Running]:
    """A patrol over one board with one rule, which looks at the rule three times a second."""
    rules = desk.home / "rules"
    rules.mkdir()
    (rules / "rule.yml").write_text(WRITTEN, "utf-8")
    desk.board("/jobs", "今天的萝卜很新鲜")
    desk.source("jobs", "/jobs")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--lang", "en", "patrol", "--for", "90s", "--json"],
        cwd=desk.home,
        env={
            **environment(desk.home),
            **desk.env,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "LUREWATCH_RULES": str(rules),
            "LUREWATCH_RELOAD_SECONDS": "0.3",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    found = Running(desk, rules / "rule.yml", process)
    listener = threading.Thread(target=found.listen)
    listener.start()
    assert process.stdout is not None
    process.stdout.readline()  # the first visit is over: the patrol runs
    yield found
    process.terminate()
    process.wait(timeout=20)
    listener.join(timeout=10)
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()
    assert "Traceback" not in "".join(found.said)


def rules_of(rows: list[dict[str, object]]) -> set[tuple[str, int, str]]:
    """The rules that flags name, each with version and hash."""
    return {(rule["slug"], rule["version"], rule["hash"]) for row in rows for rule in row["rules"]}  # type: ignore[attr-defined]


def test_rules_are_swapped_refused_and_mended_while_a_patrol_runs(running: Running) -> None:
    """An edit counts at once; a broken one is told once, with its line, and changes nothing; mended, it counts."""
    running.post("蓝莓赌局")
    first = rules_of(running.flagged(1))
    assert [(slug, version) for slug, version, _ in first] == [("sample-rule", 1)]

    running.edit(("status: live", "status: alive"))
    assert running.hears("rule.yml:6:1")
    running.post("蓝莓赌局", "蓝莓牌桌")
    assert rules_of(running.flagged(2)) == first

    running.edit(
        ("status: alive", "status: live"), ("any: 蓝莓赌局", "any: 紫薯赌局 蓝莓赌局"), ("version: 1", "version: 2")
    )
    assert running.hears("rules reloaded: 1 rules")
    running.post("蓝莓赌局", "蓝莓牌桌", "紫薯赌局")
    after = running.flagged(3)
    assert {version for _, version, _ in rules_of(after)} == {1, 2}
    assert len({digest for _, _, digest in rules_of(after)}) == 2
    alerts = [line for line in running.said if "the old ones stay" in line]
    assert len(alerts) == 1
