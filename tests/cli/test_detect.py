"""``lurewatch detect``: one row out for each row in, in order, whatever the rows are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core import taxonomy
from tests.running import ROOT, environment, lurewatch

# Prints the peak of resident memory, in KiB, of a run of the command.
_PEAK = """
import resource, subprocess, sys
with open(sys.argv[2], "wb") as out:
    subprocess.run([sys.executable, "-m", "cli.main", "detect", sys.argv[1]], stdout=out, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
OFFER = "专业代开各行业发票，税点优惠，验证后付款，需要的加微信 fapiao_77310 详谈，长期合作"
PLAIN = "今天菜市场的萝卜很新鲜，三块钱两斤"


def rows(*values: object) -> bytes:
    """JSON lines."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def judged(given: bytes, home: Path, *args: str) -> tuple[int, list[dict[str, object]], str]:
    """The exit code, the rows, and what was said beside them."""
    ran = lurewatch(*args, "detect", "-", home=home, given=given)
    return ran.code, [json.loads(line) for line in ran.out.splitlines()], ran.err


def test_an_offer_is_flagged_with_all_that_explains_it(tmp_path: Path) -> None:
    """Category, score, reasons, contacts and signals as promised, with spans of the original text."""
    text = "【办理】" + OFFER.replace("发票", "發票").replace("微信", "微\u200b信")
    code, (row,), _ = judged(rows({"id": "a1", "text": text}), tmp_path)
    assert code == 0
    assert set(row) == {"id", "flagged", "category", "score", "reasons", "contacts", "signals"}
    assert (row["id"], row["flagged"], row["category"]) == ("a1", True, "forged_documents")
    assert isinstance(row["score"], float)
    assert 0.5 < row["score"] <= 1
    assert row["reasons"]
    (contact,) = row["contacts"]  # type: ignore[misc]
    start, end = contact["span"]  # type: ignore[has-type]
    assert (contact["kind"], text[start:end]) == ("wechat", "fapiao_77310")
    for signal in row["signals"]:  # type: ignore[attr-defined]
        assert signal["role"] in {"harm", "offer", "reach", "suppress"}
        for start, end, field in signal["spans"]:
            assert field == "text"
            assert 0 <= start < end <= len(text)


def test_rows_come_back_in_order_with_their_ids(tmp_path: Path) -> None:
    """Text and number ids, titles and urls are taken; every row has its answer in its place."""
    given = [{"id": number, "text": OFFER if number % 2 else PLAIN} for number in range(50)]
    given.append({"id": "t", "title": "代开发票", "text": "联系微信 fapiao_77310", "url": "http://a.test/1"})
    code, found, _ = judged(rows(*given), tmp_path)
    assert code == 0
    assert [row["id"] for row in found] == [row["id"] for row in given]
    assert [row["flagged"] for row in found[:50]] == [bool(number % 2) for number in range(50)]


def test_what_is_not_flagged_has_no_category(tmp_path: Path) -> None:
    """A plain text is answered with false and null."""
    _, (row,), _ = judged(rows({"id": 1, "text": PLAIN}), tmp_path)
    assert (row["flagged"], row["category"]) == (False, None)


@pytest.mark.parametrize(
    "bad",
    [
        b"{not json}",
        b'{"id": "x"}',
        b'{"text": "no id"}',
        b'{"id": "x", "text": 5}',
        b'{"id": "x", "text": "a", "title": []}',
        b'{"id": true, "text": "a"}',
        b'["a"]',
        b"\xff\xfe\xfd",
        b"[" * 100_000,
    ],
    ids=["json", "no text", "no id", "text type", "title type", "id type", "array", "bytes", "deep"],
)
def test_a_bad_row_is_answered_with_its_line_and_the_rest_goes_on(tmp_path: Path, bad: bytes) -> None:
    """The error names the line; the rows around it are judged; the exit code is 1."""
    given = rows({"id": 1, "text": PLAIN}) + bad + b"\n" + rows({"id": 3, "text": OFFER})
    code, found, said = judged(given, tmp_path)
    assert code == 1
    assert [row.get("id") for row in (found[0], found[2])] == [1, 3]
    assert found[1]["line"] == 2
    assert str(found[1]["error"]).startswith("2: ")
    assert found[2]["flagged"] is True
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "😀" * 2000,
        "\u202e\u200f\u2066" * 500,
        "\ud800\udc00x\ud800",
        "a\x00b\x00",
        "́" * 5000,
        "1" * 20_000,
    ],
    ids=["empty", "blank", "emoji", "right to left", "surrogates", "NUL", "marks", "digits"],
)
def test_odd_texts_are_plainly_not_flagged(tmp_path: Path, text: str) -> None:
    """Texts of no words get an ordinary answer."""
    given = (json.dumps({"id": 1, "text": text}) + "\n").encode()
    code, (row,), said = judged(given, tmp_path)
    assert code == 0, said
    assert row["flagged"] is False


def test_a_file_is_read_and_a_missing_one_named(tmp_path: Path) -> None:
    """A path works like standard input; one that is not there is wrong input."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + rows({"id": 1, "text": OFFER}) + b"\n\n")
    ran = lurewatch("detect", str(file), home=tmp_path)
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1
    missing = lurewatch("detect", "nowhere.jsonl", home=tmp_path)
    assert missing.code == 2
    assert "nowhere.jsonl" in missing.err


def test_reasons_speak_the_language_asked_for(tmp_path: Path) -> None:
    """Chinese by default, English with --lang en."""
    zh = judged(rows({"id": 1, "text": OFFER}), tmp_path)[1][0]["reasons"]
    en = judged(rows({"id": 1, "text": OFFER}), tmp_path, "--lang", "en")[1][0]["reasons"]
    assert len(zh) == len(en)  # type: ignore[arg-type]
    assert zh != en


def test_categories_are_of_the_closed_list(tmp_path: Path) -> None:
    """No row can carry anything but a harm's id."""
    table = Path(__file__).parent.parent / "tables" / "offers.jsonl"
    _, found, _ = judged(table.read_bytes(), tmp_path)
    assert {row["category"] for row in found} <= {*taxonomy.HARM_IDS, None}


def test_memory_is_flat(tmp_path: Path) -> None:
    """Twenty times the rows take no more memory."""
    peaks = []
    for count in (1_000, 20_000):
        file = tmp_path / f"{count}.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for number in range(count):
                lines.write(json.dumps({"id": number, "text": f"{PLAIN}，第{number}次"}, ensure_ascii=False) + "\n")
        ran = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", _PEAK, str(file), str(tmp_path / "out")],
            cwd=tmp_path,
            env={**environment(tmp_path), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        )
        peaks.append(int(ran.stdout))
        assert sum(1 for _ in (tmp_path / "out").open()) == count
    assert peaks[1] < peaks[0] * 1.1
