"""``make soak``: a real patrol of the demo town while everything fails in turn; nothing may be lost or doubled."""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from app import build, find_browser
from core.settings import read_settings
from core.text import Document
from examples.town.addresses import number
from examples.town.posts import TownPost, read_posts
from tools.soaking import charts, figures, posts, report
from tools.soaking.faults import FAULTS, Fault, Scene, happen
from tools.soaking.patrol import Patrol
from tools.soaking.site import Site
from tools.soaking.truth import Compared, Version, compared, versions

_PATIENCE = 600.0  # seconds beyond the end after which an offer that is still not flagged counts as lost
_QUIET = 240.0  # seconds at the end in which nothing new appears and nothing fails, a quarter of it all at most
_QUICK_TOWN = 8  # threads of each board, and posts elsewhere, in a quick run
_QUICK_PATIENCE = 60.0
_LOOK = 5.0  # seconds between two looks at what was found
_NAMED = 10  # offers that are named while they are waited for


@dataclass(frozen=True)
class Plan:
    """What was asked for; ``quick`` is a smaller town, visited every few seconds, whose faults are short."""

    seconds: float
    seed: int
    every: float
    quick: bool
    kinds: tuple[str, ...]
    out: Path

    @property
    def busy(self) -> float:
        """Seconds in which posts appear and things fail."""
        return self.seconds - min(_QUIET, self.seconds / 4)


class Soak:
    """One run, in a folder of its own."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.faults: list[Fault] = []
        self.drawn = find_browser(read_settings()) is not None
        # The wall is left out: what its pictures show is not in the texts by which the truth is known.
        told = [post for post in read_posts() if post.section != "wall"]
        base = [_at_once(post) for post in told if not plan.quick or number(post) % 1000 <= _QUICK_TOWN]
        written = (*base, *posts.timetable(plan.seed, base, plan.busy, plan.every))
        self.posts = tuple(post for post in written if self.drawn or post.section != "square")
        self.truth = self._judged()
        self.began = datetime.now(UTC)
        self.patrol = Patrol(folder)
        self.site = Site(folder, self.posts, self.began)

    def _judged(self) -> tuple[Version, ...]:
        with build(read_settings(data=self.folder / "judge")) as app:
            judge = app.judge.now
            return versions(self.posts, lambda text, title: judge.judge(Document.of(text, title)).flagged)

    def run(self) -> figures.Figures:
        """All of it; the figures."""
        self.patrol.prepare()
        scene = Scene(self.patrol, self.site, random.Random(self.plan.seed), 0.15 if self.plan.quick else 1.0)  # noqa: S311 - when to fail
        failing = Thread(target=self._fail, args=(scene,))
        try:
            self.site.sources(self.folder / "sources", named=self.patrol.own_names)
            (self.folder / "sources" / "wall.yml").unlink()
            if not self.drawn:
                print("no browser: the square is left out", flush=True)
                (self.folder / "sources" / "square.yml").unlink()
            if self.plan.quick:
                _hurry(self.folder / "sources")
            self.site.begin()
            self.patrol.begin()
            failing.start()
            flagged = self._until_all_is_found()
            failing.join()
            self.patrol.end(signal.SIGTERM)
            return self._figures(flagged)
        finally:
            scene.over.set()
            if failing.ident is not None:
                failing.join()
            self.patrol.clear()
            self.site.kill()

    def _fail(self, scene: Scene) -> None:
        began = self.began.timestamp()
        for fault in happen(scene, self.plan.kinds, began + self.plan.busy, began + self.plan.busy / 2):
            self.faults.append(fault)
            print(f"{figures.at(fault.began)} {fault.kind}: {fault.where} {fault.remark}", flush=True)

    def _until_all_is_found(self) -> Compared:
        """Wait for the end, and beyond it until nothing is missing; what came of it."""
        while True:
            time.sleep(_LOOK)
            self._alive()
            late = (datetime.now(UTC) - self.began).total_seconds() - self.plan.seconds
            if late < 0:
                continue
            found = compared(self.truth, self.posts, self.patrol.flags(), self.plan.seconds)
            if not found.lost or late > (_QUICK_PATIENCE if self.plan.quick else _PATIENCE):
                return found
            print(f"not flagged yet: {', '.join(version.post for version in found.lost[:_NAMED])}", flush=True)

    def _alive(self) -> None:
        """A patrol that died by itself is noted, and another one begins."""
        life = self.patrol.lives[-1]
        if self.patrol.pid is None and not life.wanted:
            self.patrol.ended()
            self.patrol.begin()

    def _figures(self, flagged: Compared) -> figures.Figures:
        rows = list(self.patrol.rows())
        requests = [json.loads(line) for line in (self.folder / "requests.jsonl").read_text("utf-8").splitlines()]
        verified = self.patrol.run("evidence", "verify", "--all")
        undisturbed = figures.calm(flagged.found, self.began, self.faults)
        charts.memory(self.patrol.samples, self.faults, self.began, self.plan.out / "soak-memory.svg")
        charts.delay(flagged.found, undisturbed, self.faults, self.began, self.plan.out / "soak-delay.svg")
        return figures.Figures(
            began=self.began,
            seconds=(datetime.now(UTC) - self.began).total_seconds(),
            faults=tuple(self.faults),
            compared=flagged,
            posts=len(self.posts),
            edits=sum(len(post.edits) for post in self.posts),
            new=sum(row["new"] for row in rows),
            edited=sum(row["edited"] for row in rows),
            again=figures.again(rows),
            delays=figures.delays(flagged.found, self.began),
            calm=figures.delays(undisturbed, self.began),
            manners=figures.manners(requests, self.patrol.lives),
            memory=figures.memory(self.patrol.samples),
            lives=tuple(self.patrol.lives),
            damaged=verified.stderr.strip()[-200:] if verified.returncode else "",
        )


def _at_once(post: TownPost) -> TownPost:
    """A post of the demo, which stands there from the start as it reads in the end."""
    text = post.edits[-1].text if post.edits else post.text
    return replace(post, text=text, appears_after=0.0, edits=())


def _hurry(folder: Path) -> None:
    for path in folder.glob("*.yml"):
        text = path.read_text("utf-8").replace("least: 10s", "least: 1s").replace("most: 60s", "most: 3s")
        path.write_text(text.replace("  least: 10\n", "  least: 1\n"), "utf-8")


def main() -> int:
    """Exit code 0 where nothing was lost or doubled, memory kept its bound, and hosts were asked politely; else 1."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=30.0)
    asked.add_argument("--seed", type=int, default=20261122)
    asked.add_argument("--every", type=float, default=4.0, help="seconds between two posts, on average")
    asked.add_argument("--quick", action="store_true", help="a small town, short faults")
    asked.add_argument("--kinds", default=",".join(FAULTS), help="which faults, with commas between")
    asked.add_argument("--out", type=Path, default=Path("docs"), help="where the report goes")
    asked.add_argument("--folder", type=Path, help="a new folder to work in, which stays; default: one that does not")
    given = asked.parse_args()
    plan = Plan(
        given.minutes * 60, given.seed, given.every, given.quick, tuple(given.kinds.split(",")), given.out.resolve()
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all is cleared away
    if given.folder is not None:
        given.folder.mkdir(parents=True)
        found = Soak(plan, given.folder.resolve()).run()
    else:
        with tempfile.TemporaryDirectory(prefix="lurewatch-soak-") as folder:
            found = Soak(plan, Path(folder)).run()
    print(report.text(found), flush=True)
    report.write(found, plan.out)
    return 1 if found.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
