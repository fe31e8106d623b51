"""``kill -9`` at any moment: nothing is lost, nothing doubled, no post looked at twice beyond the visit that died.

What is killed is the patrol as it runs (loop, crawlers, pipeline, store, evidence), in a process that was forked after
everything was loaded; loading is not killed here. The power is not cut: what the kernel was given is written.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import build
from core.ports import Query
from core.settings import read_settings
from tests.crawlers.conftest import Answer, Site
from tests.desk import OFFER
from tests.running import ROOT, environment
from upkeep.housekeeping import sweep

KILLS = 100
SOURCE = """id: {id}
name: 版块 {id}
url: {url}
kind: {kind}
whole: {whole}
politeness: {{delay: 0s}}
interval: {{least: 1s, most: 2s}}
selectors: {selectors}
"""
WHOLE = "{item: li.post, key: '@id', text: .words}"
LINKED = "{item: li.topic, link: a@href, changed: .n, title: h1, post: div.post, post_key: '@id', text: .words}"


class Town:
    """Two boards and a forum on loopback, which grow; what stands there is a function of how often they grew."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.posts: dict[str, list[str]] = {"alder": [], "birch": [], "forum": []}
        folder.mkdir()
        for name in self.posts:
            kind, selectors = ("forum", LINKED) if name == "forum" else ("list", WHOLE)
            whole = str(name != "forum").lower()
            text = SOURCE.format(id=name, url=f"{site.url}/{name}", kind=kind, whole=whole, selectors=selectors)
            (folder / f"{name}.yml").write_text(text, "utf-8")
        self.grown = 0
        for _ in range(30):
            self.grow()

    def grow(self) -> None:
        """One more post; now and then a harmless one becomes an offer."""
        name = list(self.posts)[self.grown % 3]
        offer = OFFER.format(number=self.grown)
        plain = f"今天菜市场的萝卜很新鲜，{self.grown} 块钱两斤"
        posts = self.posts[name]
        posts.append(plain if self.grown % 4 == 1 else offer)
        if self.grown % 10 == 9 and posts[0].startswith("今天"):
            posts[0] = OFFER.format(number=90_000 + self.grown)
        self.grown += 1
        self._serve(name)

    def _serve(self, name: str) -> None:
        posts = self.posts[name]
        numbered = [(f"{name}-{number}", text) for number, text in enumerate(posts)][::-1]  # the newest first
        if name == "forum":
            items = []
            for key, text in numbered:
                items.append(
                    f'<li class="topic" id="t{key}"><a href="/t/{key}">题 {key}</a><b class="n">{len(text)}</b></li>'
                )
                self._page(
                    f"/t/{key}", f'<h1>题 {key}</h1><div class="post" id="{key}"><p class="words">{text}</p></div>'
                )
            self._page(f"/{name}", f"<ul>{''.join(items)}</ul>")
            return
        items = [f'<li class="post" id="{key}"><p class="words">{text}</p></li>' for key, text in numbered]
        self._page(f"/{name}", f"<ul>{''.join(items)}</ul>")

    def _page(self, path: str, body: str) -> None:
        html = f"<html><head><meta charset=utf-8><title>镇</title></head><body>{body}</body></html>"
        self.site.pages[path] = Answer(html, headers={"Content-Type": "text/html; charset=utf-8"}, slow=0.004)


