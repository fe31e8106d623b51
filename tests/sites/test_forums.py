"""Two forum programs, each patrolled by its source file alone."""

from pathlib import Path

import pytest

from tests.sites.programs import HERE, running
from tests.sites.texts import NAMES
from tests.sites.town import Board, fill, go_on
from tests.sites.watching import Figures, Watch, show

TOLD = "昨天路过那里也看见了"
QUOTATION = f"> @{NAMES[0]} 说：\n> {TOLD}。\n\n"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("program", ["spirit", "machina"])
def test_the_board_is_seen_whole_and_in_time(program: str, tmp_path: Path) -> None:
    """Each post, reply and edit is seen whole by the next visit, offers are flagged, and nothing else is kept."""
    with running(program, tmp_path / "site") as site:
        watch = Watch(tmp_path, HERE / program / "source.yml")
        board = Board(site, watch)
        filled = fill(board, QUOTATION)
        guessed = _guessed(watch, tmp_path / "guessed")
        first = watch.visit()
        assert (first.new, first.edited) == (len(watch.appeared), 0)
        go_on(board, filled)
        second = watch.visit()
        assert (second.new, second.edited) == (5, 2)
        if program == "spirit":
            last = watch.command()
            assert (last.code, last.new, last.edited) == (0, 0, 0), last.ran.err
    figures = watch.figures()
    show(program, figures)
    show(f"{program}, without selectors", guessed)
    assert (guessed.seen, guessed.whole, guessed.timed, guessed.worst_delay) == (1.0, 1.0, 1.0, 1)
    assert (figures.seen, figures.whole, figures.timed, figures.worst_delay) == (1.0, 1.0, 1.0, 1)
    offers = {one.text for one in watch.appeared if one.mark not in board.words.everyday_marks}
    assert watch.flagged() == offers
    assert watch.kept(*board.words.everyday_marks, *NAMES, TOLD) == {}
    assert watch.kept(*offers).keys() == offers


def _guessed(watch: Watch, home: Path) -> Figures:
    """The figures of one visit to the same board by a source file that gives no selectors; nobody is named."""
    home.mkdir()
    other = Watch(home, watch.file, appeared=list(watch.appeared), began=watch.began)
    (written,) = (watch.home / "sources").iterdir()
    (home / "sources").mkdir()
    (home / "sources" / written.name).write_text(written.read_text("utf-8").partition("selectors:")[0], "utf-8")
    other.visit()
    shown = [f"{seen.post.title} {seen.post.fragment}" for seen in other.seen]
    assert not [name for name in NAMES for words in shown if name in words]
    return other.figures()
