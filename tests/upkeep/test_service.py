"""The systemd unit is sound, fits the program, and shuts in what it runs."""

import shutil
import subprocess
from pathlib import Path

import pytest

from cli import patrol
from core.settings import read_settings
from tests.running import ROOT, lurewatch
from upkeep import heartbeat
from upkeep.metrics import place

UNIT = ROOT / "deploy" / "lurewatch.service"
GUIDES = (ROOT / "docs" / "operations.md", ROOT / "docs" / "operations.zh.md")


def options() -> dict[str, dict[str, list[str]]]:
    """Sections, options and their values in order."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in UNIT.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(section, {}).setdefault(name, []).append(value)
    return found


def test_what_it_runs_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line of the unit is one that the program knows, and its settings are settings."""
    service = options()["Service"]
    (command,) = service["ExecStart"]
    program, *arguments = command.split()
    assert program == "/opt/lurewatch/.venv/bin/lurewatch"
    assert lurewatch(*arguments, "--help", home=tmp_path).code == 0
    for one in service["Environment"]:
        monkeypatch.setenv(*one.split("=", 1))
    settings = read_settings()
    assert str(settings.data) == "/var/lib/lurewatch"
    assert place(settings.metrics) == ("127.0.0.1", 9464)


def test_it_starts_again_and_is_watched() -> None:
    """Whatever ends it, but for wrong settings; watchdog and stop leave more time than the program takes."""
    unit, service = options()["Unit"], options()["Service"]
    assert service["Restart"] == ["always"]
    assert service["RestartPreventExitStatus"] == ["2"]
    assert service["Type"] == ["notify"]
    assert int(service["WatchdogSec"][0]) >= 6 * heartbeat.EVERY
    assert int(service["TimeoutStopSec"][0]) > patrol.PATIENCE
    assert service["KillSignal"] == ["SIGTERM"]
    assert int(unit["StartLimitIntervalSec"][0]) > int(unit["StartLimitBurst"][0]) * int(service["RestartSec"][0])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ReadWritePaths", "/var/lib/lurewatch"),
        ("StateDirectory", "lurewatch"),
        ("User", "lurewatch"),
        ("CapabilityBoundingSet", ""),
        ("MemoryMax", "2G"),
    ],
)
def test_it_is_shut_in(option: str, value: str) -> None:
    """It may write in its data folder alone, and gains no rights."""
    assert options()["Service"][option] == [value]


def test_data_lies_where_it_may_write() -> None:
    """The data folder of its settings is the one that is writable."""
    service = options()["Service"]
    assert f"LUREWATCH_DATA={service['ReadWritePaths'][0]}" in service["Environment"]


def test_options_are_those_of_systemd(tmp_path: Path) -> None:
    """They are spelt right; where systemd is at hand it verifies the unit, with a program that is there."""
    names = {name for section in options().values() for name in section}
    assert names <= KNOWN, names - KNOWN
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    copy = tmp_path / "lurewatch.service"
    text = UNIT.read_text("utf-8").replace("/opt/lurewatch/.venv/bin/lurewatch", "/bin/true")
    copy.write_text(text, "utf-8")
    command = [program, "verify", "--man=no", str(copy)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    complaints = [line for line in ran.stderr.splitlines() if "lurewatch.service" in line]
    assert complaints == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_the_guides_name_what_is_installed(guide: Path) -> None:
    """The unit's file, its folders and its port stand in both guides."""
    text = guide.read_text("utf-8")
    for word in ("deploy/lurewatch.service", "/var/lib/lurewatch", "/etc/lurewatch", "127.0.0.1:9464", "-mmin"):
        assert word in text


KNOWN = frozenset(
    """Description Documentation Wants After StartLimitIntervalSec StartLimitBurst Type NotifyAccess User Group
    WorkingDirectory EnvironmentFile Environment ExecStart KillSignal KillMode TimeoutStopSec Restart RestartSec
    RestartPreventExitStatus WatchdogSec StateDirectory StateDirectoryMode ReadWritePaths UMask MemoryHigh MemoryMax
    TasksMax LimitNOFILE OOMPolicy NoNewPrivileges ProtectSystem ProtectHome PrivateTmp PrivateDevices ProtectClock
    ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectControlGroups ProtectProc
    RestrictAddressFamilies RestrictRealtime RestrictSUIDSGID LockPersonality RemoveIPC CapabilityBoundingSet
    AmbientCapabilities SystemCallArchitectures SystemCallErrorNumber WantedBy""".split()  # noqa: SIM905 - one list of words
)
