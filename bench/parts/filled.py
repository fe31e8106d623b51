"""Fills a store with made-up flags and reads all of them back; prints how many came back and its peak memory in MB.

``python -m parts.filled COUNT sqlite PATH``, or ``COUNT elastic URL CA PREFIX``.
"""

import sys
from itertools import islice
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))
from classifiers.tokens import make_segmenter
from core.ports import FlagStore, Query, Segmenter
from indexer.sqlite import SqliteFlags
from parts.made import OFTEN, flags
from tests.memory import peak

AT_ONCE = 1_000


def opened(kind: str, *where: str) -> FlagStore:
    """The store that is named."""
    segment = make_segmenter()
    return _cluster(segment, *where) if kind == "elastic" else SqliteFlags(Path(*where), segment)


def _cluster(segment: Segmenter, url: str, ca: str, prefix: str) -> FlagStore:
    # The client takes memory too, which the embedded store does without.
    from indexer.elastic.flags import ElasticFlags  # noqa: PLC0415
    from parts.cluster import entered  # noqa: PLC0415

    return ElasticFlags(entered(url, Path(ca), prefix), segment)


def fill(store: FlagStore, count: int) -> None:
    """Store ``count`` flags, the oldest first."""
    made = flags(count)
    while batch := list(islice(made, AT_ONCE)):
        store.put_many(batch)


def main() -> None:
    """As the module says."""
    count, where = int(sys.argv[1]), sys.argv[2:]
    store = opened(*where)
    fill(store, count)
    found = sum(1 for _ in store.search(Query()))
    worded = sum(1 for _ in store.search(Query(words=OFTEN)))
    assert worded < found == count
    store.close()
    print(found, peak())


if __name__ == "__main__":
    main()
