"""Old hashes, flags and evidence go when they should, nothing else does, and not while the clock is in doubt."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import App, build
from core.errors import StoreError
from core.ports import Hits, Item, Query, RuleVersion
from core.settings import read_settings
from core.types import Evidence, Flag, Page, Post, Review, Verdict
from tests.conftest import MakeFlag
from tests.upkeep.conftest import Time
from upkeep.clocks import Clocks
from upkeep.digest import Daily
from upkeep.housekeeping import Housekeeping, Listeners

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class House:
    """Housekeeping over a store, and what it told."""

    def __init__(self, data: Path, time: Time, **settings: object) -> None:
        self.app: App = build(read_settings(data=data, **settings), lambda: time.wall)
        self.clocks = Clocks(self.app.clock, lambda: time.steady)
        self.stored: dict[tuple[str, str], int] = {}
        self.digests: list[str] = []
        listeners = Listeners(self.stored.update, self.digests.append)
        daily = Daily(data / "digest", self.app.clock, UTC)
        self.keeping = Housekeeping(self.app, self.clocks, lambda: {"town-forum": "小镇"}, listeners, daily)

    def put(self, flag: Flag) -> Path:
        """Store a flag with a file of evidence."""
        path = self.app.settings.data / "evidence" / f"{flag.id}.warc.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"proof")
        self.app.flags.put(replace(flag, evidence=Evidence(f"evidence/{path.name}", "0" * 64, "0" * 64, 5)))
        return path

    def left(self) -> set[str]:
        """The texts of the flags that are left."""
        return {row.flag.text for row in self.app.flags.search(Query())}


@pytest.fixture
def time() -> Time:
    """Clocks at noon."""
    return Time(NOW)


@pytest.fixture
def make_house(tmp_path: Path, time: Time) -> Iterator[object]:
    """Makes housekeeping with settings."""
    made: list[House] = []

    def make(**settings: object) -> House:
        made.append(House(tmp_path / "data", time, **settings))
        return made[-1]

    yield make
    for house in made:
        house.app.close()


def fill(house: House, make_flag: MakeFlag) -> dict[str, Path]:
    """Flags of several ages, one of each dismissed."""
    found = {}
    for days in (1, 10, 40, 400):
        for state in ("open", "dismissed"):
            text = f"{state} {days}"
            flag = make_flag(text, hours=-24 * days, url=f"http://town.test/{days}/{state}")
            found[text] = house.put(flag)
            if state == "dismissed":
                house.app.flags.add_review(Review(flag.id, Verdict.DISMISS, "li", NOW, "not an offer"))
    return found


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        ({}, set()),
        ({"retain_days": 30}, {"open 40", "open 400", "dismissed 40", "dismissed 400"}),
        ({"retain_dismissed_days": 5}, {"dismissed 10", "dismissed 40", "dismissed 400"}),
        (
            {"retain_days": 100, "retain_dismissed_days": 30},
            {"open 400", "dismissed 40", "dismissed 400"},
        ),
    ],
)
def test_flags_go_with_their_evidence_at_their_age(
    make_house: object, make_flag: MakeFlag, settings: dict[str, object], gone: set[str]
) -> None:
    """As the settings say, by default never; what is found by words, contact or number goes as well."""
    house = make_house(**settings)  # type: ignore[operator]
    evidence = fill(house, make_flag)
    house.keeping.tidy()
    assert house.left() == set(evidence) - gone
    assert {text for text, path in evidence.items() if not path.exists()} == gone
    kept = len(evidence) - len(gone)
    for query in (Query(words="open"), Query(words="dismissed")):
        assert {row.flag.text for row in house.app.flags.search(query)} <= house.left()
    assert house.app.flags.count(Query()) == kept
    assert house.app.flags.count(Query(contact="zheng_8812")) == kept
    assert len(list(house.app.flags.reviews())) == sum("dismissed" in text for text in house.left())


def test_what_is_deleted_is_gone_from_the_disk(make_house: object, make_flag: MakeFlag, time: Time) -> None:
    """Not a byte of the offer's text is left in the data folder."""
    house = make_house(retain_days=30)  # type: ignore[operator]
    mark = "kanarienvogelretired8821"
    house.put(make_flag(f"办理证件 {mark} 加微信", hours=-24 * 40))
    house.keeping.tidy()
    data = house.app.settings.data
    house.app.close()
    assert [path for path in data.rglob("*") if path.is_file() and mark.encode() in path.read_bytes()] == []


