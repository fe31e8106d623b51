"""Of the sources that are due, few of one host are begun at a time, and those of other hosts do not wait for them."""

import pytest

from crawlers.sources import Source
from crawlers.turns import startable


def sources(*names: str) -> list[Source]:
    """Sources named ``host/number``."""
    return [
        Source.model_validate({"id": name.replace("/", "-").replace(".", "-"), "name": name, "url": f"http://{name}"})
        for name in names
    ]


SLOW = [f"slow.test/{number}" for number in range(20)]


@pytest.mark.parametrize(
    ("due", "underway", "most", "begun"),
    [
        (["aa.test/1", "bb.test/1"], [], 1, ["aa.test/1"]),
        (["aa.test/1", "bb.test/1"], [], 9, ["aa.test/1", "bb.test/1"]),
        (["aa.test/1", "bb.test/1"], [], 0, []),
        ([*SLOW, "bb.test/1"], [], 4, ["slow.test/0", "slow.test/1", "bb.test/1"]),
        ([*SLOW, "bb.test/1"], SLOW[18:], 4, ["bb.test/1"]),
        ([*SLOW], SLOW[:1], 4, ["slow.test/1"]),
        (
            ["x.aa.com.cn/1", "y.aa.com.cn/1", "z.aa.com.cn/1", "bb.com.cn/1"],
            [],
            4,
            ["x.aa.com.cn/1", "y.aa.com.cn/1", "bb.com.cn/1"],
        ),
        (["aa.test/1", "aa.test/2"], ["aa.test/1"], 4, ["aa.test/2"]),
    ],
)
def test_startable(due: list[str], underway: list[str], most: int, begun: list[str]) -> None:
    """In order, what is under way left out, at most two of one registrable domain."""
    assert startable(sources(*due), sources(*underway), most) == sources(*begun)
