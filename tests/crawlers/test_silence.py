"""Nothing of an unflagged page reaches a log or a disk."""

import logging
import os
from pathlib import Path

import pytest

from tests.crawlers.conftest import Answer, Patrol, Site, source

CANARY = "canary-7431"


def test_no_word_and_no_address_of_a_post_is_logged(
    site: Site, patrol: Patrol, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """With all logging on, visits that go well and visits that fail name no post, in no log and on no terminal."""
    caplog.set_level(logging.DEBUG)
    names = [f"{CANARY}-{n}" for n in range(6)]
    site.listing("/", *({"key": name, "url": f"{site.url}/{name}", "changed": CANARY} for name in names))
    site.thread(f"/{names[0]}", (CANARY, CANARY))
    site.pages[f"/{names[1]}"] = Answer(f"<html>{CANARY}")
    site.pages[f"/{names[2]}"] = Answer(CANARY * 2_000_000)
    site.thread(f"/{names[3]}", (CANARY + "3", CANARY))
    site.pages[f"/{names[4]}"] = Answer(CANARY, status=500)
    site.pages[f"/{names[5]}"] = Answer(CANARY, headers={"Content-Encoding": "gzip"})
    report = patrol.visit(source(site.url + "/"))
    assert report.new == 2
    assert report.dropped == 4
    out, err = capfd.readouterr()
    assert CANARY not in caplog.text + out + err + str(report.problem) + repr(report)


def test_no_file_is_written(site: Site, patrol: Patrol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visit leaves no file in the folder where the program runs, nor in the folder for passing files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    site.listing("/", {"key": "1", "text": CANARY})
    patrol.look(source(site.url + "/"))
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - names are all that is asked
