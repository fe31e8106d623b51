"""A real patrol over real pages: metrics, heartbeat, notices, edits and the end, as an operator sees them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.crawlers.conftest import Answer
from tests.desk import OFFER, Desk
from tests.running import ROOT, environment, places_with

PLAIN = "kanarienvogelmetrics9931，今天的萝卜很新鲜"
_PATIENCE = 40.0


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Service:
    """A patrol that runs day and night, what it says, and what its notices say."""

    desk: Desk
    port: int
    process: subprocess.Popen[str]
    rows: list[dict[str, object]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Collect visits and logs."""
        threads = [
            threading.Thread(target=lambda: self.rows.extend(map(json.loads, iter(self.process.stdout.readline, "")))),  # type: ignore[union-attr]
            threading.Thread(target=lambda: self.said.extend(iter(self.process.stderr.readline, ""))),  # type: ignore[union-attr]
        ]
        for thread in threads:
            thread.start()

    def scrape(self) -> dict[str, float]:
        """All figures by name and labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        lines = (line for line in text.splitlines() if line.startswith("lurewatch_") and "_created" not in line)
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def until(self, what: str, holds: object) -> None:
        """Wait for something to hold."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if holds():  # type: ignore[operator]
                return
            time.sleep(0.1)
        raise AssertionError(f"{what}: {self.said[-5:]} {self.notices} {self.process.poll()}")

    def heard(self, words: str) -> bool:
        """Whether a notice said so."""
        return any(words in text for text in self.notices)


