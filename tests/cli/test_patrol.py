"""``lurewatch patrol`` on real pages: offers are found, faults are told once, nothing stored is lost."""

import json
import resource
import signal
import subprocess
import sys
import time

import pytest

from tests.crawlers.conftest import Answer
from tests.desk import OFFER, Desk
from tests.running import ROOT, environment

PLAIN = "今天菜市场的萝卜很新鲜，三块钱两斤"


def offers(count: int) -> list[str]:
    """Offers that differ in their contact."""
    return [OFFER.format(number=number) for number in range(count)]


def flags(desk: Desk) -> list[dict[str, object]]:
    """All stored flags."""
    ran = desk.run("export", "flags")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def test_one_round_finds_the_offers_and_a_second_nothing_new(desk: Desk) -> None:
    """Two looks at the same board give each offer once."""
    desk.board("/jobs", PLAIN, *offers(3))
    desk.source("jobs", "/jobs")
    first = desk.run("patrol", "--once", "--json")
    assert first.code == 0, first.err
    row = json.loads(first.out)
    assert (row["source"], row["entries"], row["new"], len(row["flags"])) == ("jobs", 4, 4, 3)
    second = json.loads(desk.run("patrol", "--once", "--json").out)
    assert (second["new"], second["edited"], second["flags"]) == (0, 0, [])
    assert len(flags(desk)) == 3


def test_a_harmless_post_that_becomes_an_offer_is_seen(desk: Desk) -> None:
    """The same post with other words is looked at again."""
    desk.board("/jobs", PLAIN)
    desk.source("jobs", "/jobs")
    desk.run("patrol", "--once")
    desk.board("/jobs", *offers(1))
    row = json.loads(desk.run("patrol", "--once", "--json").out)
    assert (row["edited"], len(row["flags"])) == (1, 1)


def test_exported_lines_have_the_promised_fields(desk: Desk) -> None:
    """Other programs build on these names."""
    desk.board("/jobs", *offers(1))
    desk.source("jobs", "/jobs")
    desk.run("patrol", "--once")
    (row,) = flags(desk)
    assert set(row) == {
        *("id", "url", "title", "text", "shown", "category", "score", "contacts", "source"),
        *("seen_at", "published_at", "state", "rules", "evidence"),
    }
    assert row["category"] == "forged_documents"
    assert row["text"] == offers(1)[0]


@pytest.mark.parametrize(
    "broken",
    [
        Answer(status=500),
        Answer("<html><body><p>改版啦</p></body></html>"),
        Answer(b"\xff\xfe\x00\x00" * 50),
        Answer(b"x" * 50_000_000),
        Answer(status=302, headers={"Location": "/bad"}),
        Answer(status=403),
        Answer(""),
    ],
    ids=["500", "other design", "broken encoding", "50 MB", "redirect loop", "403", "empty"],
)
def test_a_broken_source_is_told_once_and_hinders_no_other(desk: Desk, broken: Answer) -> None:
    """It is reported with a sentence, once, and once when it recovers; the other source goes on."""
    desk.board("/good", *offers(2))
    desk.site.pages["/bad"] = broken
    desk.source("good", "/good")
    desk.source("bad", "/bad")
    first = desk.run("patrol", "--once")
    assert first.code == 1
    assert first.err.count("版块 bad 出了问题") == 1
    assert "Traceback" not in first.err
    assert len(flags(desk)) == 2
    second = desk.run("patrol", "--once")
    assert second.code == 1
    assert "版块 bad 出了问题" not in second.err
    desk.board("/bad", PLAIN)
    third = desk.run("patrol", "--once")
    assert third.code == 0, third.err
    assert third.err.count("版块 bad 已恢复") == 1


def test_a_feed_that_is_html_is_named(desk: Desk) -> None:
    """The sentence says that a feed was promised and what came instead."""
    desk.board("/feed", PLAIN)
    folder = desk.home / "sources"
    (folder / "feed.yml").write_text(f"id: feed\nname: 订阅\nurl: {desk.site.url}/feed\nkind: feed\n", "utf-8")
    ran = desk.run("patrol", "--once")
    assert ran.code == 1
    assert "HTML" in ran.err


def test_posts_without_text_are_passed_over(desk: Desk) -> None:
    """An empty post is no offer and no fault."""
    desk.board("/jobs", "", "   ", *offers(1))
    desk.source("jobs", "/jobs")
    ran = desk.run("patrol", "--once")
    assert ran.code == 0, ran.err
    assert len(flags(desk)) == 1


