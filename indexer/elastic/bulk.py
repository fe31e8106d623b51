"""Sends writes in bulk, waits where a cluster is busy, and says of each what became of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch.helpers import parallel_bulk, streaming_bulk

from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.documents import Write
from indexer.elastic.faults import PASSING, ElasticError, Kind, kind_of_answer, said

_AT_ONCE, _BYTES = 500, 5 << 20  # documents and bytes of one request
_RETRIES, _FIRST_WAIT, _LONGEST_WAIT = 3, 0.5, 8.0
_REQUESTS = 4  # under way at once, where there are many
_TOLD = "errors,items.*._id,items.*.status,items.*.result,items.*.error"  # all that is read of an answer
_CONFLICTS = 5  # times that an update is tried again by the cluster itself


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a write: ``made`` says that the document is new; ``problem`` that it was not written."""

    write: Write
    made: bool = False
    problem: ElasticError | None = None


def send(cluster: Cluster, writes: Sequence[Write], *, retries: int = _RETRIES) -> Iterator[Sent]:
    """Send writes, no two of which have the same id; gives each once, in any order.

    Where the cluster cannot be reached at all, what was not answered is given with that problem.
    """
    waiting = {write.id: write for write in writes}
    try:
        with said(cluster.url):
            for _, answer in _answers(cluster, writes, retries):
                op, item = next(iter(answer.items()))
                yield _sent(cluster, waiting.pop(item["_id"]), op, item)
    except ElasticError as problem:
        cluster.note(problem)
        yield from (Sent(write, problem=problem) for write in waiting.values())


def send_new(cluster: Cluster, writes: Iterable[Write]) -> Iterator[Sent]:
    """Send updates of documents most of which are new, no two of the same id; gives each once, in any order.

    Some requests are under way while the next writes are taken, so that these may be made meanwhile. Each document
    is created first, which costs a cluster half as much as an update; those that were there already are updated, and
    those that the cluster had no time for are sent again.
    """
    waiting: dict[str, Write] = {}
    again: list[Write] = []
    with said(cluster.url):
        for _, answer in _created(cluster, _remembered(writes, waiting)):
            item = next(iter(answer.values()))
            write = waiting.pop(item["_id"])
            if item.get("result") == "created":
                yield Sent(write, made=True)
            else:
                again.append(write)
            if len(again) >= _AT_ONCE:
                yield from send(cluster, again)
                again = []
    yield from send(cluster, again)


def _remembered(writes: Iterable[Write], waiting: dict[str, Write]) -> Iterator[Write]:
    for write in writes:
        waiting[write.id] = write
        yield Write(write.kind, "create", write.id, write.body["upsert"])


def _created(cluster: Cluster, writes: Iterable[Write]) -> Iterator[tuple[bool, Json]]:
    return iter(parallel_bulk(cluster.client, _actions(cluster, writes), thread_count=_REQUESTS, **_ASKED))


def _answers(cluster: Cluster, writes: Iterable[Write], retries: int) -> Iterator[tuple[bool, Json]]:
    return iter(
        streaming_bulk(
            cluster.client,
            _actions(cluster, writes),
            max_retries=retries,
            initial_backoff=_FIRST_WAIT,
            max_backoff=_LONGEST_WAIT,
            retry_on_status=PASSING,
            **_ASKED,
        )
    )


def _actions(cluster: Cluster, writes: Iterable[Write]) -> Iterator[Json]:
    return (_action(cluster, write) for write in writes)


def _action(cluster: Cluster, write: Write) -> Json:
    """The line that says what to do, and the line that says with what, if any."""
    head: Json = {"_index": cluster.target(write.kind), "_id": write.id}
    if write.op == "update":
        head["retry_on_conflict"] = _CONFLICTS
    if write.op == "delete":
        return {"does": {write.op: {**head, **write.body}}, "with": None}
    return {"does": {write.op: head}, "with": write.body}


def _expanded(action: Any) -> tuple[Json, Json | None]:
    return action["does"], action["with"]


# How both helpers of the client are asked: each write is answered for by itself, and none by an exception.
_ASKED: Json = {
    "chunk_size": _AT_ONCE,
    "max_chunk_bytes": _BYTES,
    "expand_action_callback": _expanded,
    "raise_on_error": False,
    "raise_on_exception": False,
    "require_alias": True,
    "filter_path": _TOLD,
}


def _sent(cluster: Cluster, write: Write, op: str, item: Json) -> Sent:
    status = int(item["status"])
    if "error" not in item:
        return Sent(write, made=item.get("result") == "created")
    kind = kind_of_answer(status, str(item["error"]))
    if op == "create" and kind is Kind.CHANGED:
        return Sent(write)  # it was made by an earlier try whose answer was lost
    problem = ElasticError(kind, cluster.url, f"HTTP {status}")
    cluster.note(problem)
    return Sent(write, problem=problem)
