"""Reads any number of documents in order: a point in time and search_after, so that writers change nothing in it."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from core.errors import StoreError
from indexer.elastic.cluster import Cluster, Json

_KEEP = "2m"
PAGE = 200


def pages(
    cluster: Cluster,
    kind: str,
    query: Json,
    sort: Sequence[Json],
    limit: int | None = None,
    *,
    after: Sequence[object] | None = None,
    versions: bool = False,
    index: str | None = None,
) -> Iterator[list[Json]]:
    """The hits in pages of 200, whole ones first; ``after`` are the sort values of the last hit already had.

    Raises ElasticError.
    """
    moment = cluster.ask(
        lambda client: str(client.open_point_in_time(index=index or cluster.name(kind), keep_alive=_KEEP)["id"])
    )
    left = limit
    try:
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            hits, moment = _page(cluster, moment, query, sort, size, after, versions=versions)
            if hits:
                yield hits
            if len(hits) < size:
                return
            after = hits[-1]["sort"]
            left = None if left is None else left - size
    finally:
        with suppress(StoreError):  # it ends by itself too
            cluster.once(lambda client: client.close_point_in_time(id=moment))


def _page(
    cluster: Cluster,
    moment: str,
    query: Json,
    sort: Sequence[Json],
    size: int,
    after: Sequence[object] | None,
    *,
    versions: bool,
) -> tuple[list[Json], str]:
    answer = cluster.ask(
        lambda client: (
            client.search(
                pit={"id": moment, "keep_alive": _KEEP},
                query=query,
                sort=list(sort),
                size=size,
                search_after=list(after) if after else None,
                track_total_hits=False,
                seq_no_primary_term=versions,
                version=versions,
            ).body
        )
    )
    return list(answer["hits"]["hits"]), str(answer.get("pit_id", moment))
