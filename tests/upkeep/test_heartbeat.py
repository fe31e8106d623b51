"""The heartbeat is written whole, not too often, and tells systemd the same."""

import json
import socket
from datetime import timedelta
from pathlib import Path

import structlog

from core.errors import StoreError
from crawlers.report import VisitReport
from tests.upkeep.conftest import NOON, Time, source
from upkeep.events import Pulse, Settled, StoreFails, StoreWorks
from upkeep.heartbeat import Heartbeat

PULSE = Pulse(1, 0, 0, 0)


def visit(problem: StoreError | None = None) -> Settled:
    """A visit of a minute."""
    return Settled(source(), VisitReport("jobs", NOON, NOON + timedelta(minutes=1), problem=problem), (), None)


def test_it_says_when_what_and_how_far(tmp_path: Path) -> None:
    """Time, version, visits since the start, the last good one, and what is waited for; no other file is left."""
    time = Time()
    path = tmp_path / "data" / "heartbeat"
    heart = Heartbeat(path, "1.2.3", lambda: time.wall, lambda: time.steady)
    problem = StoreError("满", "full")
    for event in (visit(), visit(problem), StoreFails(problem), PULSE):
        heart.tell(event)
    assert json.loads(path.read_text("utf-8")) == {
        "time": "2026-11-22T12:00:00+00:00",
        "version": "1.2.3",
        "visits": 2,
        "last_success": "2026-11-22T12:01:00+00:00",
        "failing": ["store"],
    }
    time.passes(10)
    heart.tell(StoreWorks())
    heart.tell(PULSE)
    assert json.loads(path.read_text("utf-8"))["failing"] == []
    assert [one.name for one in path.parent.iterdir()] == ["heartbeat"]


def test_it_is_written_every_ten_seconds_at_most(tmp_path: Path) -> None:
    """Of an hour of pulses every five seconds, each second one writes."""
    time = Time()
    path = tmp_path / "heartbeat"
    heart = Heartbeat(path, "1", lambda: time.wall, lambda: time.steady)
    seen = set()
    for _ in range(720):
        heart.tell(PULSE)
        seen.add(json.loads(path.read_text("utf-8"))["time"])
        time.passes(5)
    assert len(seen) == 360


def test_a_file_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    """The patrol goes on; with the disk well again the file is there again."""
    time = Time()
    (tmp_path / "data").write_text("in the way", "utf-8")
    heart = Heartbeat(tmp_path / "data" / "heartbeat", "1", lambda: time.wall, lambda: time.steady)
    with structlog.testing.capture_logs() as logs:
        for _ in range(5):
            heart.tell(PULSE)
            time.passes(10)
    assert len(logs) == 1
    (tmp_path / "data").unlink()
    heart.tell(PULSE)
    assert (tmp_path / "data" / "heartbeat").is_file()


def test_systemd_hears_it(tmp_path: Path) -> None:
    """READY, WATCHDOG and STOPPING reach the socket; a socket that is gone is no fault."""
    time = Time()
    place = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(place)
        line.settimeout(5)
        heart = Heartbeat(tmp_path / "heartbeat", "1", lambda: time.wall, lambda: time.steady, place)
        heart.tell_systemd("READY=1")
        heart.tell(PULSE)
        heart.tell(PULSE)
        heart.tell_systemd("STOPPING=1")
        assert [line.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]
    Path(place).unlink()
    heart.tell_systemd("READY=1")
