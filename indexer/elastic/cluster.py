"""The way to a cluster: its address and names, the CA it must show, the key it is shown, and patience."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from elasticsearch import Elasticsearch

from core.errors import InputError
from core.secretfile import read_secret
from indexer.elastic.faults import ElasticError, Kind, said
from indexer.elastic.names import alias, where

Json = dict[str, Any]
T = TypeVar("T")

_SECONDS = 10.0  # for one answer
_TRIES, _FIRST_WAIT = 4, 0.5
_RECOVERING = 60.0  # seconds after a lost connection in which a 401 is not believed
_PASSING = frozenset({Kind.DOWN, Kind.SLOW, Kind.BUSY})


@dataclass(frozen=True, slots=True)
class Access:
    """Where a cluster is and how one is let in; what is secret shows in no repr."""

    url: str
    prefix: str = ""
    ca: Path | None = None
    key: str | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def access(store: str, ca: Path | None, key_file: Path | None, key: str = "") -> Access:
    """What ``https://host:port/prefix`` and its settings say; raises InputError that never repeats a secret."""
    url, prefix = where(store)
    if ca is not None:
        _check_ca(ca)
    secret = read_secret(key_file) if key_file else key
    return Access(url, prefix, ca, secret or None)


def _check_ca(path: Path) -> None:
    if not path.is_file():
        raise InputError(f"没有 CA 证书文件 {path}（LUREWATCH_STORE_CA）。", f"No CA file {path} (LUREWATCH_STORE_CA).")
    try:
        ssl.create_default_context(cafile=str(path))
    except OSError:  # ssl.SSLError is one
        raise InputError(
            f"{path}（LUREWATCH_STORE_CA）读不了，或不是 PEM 证书。",
            f"{path} (LUREWATCH_STORE_CA) cannot be read, or is no PEM certificate.",
        ) from None


class Cluster:
    """One cluster, asked with patience; every error is an ElasticError."""

    def __init__(
        self,
        way: Access,
        *,
        seconds: float = _SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = way.url
        self._prefix = way.prefix
        self._sleep, self._clock = sleep, clock
        self._lost_at: float | None = None
        self.patient = True  # not while it is known to be away: who asks then has another answer
        shown: Json = {"api_key": way.key} if way.key else {}
        if way.user and way.password:
            shown = {"basic_auth": (way.user, way.password)}
        if way.ca:
            shown["ca_certs"] = str(way.ca)
        # Retries are ours: those of the client do not wait between two tries.
        self.client = Elasticsearch(way.url, **shown, request_timeout=seconds, max_retries=0, retry_on_status=())

    def name(self, kind: str) -> str:
        """The alias that is read."""
        return alias(self._prefix, kind)

    def target(self, kind: str) -> str:
        """The alias that is written."""
        return f"{self.name(kind)}-write"

    def index(self, kind: str, version: int) -> str:
        """The index behind both."""
        return f"{self.name(kind)}-v{version}"

    def once(self, do: Callable[[Elasticsearch], T]) -> T:
        """Ask once; raises ElasticError."""
        try:
            with said(self.url):
                answer = do(self.client)
        except ElasticError as problem:
            self.note(problem)
            raise
        self._lost_at = None
        return answer

    def ask(self, do: Callable[[Elasticsearch], T]) -> T:
        """Ask, and again with growing pauses where the trouble may pass; for what may be done twice."""
        for tried in range(1, _TRIES if self.patient else 1):
            try:
                return self.once(do)
            except ElasticError as problem:
                if not self.may_pass(problem):
                    raise
            self._sleep(_FIRST_WAIT * 2 ** (tried - 1))
        return self.once(do)

    def refresh(self, *kinds: str) -> None:
        """What was written before is found after; who may only read finds it a second later."""
        names = [self.name(kind) for kind in kinds]
        try:
            self.ask(lambda client: client.indices.refresh(index=names))
        except ElasticError as problem:
            if problem.kind is not Kind.RIGHT:
                raise

    def may_pass(self, problem: ElasticError) -> bool:
        """Whether the same question may be answered in a moment; a node that comes up refuses keys at first."""
        if problem.kind is Kind.KEY:
            return self._lost_at is not None and self._clock() - self._lost_at < _RECOVERING
        return problem.kind in _PASSING

    def note(self, problem: ElasticError) -> None:
        """Remember that the connection was lost, so that a 401 soon after it is not believed."""
        if problem.kind in {Kind.DOWN, Kind.SLOW}:
            self._lost_at = self._clock()

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
