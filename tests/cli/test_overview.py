"""``lurewatch rules list`` as a person meets it, after posts that a rule in the background held for."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import build
from core.settings import read_settings
from core.types import Page, Post, Review, Verdict
from rules.policy import read_policy
from tests.rules.conftest import WRITTEN
from tests.running import Ran, lurewatch, places_with

NOW = datetime.now(UTC)
CANARY = "只在这里的暗号"
PLAIN = f"蓝莓赌局，开户即玩{CANARY}，加微信 lanmei_{{number:02d}}"
FLAGGED = "蓝莓牌桌，真人荷官，开户即玩，加微信 lanmei_99"
SILENT = WRITTEN.replace("status: live", "status: background").replace("sample-rule", "silent-rule")
LIVE = WRITTEN.replace("蓝莓赌局 蓝莓牌桌", "真人荷官").replace("6f2c1d9e", "7f2c1d9e")
OVERDUE = LIVE.replace("2026-01-01", "2025-01-01").replace("2027-01-01", "2025-06-30")
# The model is left out of it, so that only rules decide: none of its chances is sure or doubtful enough.
RULES_ONLY = {"doubts_below": 0.0, "alone": 1.0, "alone_offer": 1.0}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A rule in the background and a live one that is overdue; three posts the first holds for, one of them flagged."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "silent.yml").write_text(SILENT, "utf-8")
    (folder / "live.yml").write_text(OVERDUE, "utf-8")
    policy = read_policy().model_dump(by_alias=True)
    policy["model"].update(RULES_ONLY)
    (tmp_path / "policy.yml").write_text(json.dumps(policy), "utf-8")
    settings = read_settings(data=tmp_path / "data", rules=folder, policy=tmp_path / "policy.yml")
    with build(settings, lambda: NOW) as app:
        for at, text in enumerate((PLAIN.format(number=1), PLAIN.format(number=2), FLAGGED, "今天的萝卜很新鲜")):
            post = Post(str(at), f"http://town.test/{at}", None, text)
            flag = app.pipeline.process("town", post, Page(post.url, 200, (), b"", NOW))
            assert (flag is not None) is (text == FLAGGED), text
            if flag:
                app.flags.add_review(Review(flag.id, Verdict.CONFIRM, "zhou", NOW, "看过"))
    return tmp_path


def run(home: Path, *args: str) -> Ran:
    """Run the command in a folder that has rules of its own."""
    return lurewatch(*args, home=home, env={"LUREWATCH_RULES": str(home / "rules")})


def test_what_rules_did_is_told(home: Path) -> None:
    """The live rule has its flag and verdict, the silent one its posts; nothing of an unflagged post is anywhere."""
    ran = run(home, "rules", "list", "--json")
    assert (ran.code, ran.err) == (0, "")
    live, silent = map(json.loads, ran.out.splitlines())
    assert (live["slug"], live["title"], live["harm"]) == ("sample-rule", {"zh": "样例", "en": "Sample"}, "gambling")
    assert (live["status"], live["version"], live["weight"]) == ("live", 1, 0.8)
    assert (live["review_by"], live["overdue"]) == ("2025-06-30", True)
    assert (live["flags"], live["confirmed"], live["dismissed"], live["posts"], live["flagged"]) == (
        1,
        1,
        0,
        None,
        None,
    )
    assert (silent["slug"], silent["status"], silent["overdue"]) == ("silent-rule", "background", False)
    assert (silent["flags"], silent["posts"], silent["flagged"]) == (None, 3, 1)
    assert places_with(CANARY, home) == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            (
                "30 天命中 3 帖，其中 1 帖另被标记",
                "1 条标记：确认 1，驳回 0",
                "2025-06-30 已过期",
                "共 2 条规则",
                "样例",
            ),
        ),
        ("en", ("3 posts in 30 days, 1 flagged anyway", "1 flags: 1 confirmed, 0 dismissed", "overdue", "Sample")),
    ],
)
def test_a_table_says_the_same(home: Path, lang: str, said: tuple[str, ...]) -> None:
    """In the person's language."""
    ran = run(home, "--lang", lang, "rules", "list")
    assert (ran.code, ran.err) == (0, "")
    assert [words for words in said if words not in ran.out] == []


def test_a_status_and_a_harm_narrow_it(home: Path) -> None:
    """Rules without either are told in a sentence; what is unknown is wrong input."""
    (row,) = run(home, "rules", "list", "--status", "background", "--json").out.splitlines()
    assert json.loads(row)["slug"] == "silent-rule"
    none = run(home, "rules", "list", "--harm", "fraud_ad")
    assert (none.code, none.out) == (0, "没有这样的规则。\n")
    for wrong in (("--harm", "rumour"), ("--status", "loud")):
        ran = run(home, "rules", "list", *wrong)
        assert (ran.code, "Traceback" in ran.err) == (2, False)


def test_wrong_files_are_counted_beside_the_list(home: Path) -> None:
    """They are not listed, and the check is named."""
    (home / "rules" / "live.yml").write_text("schema: 1\n", "utf-8")
    ran = run(home, "rules", "list", "--json")
    assert (ran.code, len(ran.out.splitlines())) == (0, 1)
    assert "lurewatch rules check" in ran.err
