"""``lurewatch demo`` on the real town: flags with reasons, and figures against the labels."""

import json
from pathlib import Path

from core import taxonomy
from tests.running import lurewatch


def test_the_demo_shows_flags_and_what_to_do_next(tmp_path: Path) -> None:
    """One patrol of the town prints flags of every harm, their contacts, and the commands for a review."""
    ran = lurewatch("demo", home=tmp_path, seconds=200)
    assert ran.code == 0, ran.err
    for harm in taxonomy.HARMS:
        assert harm.zh in ran.out
    for expected in ("理由", "联系方式", "http://127.0.0.1:", "review list", "evidence verify", "demo score"):
        assert expected in ran.out
    (data,) = (tmp_path / "data").iterdir()
    assert lurewatch("--data", str(data), "evidence", "verify", "--all", home=tmp_path).code == 0


def test_the_score_of_the_town(tmp_path: Path) -> None:
    """Precision of at least 0.95 and recall of at least 0.90 on the town's labels."""
    ran = lurewatch("demo", "score", "--json", home=tmp_path, seconds=250)
    assert ran.code == 0, ran.err
    rows = {row["harm"]: row for row in json.loads(ran.out)["rows"]}
    assert rows["all"]["precision"] >= 0.95
    assert rows["all"]["recall"] >= 0.90
    assert set(rows) == {"all", *taxonomy.HARM_IDS}
    assert list((tmp_path / "data").iterdir()) == [] if (tmp_path / "data").exists() else True
