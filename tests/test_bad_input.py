"""Texts, rules and rows that no honest person writes: judged in bounded time and memory, or refused with a place."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from classifiers import rows
from core.errors import InputError, YamlError
from core.text import Document
from pipeline import Judge
from rules.lint import inspect, plain_segment
from rules.loader import read_banks, read_rules
from rules.matcher import Matcher, Regex, Slot
from tests.nasty import EITHER_WAY, SORTS, WITH_OFFER
from tests.rules.conftest import WRITTEN
from tests.running import ROOT, environment, lurewatch

MILLION = 1_000_000
LONG, HUGE = 400_000, 5_000_000  # characters
LONGEST = 60.0  # seconds for the huge ones
# Judges so many characters of each sort named, and prints the seconds of the slowest and the peak of memory in MiB.
_JUDGED = """
import sys, time
from app import build
from core.settings import read_settings
from core.text import Document
from tests.memory import peak
from tests.nasty import SORTS
judge, slowest = build(read_settings()).judge, 0.0
size, *names = sys.argv[1:]
for name in names:
    begun = time.process_time()
    judge.judge(Document.of(SORTS[name](int(size))))
    slowest = max(slowest, time.process_time() - begun)
print(slowest, peak())
"""


def seconds(judge: Judge, text: str) -> tuple[float, bool]:
    """How long the processor is busy with a text, and whether it is flagged."""
    begun = time.process_time()
    flagged = judge.judge(Document.of(text)).flagged
    return time.process_time() - begun, flagged


@pytest.mark.parametrize("sort", SORTS)
def test_time_grows_with_the_length_alone(judge: Judge, sort: str) -> None:
    """Four times the text does not take sixteen times as long and more; only what holds an offer is flagged."""
    quarter, _ = seconds(judge, SORTS[sort](LONG // 4))
    whole, flagged = seconds(judge, SORTS[sort](LONG))
    assert whole < max(16 * quarter, 5.0)  # a guard against what explodes, on a busy machine too
    assert whole < LONGEST * LONG / HUGE
    assert flagged is (sort in WITH_OFFER) or sort in EITHER_WAY


@pytest.mark.xdist_group("huge")
@pytest.mark.parametrize("sorts", [("an offer, then other text",), ("channels",), ("emoji", "brackets")], ids=str)
def test_five_million_characters_fit(tmp_path: Path, sorts: tuple[str, ...]) -> None:
    """The sorts that take most memory: within 1.5 GB, and within a minute."""
    ran = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _JUDGED, str(HUGE), *sorts],
        cwd=tmp_path,
        env={**environment(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
        check=True,
    )
    slowest, peak = map(float, ran.stdout.split())
    assert slowest < LONGEST
    assert peak < 1500


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * MILLION + "!"),
        ("(x|x)*y", "x" * MILLION),
        ("(?:a?){200}a{200}", "a" * 199 + "b" * MILLION),
        ("(.*)(.*)(.*)(.*)=", "a" * MILLION),
        ("a.*z|a", "a" * (MILLION // 4)),
        ("(?:[办证章]{0,50}){0,10}!", "办证" * (MILLION // 2)),
    ],
)
def test_a_regex_takes_no_more_than_linear_time(pattern: str, text: str) -> None:
    """What lets other engines go through all ways to match costs little here."""
    begun = time.process_time()
    Regex(pattern).find(text)
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("pattern", ["(?:(?:a{1,100}){1,100}){1,100}", "a{5000}", r"(a)\1", "(?=a)b"])
def test_a_regex_too_large_is_refused_at_its_place(tmp_path: Path, pattern: str) -> None:
    """With file and line, when the rules are read."""
    path = tmp_path / "rule.yml"
    path.write_text(
        WRITTEN.replace("蓝莓赌局 蓝莓牌桌}", f"蓝莓赌局 蓝莓牌桌, regex: ['{pattern}']}}"), encoding="utf-8"
    )
    good, bad = read_rules(tmp_path, read_banks())
    assert good.rules == ()
    assert [type(one) for one in bad] == [YamlError]
    assert bad[0].en.startswith(f"{path}:16:")
    assert "RE2" in bad[0].en


@pytest.mark.parametrize(
    "condition",
    [
        "item and offer near 20" + " and item near 5" * 48,
        " or ".join(["item and offer near 20"] * 33),
        "(" * 98 + "item and offer" + ")" * 98,
        "not " * 190 + "(item and offer)",
    ],
    ids=["chain", "alternatives", "parentheses", "nots"],
)
def test_the_longest_conditions_are_checked_at_once(tmp_path: Path, condition: str) -> None:
    """However their parts are nested; they hold as shorter ones do."""
    path = tmp_path / "rule.yml"
    whole = f"condition: ({condition}) and not warning"
    path.write_text(WRITTEN.replace("condition: item and offer near 20 and not warning", whole), encoding="utf-8")
    begun = time.process_time()
    assert [error.en for error in inspect(tmp_path).errors] == []
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("deep", ["[" * 500, "{a: " * 500, "- " * 500], ids=["lists", "maps", "items"])
def test_a_rule_nested_without_end_is_refused(tmp_path: Path, deep: str) -> None:
    """As a broken file, with its name."""
    path = tmp_path / "rule.yml"
    path.write_text(WRITTEN.replace("terms:\n", f"terms: {deep}\n"), encoding="utf-8")
    good, bad = read_rules(tmp_path, read_banks())
    assert good.rules == ()
    assert bad[0].en.startswith(f"{path}:")


def test_a_long_text_is_scanned_as_if_in_one_piece() -> None:
    """Terms that lie across the places where it is cut up are found, once each."""
    matcher = Matcher([Slot(("蓝莓赌局", "赌局")), Slot(("赌局", "714"))], plain_segment)
    text = "".join("蓝莓赌局714"[at % 7] for at in range(350_000))
    hits = matcher.scan(text)
    assert [len(hits[slot]) for slot in (0, 1)] == [100_000, 100_000]
    assert len(set(hits[0])) == 100_000
    assert {text[hit.start : hit.end] for hit in hits[0]} == {"蓝莓赌局", "赌局"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"text": "a", "category": "rumour"}', "rumour"),
        (b'{"text": "a", "category": ["none"]}', "category should be a text"),
        (b'{"text": 5, "category": "none"}', "text should be a text"),
        (b'{"text": "a"}', "category is missing"),
        (b'{"text": " ", "category": "none"}', "is empty"),
        (b'{"text": "a", "category": "none"', "not valid JSON"),
        (b'{"text": "\xff", "category": "none"}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"\x00", "not valid JSON"),
        (b'["a"]', "should be a JSON object"),
        (b'{"text": "a", "category": "none", "near": "rumour"}', "rumour"),
    ],
    ids=["label", "label type", "text type", "no label", "blank", "cut", "bytes", "deep", "NUL", "array", "near"],
)
def test_a_wrong_row_of_the_corpus_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    """One sentence that begins with file and line."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a", "category": "none"}\n\n' + line + b"\n")
    with pytest.raises(InputError) as raised:
        rows.read(tmp_path)
    assert raised.value.en.startswith(f"{path}:3: ")
    assert said in raised.value.en
    assert len(raised.value.en) < 1000


