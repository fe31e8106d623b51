"""The faults of a soak, each a function that makes it and mends it again, at moments drawn by a seed."""

import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import psutil

from tools.soaking.patrol import Patrol
from tools.soaking.site import HOSTS, Site

_LOADING = 60.0  # seconds that a patrol may take, at most, before it works


@dataclass(frozen=True, slots=True)
class Fault:
    """One that happened: what, where, from when to when (epoch), and a remark."""

    kind: str
    where: str
    began: float
    ended: float
    remark: str = ""


@dataclass
class Scene:
    """What faults are done to; ``scale`` shortens all of them, ``over`` ends them early."""

    patrol: Patrol
    site: Site
    dice: random.Random
    scale: float = 1.0
    over: Event = field(default_factory=Event)

    def lasts(self, least: float, most: float) -> float:
        """Some seconds."""
        return self.dice.uniform(least, most) * self.scale

    def wait(self, seconds: float) -> None:
        """Let time pass, until the end at most."""
        self.over.wait(seconds)

    def begin_patrol(self) -> None:
        """A new life of the patrol, which the next fault lets load first: what is wrong then is another matter."""
        self.patrol.begin()
        until = time.monotonic() + _LOADING
        while not self.patrol.works and time.monotonic() < until and not self.over.is_set():
            self.wait(0.2)

    def host(self) -> str:
        """One host, or all of them."""
        return self.dice.choice([*HOSTS, ""])


Make = Callable[[Scene], tuple[str, str]]  # does it and mends it; where, and a remark


def _at_site(kind: str, seconds: tuple[float, float] = (0.0, 0.0)) -> Make:
    def make(scene: Scene) -> tuple[str, str]:
        host, lasts = scene.host(), scene.lasts(20, 40)
        each = scene.dice.uniform(*seconds)
        scene.site.fail(kind, host, lasts, each)
        scene.wait(lasts)
        return host or "all hosts", f"{each:.0f} s each" if each else ""

    return make


def crash(scene: Scene) -> tuple[str, str]:
    """The server is killed, so that connections are refused, and started again."""
    scene.site.kill()
    scene.wait(scene.lasts(10, 25))
    scene.site.begin()
    return "all hosts", ""


def names(scene: Scene) -> tuple[str, str]:
    """No name of the town can be resolved."""
    if not scene.patrol.own_names:
        return "patrol", "left out: no namespace of its own"
    scene.patrol.names(known=False)
    scene.wait(scene.lasts(20, 40))
    scene.patrol.names(known=True)
    return "patrol", ""


def kill(scene: Scene) -> tuple[str, str]:
    """The patrol is killed with SIGKILL and started again."""
    scene.patrol.end(signal.SIGKILL)
    scene.wait(scene.lasts(0.5, 4))
    scene.begin_patrol()
    return "patrol", ""


def restart(scene: Scene) -> tuple[str, str]:
    """The patrol is asked to end, and started again."""
    began = time.monotonic()
    code = scene.patrol.end(signal.SIGTERM)
    took = time.monotonic() - began
    scene.wait(scene.lasts(0.5, 2))
    scene.begin_patrol()
    return "patrol", f"exit code {code} after {took:.1f} s"


def full(scene: Scene) -> tuple[str, str]:
    """Not a byte fits on the disk."""
    if not scene.patrol.own_disk:
        return "disk", "left out: no disk of its own"
    path = scene.patrol.data / "filling"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    scene.wait(scene.lasts(40, 60))
    path.unlink()
    return "disk", ""


def locked(scene: Scene) -> tuple[str, str]:
    """Another process holds the store."""
    with closing(sqlite3.connect(scene.patrol.data / "lurewatch.db", timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        scene.wait(scene.lasts(8, 20))
        other.execute("ROLLBACK")
    return "store", ""


def sources(scene: Scene) -> tuple[str, str]:
    """A source is changed, another one is taken away for a while, and then one is wrong for a while."""
    return _edited(scene, "sources", ("changed", "gone", "wrong"))


def rules(scene: Scene) -> tuple[str, str]:
    """A rule is looked through, and then one is wrong for a while; none is gone, which would change what is flagged."""
    return _edited(scene, "rules", ("changed", "wrong"))


def _edited(scene: Scene, folder: str, ways: tuple[str, ...]) -> tuple[str, str]:
    files = scene.dice.sample(sorted((scene.patrol.folder / folder).rglob("*.yml")), len(ways))
    for path, way in zip(files, ways, strict=True):
        before = path.read_text(encoding="utf-8")
        if way == "gone":
            path.unlink()
        else:
            _write(path, before + "\n# looked through\n" if way == "changed" else "id: [\n")
        scene.wait(scene.lasts(5, 10))
        _write(path, before)
        scene.wait(scene.lasts(4, 6))
    return folder, ", ".join(f"{path.stem} {way}" for path, way in zip(files, ways, strict=True))


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def browser(scene: Scene) -> tuple[str, str]:
    """The browser is killed, wherever it is."""
    deadline = time.monotonic() + 40 * scene.scale
    while not (found := scene.patrol.browsers()) and time.monotonic() < deadline and not scene.over.is_set():
        scene.wait(0.2)
    for process in found:
        with suppress(psutil.Error):
            process.kill()
    return "browser", f"{len(found)} processes" if found else "none ran"


FAULTS: dict[str, Make] = {
    "server errors": _at_site("errors"),
    "slow answers": _at_site("slow", (2.0, 6.0)),
    "connections cut": _at_site("cut"),
    "too many requests": _at_site("refusals", (5.0, 15.0)),
    "server killed": crash,
    "names unknown": names,
    "patrol killed": kill,
    "patrol restarted": restart,
    "disk full": full,
    "store locked": locked,
    "sources edited": sources,
    "rules edited": rules,
    "browser killed": browser,
}
DEADLY = frozenset({"patrol killed", "patrol restarted"})  # done in the first half, so that one life is long


def drawn(dice: random.Random, kinds: Sequence[str]) -> Iterator[str]:
    """Kinds of faults without end: all of them in some order, then all in another, and so on."""
    while True:
        some = list(kinds)
        dice.shuffle(some)
        yield from some


def happen(scene: Scene, kinds: Sequence[str], until: float, half: float) -> Iterator[Fault]:
    """Make faults, one after the other with a pause between, until a time (epoch); no deaths after ``half``."""
    following = drawn(scene.dice, kinds)
    while not scene.over.is_set():
        scene.wait(scene.lasts(8, 25))
        kind = next(following)
        while kind in DEADLY and time.time() > half and not DEADLY.issuperset(kinds):
            kind = next(following)
        if time.time() >= until or scene.over.is_set():
            return
        began = time.time()
        where, remark = FAULTS[kind](scene)
        yield Fault(kind, where, began, time.time(), remark)
