"""Installs the programs on first use."""

import subprocess

import pytest

from tests.running import ROOT


@pytest.fixture(scope="session")
def installed() -> None:
    """The programs are installed below build/sites, with what their lock files name."""
    subprocess.run([ROOT / "tools" / "sites.sh"], check=True, timeout=280)  # noqa: S603 - our own script
