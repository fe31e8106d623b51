"""Verdicts on a cluster: each a document that is made once, and then the flag's state, if nobody changed it since."""

from collections.abc import Sequence

from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from core.errors import Conflict, InputError
from core.reviews import check, state_of
from core.types import Review, State
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.documents import review_in, review_write

_TRIES = 10
_MANY = 10_000
_AHEAD = 8  # reviews asked for at once


class Reviews:
    """The reviews of flags, and what follows from them for each flag's state."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def flag(self, flag_id: str) -> Json | None:
        """The flag's document as it is this moment, with what ``if_seq_no`` needs, or None."""
        return _got(self._cluster, "flags", flag_id)

    def of_flag(self, flag_id: str) -> tuple[Review, ...]:
        """The reviews of a flag as they are this moment, oldest first."""
        found: list[Review] = []
        while len(found) % _AHEAD == 0:
            more = self._numbered(flag_id, len(found) + 1)
            found += more
            if not more:
                break
        return tuple(found)

    def _numbered(self, flag_id: str, first: int) -> list[Review]:
        ids = [f"{flag_id}-{number}" for number in range(first, first + _AHEAD)]
        name = self._cluster.name("reviews")
        answer = self._cluster.ask(lambda client: client.mget(index=name, ids=ids).body)
        return [review_in(doc["_source"]) for doc in answer["docs"] if doc.get("found")]

    def of_flags(self, flag_ids: Sequence[str]) -> dict[str, tuple[Review, ...]]:
        """The reviews of some flags, each oldest first; those that searches find."""
        if not flag_ids:
            return {}
        found: dict[str, tuple[Review, ...]] = {}
        name, wanted = self._cluster.name("reviews"), {"terms": {"flag_id": list(flag_ids)}}
        order = [{"flag_id": "asc"}, {"number": "asc"}]
        answer = self._cluster.ask(lambda client: client.search(index=name, query=wanted, sort=order, size=_MANY).body)
        for hit in answer["hits"]["hits"]:
            review = review_in(hit["_source"])
            found[review.flag_id] = (*found.get(review.flag_id, ()), review)
        return found

    def add(self, review: Review) -> State:
        """Append a review and give the flag's new state.

        Raises InputError where it is not allowed, and Conflict where somebody else decided at the same time.
        """
        if self.flag(review.flag_id) is None:
            raise InputError(f"没有编号为 {review.flag_id} 的标记。", f"There is no flag {review.flag_id}.")
        earlier = self.of_flag(review.flag_id)
        check(earlier, review)
        self._append(review, len(earlier) + 1)
        return self._settle(review.flag_id, [*earlier, review])

    def _append(self, review: Review, number: int) -> None:
        """Make the document of a review; the number is taken by whoever comes first."""
        write = review_write(review, number)
        target = self._cluster.target("reviews")

        def create(client: Elasticsearch) -> bool:
            try:
                client.create(index=target, id=write.id, document=write.body, require_alias=True)
            except ConflictError:
                # Ours, if only the answer to an earlier try was lost.
                return bool(client.get(index=self._cluster.name("reviews"), id=write.id)["_source"] == write.body)
            return True

        if not self._cluster.ask(create):
            raise _changed()

    def _settle(self, flag_id: str, known: Sequence[Review]) -> State:
        """Write the state that follows from the reviews; where the crawler wrote in between, read again and repeat."""
        state = state_of(known)
        for _ in range(_TRIES):
            found = self.flag(flag_id)
            if found is None or found["_source"]["review"]["count"] >= len(known):
                return state  # somebody else saw our review and went on from it
            if self._write_state(found, state, len(known)):
                return state
        raise _changed()

    def _write_state(self, found: Json, state: State, count: int) -> bool:
        target = self._cluster.target("flags")

        def update(client: Elasticsearch) -> bool:
            try:
                client.update(
                    index=target,
                    id=found["_id"],
                    doc={"review": {"state": state.value, "count": count}},
                    if_seq_no=found["_seq_no"],
                    if_primary_term=found["_primary_term"],
                )
            except ConflictError:
                return False
            return True

        return self._cluster.ask(update)

    def forget(self, flag_ids: Sequence[str]) -> int:
        """Delete flags, each after its reviews, so that what is cut short is found again; how many flags there were."""
        return sum(map(self._forget, flag_ids))

    def _forget(self, flag_id: str) -> int:
        for number in range(len(self.of_flag(flag_id)), 0, -1):
            self._delete("reviews", f"{flag_id}-{number}")
        return int(self._delete("flags", flag_id))

    def _delete(self, kind: str, id_: str) -> bool:
        target = self._cluster.target(kind)

        def delete(client: Elasticsearch) -> bool:
            try:
                client.delete(index=target, id=id_)
            except NotFoundError:
                return False
            return True

        return self._cluster.ask(delete)


def _got(cluster: Cluster, kind: str, id_: str) -> Json | None:
    def get(client: Elasticsearch) -> Json | None:
        try:
            return dict(client.get(index=cluster.name(kind), id=id_).body)
        except NotFoundError as problem:
            if "error" in problem.body:  # the index is missing, not the document
                raise
            return None

    return cluster.ask(get)


def _changed() -> Conflict:
    return Conflict(
        "这条标记刚被别人改过。请重新查看后再决定。", "Somebody else has just changed this flag. Look at it again."
    )
