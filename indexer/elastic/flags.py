"""Keeps flags and their reviews in Elasticsearch; the machine's writes never touch what a person decided."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from core import codec
from core.errors import InputError
from core.ports import Query, Segmenter, Stored
from core.types import Flag, Review, State
from indexer.elastic.bulk import send, send_new
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.documents import Write, flag_write, review_in, stored_in
from indexer.elastic.queries import NEWEST_FIRST, begins, search_for
from indexer.elastic.reviews import Reviews
from indexer.elastic.scan import PAGE, pages

_SHORTEST_ID, _WHOLE_ID = 6, 32
_OLDEST_FIRST: list[Json] = [{"at": "asc"}, {"flag_id": "asc"}, {"number": "asc"}]


class ElasticFlags:
    """The FlagStore on a cluster."""

    def __init__(self, cluster: Cluster, segment: Segmenter, model_version: Callable[[], str] = str) -> None:
        self._cluster = cluster
        self._segment = segment
        self._model_version = model_version
        self._reviews = Reviews(cluster)

    def put(self, flag: Flag) -> bool:
        """Store a flag, True if it was new; state and first sighting stay as they were. Raises ElasticError."""
        sent = next(send(self._cluster, [self.write_of(flag)]))
        if sent.problem:
            raise sent.problem
        return sent.made

    def put_many(self, flags: Sequence[Flag]) -> int:
        """Store flags as ``put`` does, many in a request; how many were new. Raises ElasticError, with some stored."""
        first = {flag.id: flag for flag in reversed(flags)}
        made = 0
        for sent in send_new(self._cluster, map(self.write_of, first.values())):
            if sent.problem:
                raise sent.problem
            made += sent.made
        for again in (flag for flag in flags if first[flag.id] is not flag):
            self.put(again)
        return made

    def write_of(self, flag: Flag) -> Write:
        """The write that stores a flag."""
        return flag_write(flag, self._segment, self._model_version())

    def many(self, flag_ids: Sequence[str]) -> dict[str, Stored]:
        """Those of some flags that there are, by id."""
        self._cluster.refresh("reviews")
        name, ids = self._cluster.name("flags"), list(flag_ids)
        answer = self._cluster.ask(lambda client: client.mget(index=name, ids=ids).body)
        rows = [doc["_source"] for doc in answer["docs"] if doc.get("found")]
        said = self._reviews.of_flags([row["id"] for row in rows])
        return {row["id"]: stored_in(row, said.get(row["id"], ())) for row in rows}

    def get(self, flag_id: str) -> Stored | None:
        """The flag with this id, or with the only id that begins so (6 characters at least), or None."""
        if len(flag_id) < _SHORTEST_ID:
            return None
        if len(flag_id) == _WHOLE_ID:
            found = self._reviews.flag(flag_id)
            return stored_in(found["_source"], self._reviews.of_flag(flag_id)) if found else None
        self._cluster.refresh("flags")
        hits = next(pages(self._cluster, "flags", begins(flag_id), NEWEST_FIRST, 2), [])
        if len(hits) > 1:
            raise InputError(
                f"编号 {flag_id} 不止一条，请多写几位。", f"Several ids begin with {flag_id}; write more of it."
            )
        return self.get(hits[0]["_source"]["id"]) if hits else None

    def search(self, query: Query, limit: int | None = None) -> Iterator[Stored]:
        """Matching flags, newest first, streamed from one point in time."""
        self._cluster.refresh("flags", "reviews")
        for hits in pages(self._cluster, "flags", search_for(query, self._segment), NEWEST_FIRST, limit):
            rows = [hit["_source"] for hit in hits]
            said = self._reviews.of_flags([row["id"] for row in rows if row["review"]["count"]])
            yield from (stored_in(row, said.get(row["id"], ())) for row in rows)

    def count(self, query: Query) -> int:
        """How many flags match."""
        self._cluster.refresh("flags")
        wanted = search_for(query, self._segment)
        name = self._cluster.name("flags")
        return self._cluster.ask(lambda client: int(client.count(index=name, query=wanted)["count"]))

    def tallies(self) -> Mapping[str, Mapping[State, int]]:
        """How many flags each source has, by state."""
        self._cluster.refresh("flags")
        found: dict[str, dict[State, int]] = {}
        for bucket in self._buckets():
            key = bucket["key"]
            found.setdefault(key["source"], {})[State(key["state"])] = int(bucket["doc_count"])
        return found

    def _buckets(self) -> Iterator[Json]:
        fields = {"source": "source", "state": "review.state"}
        composite: Json = {
            "size": PAGE,
            "sources": [{name: {"terms": {"field": field}}} for name, field in fields.items()],
        }
        name = self._cluster.name("flags")
        while True:
            asked = {"by": {"composite": composite}}
            answer = self._cluster.ask(lambda client, asked=asked: client.search(index=name, size=0, aggs=asked).body)  # type: ignore[misc]
            made = answer["aggregations"]["by"]
            yield from made["buckets"]
            if "after_key" not in made:
                return
            composite = {**composite, "after": made["after_key"]}

    def delays(self, source: str, since: datetime, limit: int) -> list[timedelta]:
        """From publication to flag: of the newest flags of a source that were published at or after ``since``."""
        self._cluster.refresh("flags")
        published = {"range": {"published_at": {"gte": codec.time_out(since)}}}
        wanted = {"bool": {"filter": [{"term": {"source": source}}, published]}}
        rows = (hit["_source"] for hits in pages(self._cluster, "flags", wanted, NEWEST_FIRST, limit) for hit in hits)
        return [codec.time_in(row["seen_at"]) - codec.time_in(row["published_at"]) for row in rows]

    def forget(self, flag_ids: Sequence[str]) -> int:
        """Delete flags with their reviews; returns how many. For retention alone: nothing else ever deletes."""
        return self._reviews.forget(flag_ids)

    def add_review(self, review: Review) -> State:
        """Append a review and give the flag's new state; raises InputError, or Conflict where it just changed."""
        return self._reviews.add(review)

    def reviews(self) -> Iterator[Review]:
        """All reviews, oldest first, undone ones included."""
        self._cluster.refresh("reviews")
        for hits in pages(self._cluster, "reviews", {"match_all": {}}, _OLDEST_FIRST):
            yield from (review_in(hit["_source"]) for hit in hits)

    def close(self) -> None:
        """Close the connections."""
        self._cluster.close()