@dataclass
class Nursery:
    """Where patrols are born."""

    data: Path
    log: Path
    process: subprocess.Popen[str]

    def ask(self, what: str) -> str:
        """One line, and its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def born(self) -> int:
        """The pid of a new patrol."""
        return int(self.ask("live"))

    def dies_young(self, town: Town, dice: random.Random) -> None:
        """A patrol that is killed: a quarter of them wherever they are, the others after their first request."""
        before = len(town.site.asked)
        pid = self.born()
        if dice.random() < 0.75:
            deadline = time.monotonic() + 3
            while len(town.site.asked) == before and time.monotonic() < deadline:
                time.sleep(0.005)
        time.sleep(dice.uniform(0.0, 0.3))
        os.kill(pid, signal.SIGKILL)
        assert self.ask("reap") == "gone"

    def settle(self, town: Town, seconds: float) -> None:
        """Let a patrol live until it has seen all that there is, then ask it to end."""
        pid = self.born()
        wanted = {(name, f"{name}-{at}") for name, posts in town.posts.items() for at in range(len(posts))}
        deadline = time.monotonic() + seconds
        while wanted - {(source, key) for _, source, key, _ in self.looks()} or not self._all_flagged(town):
            assert time.monotonic() < deadline, (len(wanted), len(self.looks()))
            time.sleep(0.2)
        time.sleep(2.5)  # another visit of each source: nothing of it may be new
        os.kill(pid, signal.SIGTERM)
        assert self.ask("reap") == "gone"

    def _all_flagged(self, town: Town) -> bool:
        offers = sum(not text.startswith("今天") for posts in town.posts.values() for text in posts)
        with sqlite3.connect(self.data / "lurewatch.db") as database:
            return bool(database.execute("SELECT COUNT(*) FROM flags").fetchone()[0] >= offers)

    def looks(self) -> list[tuple[int, str, str, str]]:
        """Each look at a post: life, source, key, version."""
        rows = (line.split() for line in self.log.read_text("utf-8").splitlines()) if self.log.exists() else ()
        return [(int(life), source, key, version) for life, source, key, version in rows]


@pytest.fixture
def site() -> Iterator[Site]:
    """Where the town stands."""
    made = Site()
    yield made
    made.close()


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[object]:
    """Opens nurseries over data folders that share their key, so that hashes can be compared."""
    processes = []

    def opened(name: str) -> Nursery:
        data, log = tmp_path / name, tmp_path / f"{name}.log"
        data.mkdir()
        if name != "killed":
            shutil.copy(tmp_path / "killed" / "secret.key", data / "secret.key")
        process = subprocess.Popen(  # noqa: S603 - ours
            [sys.executable, "-m", "tests.upkeep.lives", str(data), str(tmp_path / "sources"), str(log)],
            cwd=ROOT,
            env={**environment(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return Nursery(data, log, process)

    yield opened
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)
        assert process.stdout is not None
        process.stdout.close()


def contents(data: Path) -> dict[str, object]:
    """What a data folder holds, times left out."""
    with build(read_settings(data=data)) as app:
        rows = list(app.flags.search(Query()))
        damaged = [row.flag.id for row in rows if app.verify(row.flag)]
    flags = {(row.flag.id, row.flag.source, row.flag.url, row.flag.text, row.flag.decision.category) for row in rows}
    with sqlite3.connect(data / "lurewatch.db") as database:
        items = set(database.execute("SELECT source, key, digest FROM items"))
        words = database.execute("SELECT COUNT(*) FROM flags_fts").fetchone()[0]
        contacts = sorted(database.execute("SELECT f.id, c.kind, c.value FROM contacts c JOIN flags f USING (number)"))
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
    sweep(data / "evidence", time.time() + 1)  # what was half-written when it died, as housekeeping does
    evidence = sorted(path.name for path in (data / "evidence").rglob("*") if path.is_file())
    return {
        "flags": flags,
        "count": len(rows),
        "items": items,
        "words": words,
        "contacts": contacts,
        "evidence": evidence,
        "damaged": damaged,
        "sound": sound,
    }


def doubled(looks: list[tuple[int, str, str, str]]) -> tuple[list[str], int]:
    """Looks that were repeated though their visit had ended, and how many were repeated since it died."""
    ended: dict[tuple[int, str], int] = {}
    times: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for at, (life, source, key, version) in enumerate(looks):
        if key == "end":
            ended[life, source] = at
        else:
            times[source, key, version].append((at, life))
    needless, needed = [], 0
    for (source, key, _), when in times.items():
        for at, life in when[:-1]:
            if ended.get((life, source), -1) > at:
                needless.append(f"{source} {key} in life {life}, of {[life for _, life in when]}")
            else:
                needed += 1
    return needless, needed


def test_a_hundred_kills_are_as_none(site: Site, nursery: object, tmp_path: Path) -> None:
    """Flags, hashes, contacts, words and evidence are those of a patrol that was never killed; counts agree."""
    town = Town(site, tmp_path / "sources")
    dice = random.Random(20261122)  # noqa: S311 - moments to kill at
    killed = nursery("killed")  # type: ignore[operator]
    for _ in range(KILLS):
        killed.dies_young(town, dice)
        town.grow()
    lives = {life for life, _, key, _ in killed.looks() if key != "end"}
    assert len(lives) >= KILLS // 4, "too few lives got as far as a post"
    killed.settle(town, 60)
    needless, needed = doubled(killed.looks())
    assert needless == []
    assert needed > 0, "no visit died with a post in hand, so nothing was tried"

    whole = nursery("whole")  # type: ignore[operator]
    whole.settle(town, 60)
    found, wanted = contents(killed.data), contents(whole.data)
    assert found == wanted
    assert found["damaged"] == []
    assert found["sound"] == "ok"
    assert doubled(whole.looks()) == ([], 0)


@pytest.mark.parametrize(
    ("looks", "needless", "needed"),
    [
        ("1 k1, 1 k2, 2 k1, 2 k2", 0, 2),
        ("1 k1, 1 end, 1 k2, 2 k2, 2 end", 0, 1),
        ("1 k1, 1 end, 1 k2, 2 k1", 1, 0),
        ("1 k1, 1 end, 1 k1, 1 end", 1, 0),
    ],
)
def test_needless_looks_are_seen(looks: str, needless: int, needed: int) -> None:
    """The check finds what it looks for: only looks of a visit that did not end may be made again."""
    rows = [(int(life), "a", key, "v") for life, key in map(str.split, looks.split(", "))]
    found = doubled(rows)
    assert (len(found[0]), found[1]) == (needless, needed)