def test_a_corpus_from_another_system_is_read(tmp_path: Path) -> None:
    """A byte-order mark and line ends of two characters are no part of a row."""
    row = '{"text": "萝卜", "category": "none"}'
    (tmp_path / "a.jsonl").write_bytes(f"\ufeff{row}\r\n\r\n{row}\r\n".encode())
    assert [(one.text, one.where[-4:]) for one in rows.read(tmp_path)] == [("萝卜", "nl:1"), ("萝卜", "nl:3")]


def test_an_empty_corpus_is_named(tmp_path: Path) -> None:
    """Files of 0 bytes hold no row: the folder is named, and the option that helps."""
    (tmp_path / "a.jsonl").write_bytes(b"")
    with pytest.raises(InputError) as raised:
        rows.read(tmp_path)
    assert str(tmp_path) in raised.value.en
    assert "--corpus" in raised.value.en


def test_whatever_stands_in_a_row_it_is_answered(tmp_path: Path) -> None:
    """Each row of ``detect`` has a result or an error with its line; never a traceback, and the rest goes on."""
    offer = "专业代开各行业发票，税点优惠，验证后付款，加微\\udc00信 fapiao_77310 详谈"
    given = {
        f'{{"id": "\\ud800", "text": "{offer}"}}': True,
        '{"id": 1, "text": "a", "text": "b", "id": 2}': True,
        '{"id": 3, "text": "a", "more": NaN, "other": -Infinity, "large": 1e999999}': True,
        f'{{"id": 4, "text": "a", "more": {"[" * 300}{"]" * 300}}}': True,
        f'{{"id": {"9" * 4_000}, "text": "a"}}': True,
        '{"id": 5, "text": "\\u0000", "title": "\\ud800"}': True,
        f'{{"id": {"9" * 5_000}, "text": "a"}}': False,
        f'{{"id": 6, "text": "a", "more": {"[" * 50_000}{"]" * 50_000}}}': False,
        '{"id": 1e999, "text": "a"}': False,
        '{"id": NaN, "text": "a"}': False,
        '{"id": ["\\ud800"], "text": "a"}': False,
        '{"id": "\\ud800", "text": 7}': False,
        f'{{"id": 7, "text": "{"a" * 40_000_000}"}}': False,
        '{"id": 8, "text": "a"}': True,
    }
    ran = lurewatch("detect", "-", home=tmp_path, given="\n".join(given).encode())
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, len(found), "Traceback" in ran.err) == (1, len(given), False)
    assert ["error" not in row for row in found] == list(given.values())
    assert [row["line"] for row in found if "error" in row] == list(range(7, 14))
    assert [row["id"] for row in found[:4]] == ["\ud800", 2, 3, 4]
    assert found[0]["flagged"]