def test_what_expired_is_told_from_what_was_removed(make_house: object, make_flag: MakeFlag) -> None:
    """The chain says which setting removed it, so that nobody takes it for tampering."""
    house = make_house(retain_days=30)  # type: ignore[operator]
    for days in (1, 40):
        flag = make_flag(f"alt {days}", hours=-24 * days, url=f"http://town.test/{days}")
        page = Page(flag.url, 200, (), b"<html>", NOW)
        house.app.flags.put(
            replace(flag, evidence=house.app.evidence.keep(flag, Post("1", flag.url, None, flag.text), page))
        )
    house.keeping.tidy()
    assert list(house.app.evidence.verifier().rest()) == []
    assert "retain_days=30" in (house.app.settings.data / "evidence" / "chain.jsonl").read_text("utf-8")
    (left,) = house.app.flags.search(Query())
    (house.app.settings.data / left.flag.evidence.path).unlink()
    assert "was removed" in next(house.app.evidence.verifier().rest()).say("en")


def test_reviews_are_still_only_appended(make_house: object, make_flag: MakeFlag) -> None:
    """After retention has deleted some, nobody else can."""
    house = make_house(retain_days=30)  # type: ignore[operator]
    fill(house, make_flag)
    house.keeping.tidy()
    with pytest.raises(Exception, match="only appended"):
        house.app.flags._database.execute("DELETE FROM reviews")  # type: ignore[attr-defined]  # noqa: SLF001


def test_a_store_that_fails_deletes_nothing_by_half(make_house: object, make_flag: MakeFlag) -> None:
    """Evidence that cannot be deleted keeps its flag, and the error says what to look at."""
    house = make_house(retain_days=30)  # type: ignore[operator]
    path = house.put(make_flag("alt", hours=-24 * 40))
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError, match="cannot be deleted"):
        house.keeping.tidy()
    assert house.left() == {"alt"}
    path.rmdir()
    house.keeping.tidy()
    assert house.left() == set()


def test_nothing_goes_while_the_clock_is_in_doubt(make_house: object, make_flag: MakeFlag, time: Time) -> None:
    """A clock that is years ahead for an hour makes nothing old; a day after it was set, age counts again."""
    house = make_house(retain_days=30, remember_days=30)  # type: ignore[operator]
    house.put(make_flag("neu", hours=-1))
    house.app.patrols.remember("jobs", [Item("k", "d")], NOW)
    time.wall += timedelta(days=1000)
    house.clocks.jump()
    house.keeping.tidy()
    time.wall -= timedelta(days=1000)
    house.clocks.jump()
    house.keeping.tidy()
    assert house.left() == {"neu"}
    assert house.app.patrols.known("jobs", ["k"])
    time.passes(40 * 86_400)
    house.keeping.tidy()
    assert house.left() == set()
    assert not house.app.patrols.known("jobs", ["k"])


def test_the_store_is_counted(make_house: object, make_flag: MakeFlag) -> None:
    """By harm and state, zeros included, so that a graph falls to nothing and does not end."""
    house = make_house()  # type: ignore[operator]
    fill(house, make_flag)
    house.keeping.count()
    assert house.stored["forged_documents", "open"] == 4
    assert house.stored["forged_documents", "dismissed"] == 4
    assert house.stored["gambling", "open"] == 0
    assert sum(house.stored.values()) == 8


def test_the_digest_is_told_once_a_day(make_house: object, make_flag: MakeFlag, time: Time) -> None:
    """At the hour of the settings, which may change meanwhile."""
    house = make_house(digest_hour=13, lang="en")  # type: ignore[operator]
    house.put(make_flag("neu", hours=-1))
    for _ in range(30):
        house.keeping.tell_digest()
        time.passes(3600)
    assert len(house.digests) == 2
    assert "1 new flags" in house.digests[0]
    assert "0 new flags" in house.digests[1]
    house.app.settings = house.app.settings.model_copy(update={"digest_hour": None})
    time.passes(86_400 * 3)
    house.keeping.tell_digest()
    assert len(house.digests) == 2


def test_counts_of_rules_in_the_background_go_after_a_year(make_house: object, time: Time) -> None:
    """Not before."""
    house = make_house()  # type: ignore[operator]
    rule = RuleVersion("cards", 1)
    for days in (0, 364, 366):
        house.app.counts.count([rule], (time.wall - timedelta(days=days)).date(), False)
    house.keeping.tidy()
    assert house.app.counts.hits((NOW - timedelta(days=999)).date()) == {rule: Hits(2, 0)}
