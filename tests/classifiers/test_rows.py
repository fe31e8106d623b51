"""The corpus: read whole, or refused with file and line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifiers import rows
from classifiers.neighbours import copies, groups
from classifiers.rows import Labelled, Row
from core.errors import InputError

GOOD = json.dumps({"text": "办证", "category": "forged_documents", "style": "sms", "provenance": "desk"})
WRONG = (
    ("{", "JSON"),
    ("[1]", "object"),
    ('{"category": "none"}', "text"),
    ('{"text": 3, "category": "none"}', "text"),
    ('{"text": " \\u3000", "category": "none"}', "empty"),
    ('{"text": "好"}', "category"),
    ('{"text": "好", "category": "rumour"}', "rumour"),
    ('{"text": "好", "category": "none", "style": 1}', "style"),
    ('{"text": "好", "category": "none", "near": "rumour"}', "rumour"),
    ('{"text": "好", "category": "none", "kind": []}', "kind"),
)
WRONG_LABELS = (
    ("{", "JSON"),
    ('{"text": "好", "expect": "none"}', "id"),
    ('{"id": true, "text": "好", "expect": "none"}', "id"),
    ('{"id": 1, "text": "好"}', "expect is missing"),
    ('{"id": 1, "text": "好", "expect": "rumour"}', "rumour"),
    ('{"id": 1, "text": "  ", "expect": "none"}', "empty"),
    ('{"id": 1, "text": "好", "expect": "none", "title": 3}', "title"),
    ('{"id": 1, "text": "好", "expect": "none", "group": 3}', "group"),
)


@pytest.mark.parametrize(("line", "said"), WRONG)
def test_wrong_rows_are_named_with_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    """The error says where the row stands and what is wrong with it, in both languages."""
    path = tmp_path / "a.jsonl"
    path.write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        rows.read(tmp_path)
    assert f"{path}:3" in caught.value.en
    assert said in caught.value.en
    assert f"{path}:3" in caught.value.zh


@pytest.mark.parametrize(("line", "said"), WRONG_LABELS)
def test_wrong_labels_are_named_with_file_and_line(line: str, said: str) -> None:
    """Rows to evaluate are refused as those of the corpus are; the ones before are read all the same."""
    stream = iter([b'\xef\xbb\xbf{"id": "a", "text": "\xe5\xa5\xbd", "expect": "none"}\n', b" \n", line.encode()])
    found = rows.labelled(stream, "rows.jsonl")
    assert next(found) == Labelled("a", "好", "none")
    with pytest.raises(InputError) as caught:
        next(found)
    assert "rows.jsonl:3" in caught.value.en
    assert said in caught.value.en
    assert "rows.jsonl:3" in caught.value.zh


def test_labels_are_read_one_by_one() -> None:
    """A row is given before the next line is asked for, so that no file has to fit into memory."""

    def lines() -> Iterator[bytes]:
        yield '{"id": 7, "text": "文", "expect": "gambling", "group": "g", "title": "题"}'.encode()
        pytest.fail("the second line was asked for")

    assert next(rows.labelled(lines(), "x")) == Labelled(7, "文", "gambling", "g", "题")


def test_what_a_row_is_hard_for(tmp_path: Path) -> None:
    """``near`` and ``kind`` are read where they stand, and each row knows its place."""
    path = tmp_path / "a.jsonl"
    path.write_text('\n{"text": "警示", "category": "none", "near": "gambling", "kind": "warning"}', encoding="utf-8")
    (row,) = rows.read(tmp_path)
    assert (row.near, row.kind, row.where) == ("gambling", "warning", f"{path}:2")


def test_rows_in_order_of_files(tmp_path: Path) -> None:
    """Files are read by name; style and provenance may be left out; other files are not read."""
    (tmp_path / "b.jsonl").write_text('{"text": "天\u2028气", "category": "none"}', encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(GOOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a row", encoding="utf-8")
    assert rows.read(tmp_path) == (Row("办证", "forged_documents", "sms", "desk"), Row("天\u2028气", "none"))


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_no_corpus(tmp_path: Path, content: bytes | None) -> None:
    """A folder without rows, and a file that is not UTF-8, are refused."""
    if content is not None:
        (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(InputError):
        rows.read(tmp_path)


def test_digest_changes_with_the_corpus(tmp_path: Path) -> None:
    """One character more, or another file name, is another corpus."""
    path = tmp_path / "a.jsonl"
    path.write_text(GOOD, encoding="utf-8")
    first = rows.digest(tmp_path)
    path.write_text(GOOD + "\n", encoding="utf-8")
    assert rows.digest(tmp_path) != first
    path.write_text(GOOD, encoding="utf-8")
    assert rows.digest(tmp_path) == first
    path.rename(tmp_path / "b.jsonl")
    assert rows.digest(tmp_path) != first


def test_near_duplicates_are_one_group() -> None:
    """Texts that differ in a number, in signs or by an addition belong together; others do not."""
    texts = [
        "长期高价回收闲置银行卡，当面结算，先款后卡，加微信abc_1",
        "长期高价回收闲置银行卡 当面结算 先款后卡 加微信xyz_9",
        "【通知】长期高价回收闲置银行卡，当面结算，先款后卡，加微信abc_1，非诚勿扰",
        "社区卫生服务中心本周六上午接种流感疫苗",
        "好",
        "好！",
    ]
    found = groups(texts)
    assert found[0] == found[1] == found[2]
    assert found[4] == found[5]
    assert len(set(found)) == 3


def test_copies_are_found_by_their_originals() -> None:
    """Texts that are nearly one of the originals are named with it; others are not."""
    originals = ["社区卫生服务中心本周六上午接种流感疫苗", "长期高价回收闲置银行卡，当面结算，先款后卡"]
    texts = ["长期高价回收闲置银行卡 当面结算 先款后卡 加微信xyz_9", "今天天气不错", originals[0]]
    assert copies(texts, originals) == {0: 1, 2: 0}
    assert copies(texts, []) == {}