@pytest.fixture
def service(desk: Desk) -> Iterator[Service]:
    """A patrol of one board with offers and one that is broken, that was started as systemd would."""
    found: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    desk.board("/jobs", PLAIN, *(OFFER.format(number=number) for number in range(3)))
    desk.site.pages["/bad"] = Answer(status=500)
    desk.source("jobs", "/jobs")
    desk.source("bad", "/bad?secret=geheim-7741")
    desk.site.pages["/bad?secret=geheim-7741"] = Answer(status=500)
    port = free_port()
    (desk.home / "lurewatch.toml").write_text("digest_hour = 8\n", "utf-8")
    env = {
        **environment(desk.home),
        **desk.env,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "LUREWATCH_METRICS": str(port),
        "LUREWATCH_NOTIFY": f"json://127.0.0.1:{server.server_port}/geheim-7742",
        "LUREWATCH_RELOAD_SECONDS": "0.3",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--lang", "en", "--verbose", "patrol", "--json"],
        cwd=desk.home,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    made = Service(desk, port, process, notices=found)
    made.listen()
    yield made
    if process.poll() is None:
        process.kill()
    process.wait(timeout=20)
    server.shutdown()
    server.server_close()


def test_an_operator_sees_what_happens(service: Service) -> None:
    """Figures agree with what was done; the heart beats; breaking, mending and edits are told; the end is clean."""
    desk, data = service.desk, service.desk.home / "data"
    service.until("notice that it broke", lambda: service.heard("bad is broken"))
    service.until("heartbeat", (data / "heartbeat").exists)

    desk.site.pages["/bad?secret=geheim-7741"] = desk.site.pages["/jobs"]
    service.until("notice of recovery", lambda: service.heard("bad has recovered"))
    assert sum(text.count("bad is broken") for text in service.notices) == 1

    desk.board("/more", *(OFFER.format(number=number) for number in range(5, 7)))
    desk.source("more", "/more")
    service.until("a source that is new", lambda: any(row["source"] == "more" for row in service.rows))
    (desk.home / "sources" / "wrong.yml").write_text("id: x\nname: [\n", "utf-8")
    service.until("a source that is wrong", lambda: service.heard("wrong.yml:3:1"))
    (desk.home / "sources" / "wrong.yml").unlink()
    (desk.home / "lurewatch.toml").write_text("digest_hour = 9\nvisits_at_once = 2\n", "utf-8")
    service.until(
        "settings", lambda: any("Settings that need a restart: visits_at_once" in one for one in service.said)
    )

    (desk.home / "sources" / "jobs.yml").unlink()
    service.until("a source that is gone", lambda: any("removed jobs" in one for one in service.said))
    time.sleep(1)
    service.until("all figures are in", lambda: _agree(service))
    figures = service.scrape()
    assert figures['lurewatch_flags_total{category="forged_documents",source="jobs"}'] == 3
    assert figures['lurewatch_flags_total{category="forged_documents",source="more"}'] == 2
    assert figures['lurewatch_posts_total{novelty="new",source="jobs"}'] == 4
    assert figures['lurewatch_errors_total{kind="Retry"}'] >= 1
    assert figures['lurewatch_reloads_total{outcome="refused",what="sources"}'] == 1
    assert figures['lurewatch_failing{what="store"}'] == 0
    assert figures["lurewatch_sources_broken"] == 0

    beat = json.loads((data / "heartbeat").read_text("utf-8"))
    assert beat["visits"] > 3
    assert beat["failing"] == []
    service.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert service.process.wait(timeout=20) == 0
    assert time.monotonic() - began < 10
    _holds_no_secret(service)


def _agree(service: Service) -> bool:
    """Whether visits by source and outcome are those that were printed, while no more are made than two."""
    figures = service.scrape()
    counted = {name: value for name, value in figures.items() if name.startswith("lurewatch_visits_total")}
    printed = len(service.rows)
    jobs = [row for row in service.rows if row["source"] == "jobs"]
    of_jobs = sum(value for name, value in counted.items() if 'source="jobs"' in name)
    return abs(sum(counted.values()) - printed) <= 2 and of_jobs == len(jobs)


def _holds_no_secret(service: Service) -> None:
    """Neither words of a page, nor queries of addresses or addresses of notices, are in figures or logs."""
    logs = [line for line in service.said if line.startswith("{")]
    assert any('"event": "visit"' in line for line in logs)
    assert all(json.loads(line)["level"] for line in logs)
    everything = "".join([*service.said, *service.notices])
    assert "Traceback" not in everything
    for mark in ("kanarienvogelmetrics9931", "fapiao_0000", "geheim-7742"):
        assert mark not in everything
    assert places_with("kanarienvogelmetrics9931", service.desk.home / "data") == []
    assert places_with("geheim-7742", service.desk.home / "data") == []
    assert not re.search("geheim", "".join(logs).replace("/bad?secret=geheim-7741", ""))


def test_a_port_that_is_taken_is_wrong_input(desk: Desk) -> None:
    """Nobody believes in figures that are not there: the sentence names the place and the setting."""
    desk.board("/jobs", PLAIN)
    desk.source("jobs", "/jobs")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ran = desk.run("patrol", "--for", "5s", LUREWATCH_METRICS=f"127.0.0.1:{port}")
    assert ran.code == 2
    assert f"127.0.0.1:{port}" in ran.err
    assert "LUREWATCH_METRICS" in ran.err


@pytest.mark.parametrize("written", ["metrics", "1.2.3.4", "localhost:99999", "127.0.0.1:-1"])
def test_a_place_that_is_none_is_wrong_input(desk: Desk, written: str) -> None:
    """The sentence shows how to write it."""
    desk.board("/jobs", PLAIN)
    desk.source("jobs", "/jobs")
    ran = desk.run("patrol", "--for", "5s", LUREWATCH_METRICS=written)
    assert (ran.code, "127.0.0.1:9464" in ran.err) == (2, True)


def test_an_address_of_notices_that_is_none_is_wrong_input(desk: Desk) -> None:
    """It is named by its number, since it may hold a password."""
    desk.board("/jobs", PLAIN)
    desk.source("jobs", "/jobs")
    ran = desk.run("patrol", "--once", LUREWATCH_NOTIFY="nonsense://geheim-7742@host")
    assert ran.code == 2
    assert "LUREWATCH_NOTIFY" in ran.err
    assert "geheim" not in ran.err


def test_a_patrol_that_hangs_ends_all_the_same(desk: Desk) -> None:
    """While another program holds the store, SIGTERM ends the patrol within ten seconds, and nothing is lost."""
    desk.board("/jobs", *(OFFER.format(number=number) for number in range(3)))
    desk.source("jobs", "/jobs")
    assert desk.run("patrol", "--once").code == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "patrol", "--json"],
        cwd=desk.home,
        env={**environment(desk.home), **desk.env, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    script = "import sqlite3, sys, time; d = sqlite3.connect(sys.argv[1]); d.execute('BEGIN EXCLUSIVE'); time.sleep(40)"
    holder = subprocess.Popen([sys.executable, "-c", script, str(desk.home / "data" / "lurewatch.db")])  # noqa: S603 - ours
    time.sleep(4)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert time.monotonic() - began < 11
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    desk.board("/jobs", *(OFFER.format(number=number) for number in range(4)))
    assert desk.run("patrol", "--once").code == 0
    assert len(desk.run("export", "flags").out.splitlines()) == 4
