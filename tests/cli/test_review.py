"""``lurewatch review``, ``search``, ``export`` and ``evidence`` on flags of a real patrol."""

import json
from pathlib import Path

import pytest

from tests.desk import OFFER, Desk


@pytest.fixture
def flagged(desk: Desk) -> tuple[Desk, str]:
    """A desk with one flag, and its id."""
    desk.board("/jobs", OFFER.format(number=1))
    desk.source("jobs", "/jobs")
    desk.run("patrol", "--once")
    return desk, str(json.loads(desk.run("export", "flags").out)["id"])


def test_a_person_looks_and_decides(flagged: tuple[Desk, str]) -> None:
    """List, show with reasons and law, confirm, undo, dismiss with a reason: each is said and kept."""
    desk, flag = flagged
    assert flag[:8] in desk.run("review", "list").out
    shown = desk.run("review", "show", flag[:8]).out
    for expected in ("fapiao_00001", "刑法", "待复核", "•"):
        assert expected in shown
    assert "已确认" in desk.run("review", "confirm", flag[:8], "--as", "王敏").out
    assert "没有待复核的标记" in desk.run("review", "list").out
    assert "待复核" in desk.run("review", "undo", flag[:8], "--as", "王敏").out
    assert "已驳回" in desk.run("review", "dismiss", flag, "--as", "王敏", "--reason", "是正规代账公司").out
    lines = [json.loads(line) for line in desk.run("export", "reviews").out.splitlines()]
    assert [line["verdict"] for line in lines] == ["confirm", "undo", "dismiss"]
    assert {line["reviewer"] for line in lines} == {"王敏"}
    assert lines[2]["reason"] == "是正规代账公司"
    assert "是正规代账公司" in desk.run("review", "show", flag).out


def test_a_dismissal_goes_to_a_second_reviewer_on_appeal(flagged: tuple[Desk, str]) -> None:
    """Who dismissed cannot decide the appeal."""
    desk, flag = flagged
    desk.run("review", "dismiss", flag, "--as", "王敏", "--reason", "不是")
    assert "申诉中" in desk.run("review", "appeal", flag, "--as", "李强", "--reason", "请再看").out
    same = desk.run("review", "confirm", flag, "--as", "王敏")
    assert (same.code, "另一位" in same.err) == (2, True)
    assert "已确认" in desk.run("review", "confirm", flag, "--as", "李强").out


def test_a_dismissal_needs_a_reason(flagged: tuple[Desk, str]) -> None:
    """Without one it is wrong input, and nothing is written."""
    desk, flag = flagged
    ran = desk.run("review", "dismiss", flag)
    assert (ran.code, "--reason" in ran.err) == (2, True)
    assert desk.run("export", "reviews").out == ""


def test_unknown_ids_and_harms_are_wrong_input(flagged: tuple[Desk, str]) -> None:
    """A sentence that says where ids and harms are to be found, and exit code 2."""
    desk, _ = flagged
    unknown = desk.run("review", "show", "ffffffff")
    assert (unknown.code, "review list" in unknown.err) == (2, True)
    harm = desk.run("review", "list", "--category", "rumour")
    assert (harm.code, "fraud_ad" in harm.err) == (2, True)


def test_search_finds_by_words_phrase_and_contact(flagged: tuple[Desk, str]) -> None:
    """Words, a phrase and a contact find the flag; other words do not."""
    desk, flag = flagged
    for args in (("发票",), ("“开各行业发”",), ("--contact", "fapiao_00001"), ("--category", "forged_documents")):
        ran = desk.run("search", "--json", *args)
        assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [flag], args
    assert "没有找到" in desk.run("search", "萝卜").out


def test_search_shows_where_the_words_stand(flagged: tuple[Desk, str]) -> None:
    """The passage below the title, and its places in the row for scripts."""
    desk, _ = flagged
    assert "发票" in desk.run("search", "发票").out
    row = json.loads(desk.run("search", "--json", "发票").out)
    parts = {"text": row["text"], "title": row["title"]}
    assert {parts[field][start:end] for start, end, field in row["highlights"]} == {"发票"}
    assert json.loads(desk.run("search", "--json").out)["highlights"] == []


def test_what_is_done_with_flags_is_noted(flagged: tuple[Desk, str], tmp_path: Path) -> None:
    """Verdicts, exports and packages of evidence, by whom and when; to look is not noted."""
    desk, flag = flagged
    before = len(desk.run("audit", "--json").out.splitlines())
    desk.run("review", "show", flag)
    desk.run("review", "confirm", flag, "--as", "王敏")
    desk.run("export", "flags", "--category", "forged_documents", "--out", str(tmp_path / "flags.jsonl"))
    desk.run("export", "reviews")
    desk.run("evidence", "export", flag, "--out", str(tmp_path / "proof.wacz"))
    rows = [json.loads(line) for line in desk.run("audit", "--json").out.splitlines()][before:]
    assert [(row["act"], row["details"].get("what")) for row in rows] == [
        ("review", None),
        ("export", "flags"),
        ("export", "reviews"),
        ("export", "evidence"),
    ]
    assert (rows[0]["who"], rows[0]["flag_id"], rows[0]["details"]) == ("王敏", flag, {"verdict": "confirm"})
    assert rows[1]["details"]["category"] == "forged_documents"
    assert rows[1]["details"]["count"] == "1"
    assert "王敏" in desk.run("audit", "--since", "2020-01-01").out


def test_exports_to_a_file_are_whole(flagged: tuple[Desk, str], tmp_path: Path) -> None:
    """The file takes its name only when all of it is written."""
    desk, flag = flagged
    ran = desk.run("export", "flags", "--out", str(tmp_path / "flags.jsonl"))
    assert ran.code == 0
    assert json.loads((tmp_path / "flags.jsonl").read_text("utf-8"))["id"] == flag
    assert desk.run("export", "flags", "--out", "/nowhere/flags.jsonl").code == 2


def test_evidence_is_verified_and_a_change_is_seen(flagged: tuple[Desk, str]) -> None:
    """Sound evidence is said to be; a changed, cut or removed file is named, with exit code 1."""
    desk, flag = flagged
    assert desk.run("evidence", "verify", flag).code == 0
    assert desk.run("evidence", "verify", "--all").code == 0
    (file,) = (desk.home / "data" / "evidence").rglob("*.warc.gz")
    whole = file.read_bytes()
    for damaged in (whole[:-20], whole[:40] + b"x" + whole[41:], b""):
        file.write_bytes(damaged)
        ran = desk.run("evidence", "verify", flag)
        assert (ran.code, flag in ran.out) == (1, True)
        assert "Traceback" not in ran.err
    file.unlink()
    assert desk.run("evidence", "verify", "--all").code == 1
    assert desk.run("evidence", "verify").code == 2
