"""A real ``lurewatch patrol`` process on a small disk of its own, and what is measured of it from outside."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from core.settings import ROOT, Settings
from tools.soaking.site import HOSTS, NAMES
from upkeep import heartbeat

_DISK = "96m"
_STOPPING = 20.0  # seconds from SIGTERM until it is killed; the patrol promises to be done in ten
_EVERY = 2.0  # seconds between two looks at the process


@dataclass(frozen=True, slots=True)
class Sample:
    """The patrol's process at a time (epoch): resident bytes, open files and sockets, threads, and in which life."""

    at: float
    life: int
    rss: int
    files: int
    threads: int


@dataclass(slots=True)
class Life:
    """One process: when it began and ended (epoch), and its exit code (negative: the signal that killed it)."""

    began: float
    ended: float = 0.0
    code: int | None = None
    wanted: bool = False  # whether its end was asked for


@dataclass
class Patrol:
    """Its folder holds ``data``, ``sources``, ``rules``, ``hosts``, ``visits.jsonl`` and ``patrol.log``."""

    folder: Path
    lives: list[Life] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    own_disk: bool = False
    own_names: bool = False
    _process: subprocess.Popen[bytes] | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)

    def prepare(self) -> None:
        """Make the folders; mount a small disk and give the process names of its own where that is allowed."""
        for name in ("data", "sources", "home", "home/tmp"):
            (self.folder / name).mkdir(parents=True)
        shutil.copytree(ROOT / "rules" / "keywords", self.folder / "rules")
        self.names(known=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "lurewatch-soak", str(self.data)]
        self.own_disk = os.geteuid() == 0 and _runs(mount)
        self.own_names = os.geteuid() == 0 and _runs(self._with_names(["true"]))
        threading.Thread(target=self._watch, daemon=True).start()

    def clear(self) -> None:
        """End what is left, and take the disk away; what was on it is kept in ``kept``."""
        self._stopped.set()
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self.own_disk:
            shutil.copytree(self.data, self.folder / "kept", dirs_exist_ok=True)
            _runs(["umount", str(self.data)])

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def pid(self) -> int | None:
        """Of the process that runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def names(self, *, known: bool) -> None:
        """Let the names of the town's hosts be known to the process, or not."""
        lines = [f"{HOSTS[host]} {name}" for host, name in NAMES.items()] if known else []
        (self.folder / "hosts").write_text("\n".join(["127.0.0.1 localhost", *lines, ""]), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """Settings, and nothing else of whoever runs the soak."""
        home = self.folder / "home"
        return {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL"}},
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "LUREWATCH_DATA": str(self.data),
            "LUREWATCH_SOURCES": str(self.folder / "sources"),
            "LUREWATCH_RULES": str(self.folder / "rules"),
            "LUREWATCH_MODEL": str(Settings(data=self.data).built_model.resolve()),
            "LUREWATCH_ALLOW_PRIVATE": "127.0.0.0/8",
            "LUREWATCH_CONTACT": "soak@example.org",
            "LUREWATCH_RELOAD_SECONDS": "2",
        }

    def command(self, *args: str) -> list[str]:
        """The command line of ``lurewatch``."""
        return [sys.executable, "-m", "cli.main", "--lang", "en", *args]

    def begin(self) -> None:
        """A life begins."""
        command = self.command("patrol", "--json")
        if self.own_names:
            hosts = f'mount --bind {self.folder / "hosts"} /etc/hosts && exec "$@"'
            command = ["unshare", "--mount", "sh", "-c", hosts, "sh", *command]
        out, err = (self.folder / "visits.jsonl").open("ab"), (self.folder / "patrol.log").open("ab")
        with out, err:
            self._process = subprocess.Popen(  # noqa: S603 - ours
                command, cwd=self.folder / "home", env=self.environment(), stdout=out, stderr=err
            )
        self.lives.append(Life(time.time()))

    @property
    def works(self) -> bool:
        """Whether the life that goes on has got as far as its first heartbeat, which comes after all is loaded."""
        with suppress(OSError):
            return (self.data / heartbeat.NAME).stat().st_mtime > self.lives[-1].began
        return False

    def _with_names(self, command: list[str]) -> list[str]:
        """The command, for which the file ``hosts`` is ``/etc/hosts``."""
        bind = 'mount --bind "$0" /etc/hosts && exec "$@"'
        return ["unshare", "--mount", "sh", "-c", bind, str(self.folder / "hosts"), *command]

    def end(self, how: signal.Signals) -> int:
        """Send a signal, and give the exit code once it has ended (after SIGKILL if it does not)."""
        assert self._process is not None  # noqa: S101 - begun
        self.lives[-1].wanted = True
        self._process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOPPING)
        self._process.kill()
        return self.ended()

    def ended(self) -> int:
        """Note the end of a process that is over or about to be."""
        assert self._process is not None  # noqa: S101 - begun
        code = self._process.wait()
        self.lives[-1].ended, self.lives[-1].code = time.time(), code
        return code

    def browsers(self) -> list[psutil.Process]:
        """The browser's processes."""
        with suppress(psutil.Error):
            return [one for one in psutil.Process(self.pid).children(recursive=True) if "chrom" in one.name()]
        return []

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """What was printed of each visit; a line that a kill cut short is left out."""
        for line in (self.folder / "visits.jsonl").read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError):
                yield json.loads(line)

    def flags(self) -> list[dict[str, Any]]:
        """The flags in the store, as ``lurewatch export flags`` gives them."""
        ran = self.run("export", "flags")
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same data."""
        return subprocess.run(  # noqa: S603 - ours
            self.command(*args),
            cwd=self.folder / "home",
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def stored(self) -> int:
        """How many flags are stored."""
        path = self.data / "lurewatch.db"
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT COUNT(*) FROM flags").fetchone()[0])
        return 0

    def _watch(self) -> None:
        while not self._stopped.wait(_EVERY):
            pid, life = self.pid, len(self.lives)
            with suppress(psutil.Error):
                if pid is not None:
                    seen = psutil.Process(pid)
                    with seen.oneshot():
                        sample = Sample(time.time(), life, seen.memory_info().rss, seen.num_fds(), seen.num_threads())
                    self.samples.append(sample)


def _runs(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - ours