def test_unreadable_source_files_are_named_and_the_others_visited(desk: Desk) -> None:
    """A wrong file is a sentence with file, line and column, and exit code 1."""
    desk.board("/jobs", *offers(1))
    desk.source("jobs", "/jobs")
    (desk.home / "sources" / "wrong.yml").write_text("id: x\nname: [\n", "utf-8")
    ran = desk.run("patrol", "--once")
    assert ran.code == 1
    assert "wrong.yml:3:1" in ran.err
    assert len(flags(desk)) == 1


def test_a_full_disk_loses_nothing(desk: Desk) -> None:
    """When writing fails the patrol says so; with room again it finds all the rest, and nothing twice."""
    found = offers(120)
    desk.board("/jobs", *found)
    desk.source("jobs", "/jobs")
    limit = 300_000  # bytes that one file may have: the database does not fit
    ran = subprocess.run(
        [sys.executable, "-m", "cli.main", "patrol", "--once"],
        cwd=desk.home,
        env={**environment(desk.home), "PYTHONPATH": str(ROOT), **desk.env},
        capture_output=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    said = ran.stderr.decode()
    assert ran.returncode == 1, said
    assert "磁盘" in said
    assert "Traceback" not in said
    kept = len(flags(desk))
    assert kept < 120
    again = desk.run("patrol", "--once")
    assert again.code == 0, again.err
    assert sorted(str(row["text"]) for row in flags(desk)) == found


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_patrol_that_is_stopped_keeps_what_it_found(desk: Desk, number: signal.Signals, code: int) -> None:
    """Ctrl-C and SIGTERM end an endless patrol within seconds, cleanly, with all that was flagged kept."""
    desk.board("/jobs", *offers(5))
    desk.source("jobs", "/jobs")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "patrol", "--json"],
        cwd=desk.home,
        env={**environment(desk.home), "PYTHONPATH": str(ROOT), **desk.env, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert len(first["flags"]) == 5
    began = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert process.returncode == code
    assert b"Traceback" not in said
    assert len(flags(desk)) == 5


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_round_that_dies_in_the_middle_loses_nothing(desk: Desk, number: signal.Signals, code: int) -> None:
    """Ctrl-C ends a round with 130; after that, and after a kill, the next round finds the rest, and nothing twice."""
    for page in range(6):
        desk.board(f"/jobs{page}", *(offers(60)[page * 10 : page * 10 + 10]), following=f"/jobs{page + 1}")
    slow = desk.site.pages["/jobs3"]
    assert isinstance(slow, Answer)
    desk.site.pages["/jobs3"] = Answer(slow.body, headers=slow.headers, slow=4.0)
    desk.source("jobs", "/jobs0")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "patrol", "--once"],
        cwd=desk.home,
        env={**environment(desk.home), "PYTHONPATH": str(ROOT), **desk.env},
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while "/jobs3" not in desk.site.paths() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode == code, said
    assert b"Traceback" not in said
    assert 0 < len(flags(desk)) <= 30
    desk.site.pages["/jobs3"] = slow
    desk.run("patrol", "--once")
    assert sorted(str(row["text"]) for row in flags(desk)) == offers(50)  # a visit reads five list pages


def test_a_public_site_needs_an_address_to_answer_to(desk: Desk) -> None:
    """Without LUREWATCH_CONTACT nothing public is visited, and the sentence says what to set."""
    text = "id: far\nname: 远方\nurl: http://far.example/\n"
    (desk.home / "sources" / "far.yml").write_text(text, "utf-8")
    ran = desk.run("patrol", "--once")
    assert ran.code == 2
    assert "LUREWATCH_CONTACT" in ran.err


def test_unknown_sources_and_lengths_are_wrong_input(desk: Desk) -> None:
    """``--source`` and ``--for`` say what they would have taken, and exit with 2."""
    desk.board("/jobs", PLAIN)
    desk.source("jobs", "/jobs")
    unknown = desk.run("patrol", "--once", "--source", "nowhere")
    assert (unknown.code, "jobs" in unknown.err) == (2, True)
    length = desk.run("patrol", "--for", "soon")
    assert (length.code, "10m" in length.err) == (2, True)


def test_a_patrol_for_a_while_visits_again_and_ends(desk: Desk) -> None:
    """``--for`` keeps visiting what is due and ends by itself with 0."""
    desk.board("/jobs", PLAIN)
    desk.source("jobs", "/jobs")
    ran = desk.run("patrol", "--for", "5s", "--json")
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) >= 2
