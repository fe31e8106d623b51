"""A town whose clock stands still until a test moves it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from examples.town.posts import TownPost, read_posts
from examples.town.server import Town

OPENED = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # noon in the town
END = 10_000.0  # seconds, by which all has happened


@dataclass
class HandClock:
    """Seconds that a test sets."""

    now: float = 500.0

    def __call__(self) -> float:
        """The time now."""
        return self.now


@dataclass
class Reply:
    """One response of the town."""

    status: int
    headers: dict[str, str]
    body: bytes
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.body.decode("utf-8", "replace")


Get = Callable[..., Reply]


@pytest.fixture(scope="session")
def posts() -> tuple[TownPost, ...]:
    """The posts of the town."""
    return read_posts()


@pytest.fixture
def clock() -> HandClock:
    """The town's clock."""
    return HandClock()


@pytest.fixture
def town(clock: HandClock) -> Iterator[Town]:
    """An open town."""
    with Town(clock=clock, started_at=OPENED) as opened:
        yield opened


@pytest.fixture
def get(town: Town) -> Iterator[Get]:
    """Asks the town for a path, over one connection."""
    place = urlsplit(town.url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=10)

    def ask(path: str, method: str = "GET", **headers: str) -> Reply:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    yield ask
    connection.close()
