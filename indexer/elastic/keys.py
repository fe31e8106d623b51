"""API keys, one for each role, each with what that role needs and nothing else."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.mapping import KINDS

ROLES = ("crawler", "console", "auditor", "kibana", "keeper")
# By action, since `maintenance` would also let a key flush and merge.
_REFRESH = "indices:admin/refresh*"
_PATROL = ("patrol-sources", "patrol-items", "patrol-validators")


@dataclass(frozen=True, slots=True)
class Made:
    """A key that was made, and the file that holds it."""

    role: str
    path: Path


def rights(cluster: Cluster, role: str) -> Json:
    """The role descriptor of a key: index names and what may be done with each."""
    # Whoever takes flags out of the store leaves an entry; nobody can change one.
    note = _may(["create_doc"], cluster.target("audit"))
    indices = {
        "crawler": [
            _may(["index"], cluster.target("flags")),
            # The plan, the counts and the digest go by flags and by what became of them.
            _may(["read", _REFRESH], *_read(cluster, ("flags", "reviews", *_PATROL))),
            _may(["index", "delete"], *map(cluster.target, _PATROL)),
            _may(["view_index_metadata"], *_read(cluster, KINDS)),
            note,
        ],
        "console": [
            _may(["read", _REFRESH], *_read(cluster, ("flags", "reviews"))),
            _may(["index"], cluster.target("flags")),
            _may(["create_doc"], cluster.target("reviews")),
            _may(["view_index_metadata"], *_read(cluster, KINDS)),
            note,
        ],
        "auditor": [_may(["read"], *_read(cluster, ("flags", "reviews", "audit"))), note],
        "kibana": [_may(["read", "view_index_metadata"], *_read(cluster, ("flags", "reviews")))],
        "keeper": [
            _may(["read", _REFRESH], *_read(cluster, ("flags", "reviews"))),
            _may(["delete"], *map(cluster.target, ("flags", "reviews"))),
            note,
        ],
    }
    return {"cluster": ["cluster:monitor/main"], "indices": indices[role]}


def _read(cluster: Cluster, kinds: Sequence[str]) -> Iterator[str]:
    """The aliases that are read, and the indices behind them: a point in time speaks of those."""
    for kind in kinds:
        yield cluster.name(kind)
        yield f"{cluster.name(kind)}-v*"


def _may(privileges: Sequence[str], *names: str) -> Json:
    return {"names": list(names), "privileges": list(privileges)}


def make(cluster: Cluster, role: str, folder: Path, days: int, *, renew: bool) -> Made | None:
    """Make the key of a role and write it to ``folder/ROLE.key``; None where that is there and not to be renewed.

    The file is for its owner alone from the first byte. A renewed key takes the place of the old one, which is
    revoked then. Raises InputError where the file cannot be written, and no key is left behind.
    """
    path = folder / f"{role}.key"
    if path.exists() and not renew:
        return None
    name = f"lurewatch-{cluster.name(role)}"
    part = path.with_name(f".{path.name}.part")
    handle = _open(part)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        answer = cluster.once(
            lambda client: (
                client.security.create_api_key(
                    name=name, expiration=f"{days}d", role_descriptors={role: rights(cluster, role)}
                ).body
            )
        )
        file.write(str(answer["encoded"]) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _revoke_others(cluster, name, str(answer["id"]))
    return Made(role, path)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        raise InputError(
            f"写不了密钥文件 {path}：{problem.strerror}", f"Cannot write {path}: {problem.strerror}"
        ) from None


def _revoke_others(cluster: Cluster, name: str, kept: str) -> None:
    found = cluster.ask(lambda client: client.security.get_api_key(name=name, active_only=True).body)
    old = [str(key["id"]) for key in found["api_keys"] if key["id"] != kept]
    if old:
        cluster.ask(lambda client: client.security.invalidate_api_key(ids=old))
