"""``lurewatch evaluate`` on rows, on a corpus by five-fold, and on the demo town."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.running import Ran, lurewatch
from tests.tiny import texts, write_corpus

Row = Mapping[str, object]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small model in its data folder."""
    folder = tmp_path_factory.mktemp("evaluate")
    corpus = write_corpus(folder / "corpus")
    ran = lurewatch("train", "--corpus", str(corpus), home=folder)
    assert ran.code == 0, ran.err
    return folder


ROWS: list[Row] = [
    *({"id": f"g{at}", "text": text, "expect": "gambling"} for at, text in enumerate(texts("gambling", 4, 7))),
    {"id": "w", "text": texts("forged_documents", 1, 7)[0], "expect": "gambling", "group": "wrong"},
    {"id": "t", "title": texts("gambling", 1, 8)[0], "text": "看标题", "expect": "gambling", "group": "titled"},
    *({"id": at, "text": text, "expect": "none", "group": "everyday"} for at, text in enumerate(texts("none", 5, 7))),
    {"id": "n", "text": texts("gambling", 1, 9)[0], "expect": "none", "group": "wrong"},
    {"id": "m", "text": "今天天气不错", "expect": "fraud_ad", "group": "wrong"},
]


def given(rows: list[Row]) -> bytes:
    """Rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def evaluate(home: Path, *args: str, lines: bytes | None = None) -> Ran:
    """Run the command."""
    return lurewatch("evaluate", *args, home=home, given=lines, seconds=250)


def test_figures_are_those_of_detect(home: Path) -> None:
    """Recall, precision, false alarms and right harms are what ``detect`` says of the same rows."""
    said = {}
    for line in lurewatch("detect", "-", home=home, given=given(ROWS)).out.splitlines():
        found = json.loads(line)
        said[found["id"]] = found["category"] or "none"
    ran = evaluate(home, "-", "--json", "--wrong", lines=given(ROWS))
    assert ran.code == 0, ran.err
    *wrong, last = map(json.loads, ran.out.splitlines())
    total = last["total"]
    offers = [row for row in ROWS if row["expect"] != "none"]
    flagged = [row for row in offers if said[row["id"]] != "none"]
    alarms = [row for row in ROWS if row["expect"] == "none" and said[row["id"]] != "none"]
    assert len(flagged) >= 6, said  # the small model knows them
    assert (total["rows"], total["offers"], total["lawful"]) == (13, 7, 6)
    assert total["recall"] == len(flagged) / len(offers)
    assert total["precision"] == len(flagged) / (len(flagged) + len(alarms))
    assert total["false_alarms"] == len(alarms)
    assert total["category"] == sum(said[row["id"]] == row["expect"] for row in flagged) / len(flagged)
    expected = [row["id"] for row in ROWS if said[row["id"]] != row["expect"]]
    assert [one["wrong"]["id"] for one in wrong] == expected
    assert {"w", "n", "m"} <= set(expected)
    assert all(one["wrong"]["reasons"] for one in wrong)


def test_a_line_a_group(home: Path) -> None:
    """Each group has its own figures; a group of lawful rows has false alarms and no recall."""
    last = json.loads(evaluate(home, "-", "--json", lines=given(ROWS)).out)
    groups = {line["group"]: line for line in last["by"]["group"]}
    assert set(groups) == {"titled", "everyday", "wrong"}
    assert (groups["titled"]["recall"], groups["titled"]["precision"]) == (1.0, None)
    assert (groups["everyday"]["recall"], groups["everyday"]["false_alarms"], groups["everyday"]["lawful"]) == (
        None,
        0,
        5,
    )
    assert (groups["wrong"]["offers"], groups["wrong"]["category"]) == (2, 0.0)
    harms = {line["group"]: line["rows"] for line in last["by"]["harm"]}
    assert harms == {"gambling": 6, "fraud_ad": 1, "none": 6}


def test_the_table_speaks_both_languages(home: Path, tmp_path: Path) -> None:
    """People get tables of harms and groups, a total, and the wrong rows with why, in their language."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(given(ROWS))
    zh = evaluate(home, str(path), "--wrong")
    for expected in (
        "查全率",
        "网络赌博推广",
        "everyday",
        "合计",
        "0 / 5 (0.0%)",
        "✗ w  gambling → forged_documents",
        "模型",
    ):
        assert expected in zh.out
    en = lurewatch("--lang", "en", "evaluate", str(path), str(path), home=home)
    for expected in ("recall", "Promotion of online gambling", "all", "26"):
        assert expected in en.out
    assert "✗" not in en.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "JSON"),
        ('{"id": 1, "text": "好"}', "expect"),
        ('{"id": 1, "text": "好", "expect": "opinion"}', "opinion"),
        ('{"text": "好", "expect": "none"}', "id"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(home: Path, tmp_path: Path, line: str, said: str) -> None:
    """Exit code 2, the place and the fault, and no figures."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(given(ROWS[:2]) + b"\n" + line.encode() + b"\n" + given(ROWS[2:]))
    ran = evaluate(home, str(path))
    assert (ran.code, ran.out) == (2, "")
    assert f"{path}:4" in ran.err
    assert said in ran.err


def test_a_missing_file_is_wrong_input(home: Path) -> None:
    """It says which."""
    ran = evaluate(home, "missing.jsonl")
    assert (ran.code, "missing.jsonl" in ran.err) == (2, True)


def test_no_rows_no_figures(home: Path) -> None:
    """An empty file is no error."""
    ran = evaluate(home, "-", lines=b"\n")
    assert (ran.code, "没有可评估的行" in ran.out) == (0, True)


def test_the_corpus_by_five_fold(home: Path) -> None:
    """Every row once, by harm, style, length and provenance; the town is left out if asked."""
    ran = evaluate(home, "--corpus", str(home / "corpus"), "--no-town", "--json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    assert (found["source"], found["total"]["rows"], found["total"]["offers"]) == ("corpus", 72, 48)
    assert found["total"]["recall"] > 0.8
    assert found["total"]["false_alarms"] == 0
    assert set(found["by"]) == {"harm", "style", "length", "provenance"}
    assert all(sum(line["rows"] for line in lines) == 72 for lines in found["by"].values())


def test_the_demo_town(tmp_path: Path) -> None:
    """One row a post that has a label, by what sort of text it is; the model that comes with the code does well."""
    labels = (Path(__file__).parents[2] / "examples" / "town" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    told = [label for label in map(json.loads, labels) if not label["id"].startswith("wall-")]  # those are pictures
    kinds = {label["kind"] for label in told}
    ran = lurewatch("evaluate", "--town", "--json", home=tmp_path)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert (found["source"], found["total"]["rows"]) == ("town", len(told))
    assert {line["group"] for line in found["by"]["group"]} == kinds
    assert found["total"]["recall"] > 0.9
    assert found["total"]["precision"] > 0.9
