"""``lurewatch demo`` on the real town: flags with reasons, and figures against the labels."""

import json
from pathlib import Path

import pytest

from core import taxonomy
from tests.running import lurewatch


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short name: the browser's sockets lie below it, and their paths must stay under 108 bytes."""
    return tmp_path_factory.mktemp("d")


def test_the_demo_shows_flags_and_what_to_do_next(home: Path) -> None:
    """One patrol of the town prints flags of every harm, their contacts, and the commands for a review."""
    ran = lurewatch("demo", home=home, seconds=200)
    assert ran.code == 0, ran.err
    for harm in taxonomy.HARMS:
        assert harm.zh in ran.out
    for expected in ("理由", "联系方式", "http://127.0.0.1:", "review list", "evidence verify", "demo score"):
        assert expected in ran.out
    (data,) = (home / "data").iterdir()
    assert lurewatch("--data", str(data), "evidence", "verify", "--all", home=home).code == 0


def test_the_score_of_the_town(home: Path) -> None:
    """Precision of at least 0.95 and recall of at least 0.90 on the town's labels."""
    ran = lurewatch("demo", "score", "--json", home=home, seconds=250)
    assert ran.code == 0, ran.err
    rows = {row["harm"]: row for row in json.loads(ran.out)["rows"]}
    assert rows["all"]["precision"] >= 0.95
    assert rows["all"]["recall"] >= 0.90, ran.err  # says which source was not seen
    assert set(rows) == {"all", *taxonomy.HARM_IDS}
    assert list((home / "data").iterdir()) == [] if (home / "data").exists() else True
