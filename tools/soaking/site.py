"""The town's process, as the soak holds it: started, told to fail, killed, started again where it stood."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from core.settings import ROOT
from examples.town.posts import TownPost
from examples.town.sources import PLACEHOLDER, write_sources
from tools.soaking.server import Order, Spec

# Which host each site of the town stands on: a slow one must not hold up the others.
HOSTS = {"forum": "127.0.0.1", "info": "127.0.0.2", "square": "127.0.0.3"}
NAMES = {"forum": "qinghe-luntan.test", "info": "qinghe-xinxi.test", "square": "qinghe-guangchang.test"}


class Site:
    """``begin`` it first; its log is ``requests.jsonl`` in the folder."""

    def __init__(self, folder: Path, posts: Iterable[TownPost], began: datetime) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        path = folder / "posts.jsonl"
        path.write_text("".join(json.dumps(asdict(post)) + "\n" for post in posts), encoding="utf-8")
        ports = tuple(_free(address) for address in HOSTS.values())
        self.spec = Spec(tuple(HOSTS.values()), ports, str(path), began.timestamp(), str(folder / "requests.jsonl"))
        self.spec.write(folder / "town.json")

    def sources(self, folder: Path, *, named: bool) -> None:
        """Write the town's source files, each with its host's address or, if ``named``, its name."""
        for path in write_sources(folder, PLACEHOLDER):
            place = next(at for at, host in enumerate(HOSTS) if host == _host(path.stem))
            host = list((NAMES if named else HOSTS).values())[place]
            text = path.read_text(encoding="utf-8").replace(PLACEHOLDER, f"http://{host}:{self.spec.ports[place]}")
            path.write_text(text, encoding="utf-8")

    def begin(self) -> None:
        """Open the town; returns when it stands open."""
        self._process = subprocess.Popen(  # noqa: S603 - ours
            [sys.executable, "-m", "tools.soaking.server", str(self._folder / "town.json")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - as asked for
        if not self._process.stdout.readline():
            raise RuntimeError("the town did not open")

    def fail(self, kind: str, host: str, lasts: float, seconds: float = 0.0) -> None:
        """Let a host (empty: all) fail for so long."""
        assert self._process is not None  # noqa: S101 - begun
        assert self._process.stdin is not None  # noqa: S101 - as asked for
        order = Order(kind, HOSTS.get(host, ""), time.time() + lasts, seconds)
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """Kill it, as a crash would."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None


def _host(source: str) -> str:
    if source.startswith("forum"):
        return "forum"
    return "square" if source == "square" else "info"


def _free(address: str) -> int:
    with socket.socket() as listening:
        listening.bind((address, 0))
        return int(listening.getsockname()[1])
