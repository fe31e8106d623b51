"""Each key can do what its role must, and nothing else; and no key is where others can read it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import rjieba

from core.errors import InputError
from core.ports import Item, Query, SourceState, Validators
from core.secretfile import read_secret
from core.types import Act as Noted
from core.types import AuditEntry, Flag, Review, Verdict
from indexer.elastic import indices
from indexer.elastic.audit import ElasticAudit
from indexer.elastic.cluster import Cluster
from indexer.elastic.faults import ElasticError, Kind
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.keys import ROLES, make
from indexer.elastic.patrols import ElasticPatrols
from tests.conftest import NOON, MakeFlag
from tests.elastic.fixtures import VERSIONS, Servers, empty_cluster, root_access
from tests.elastic.server import Server

Act = Callable[[Cluster, Flag], object]


def act_put(cluster: Cluster, flag: Flag) -> object:
    """Store a flag."""
    return ElasticFlags(cluster, rjieba.cut).put(flag)


def act_review(cluster: Cluster, flag: Flag) -> object:
    """Decide on a flag."""
    return ElasticFlags(cluster, rjieba.cut).add_review(Review(flag.id, Verdict.CONFIRM, "王敏", NOON, "属实"))


def act_patrol(cluster: Cluster, _flag: Flag) -> object:
    """All that a patrol remembers, reads and forgets."""
    patrols = ElasticPatrols(cluster)
    patrols.remember("a", [Item("k", "d")], NOON)
    patrols.set_validators("a", {"u": Validators("e")}, NOON)
    patrols.set_state(SourceState("a", NOON))
    assert patrols.known("a", ["k"])
    assert patrols.state("a")
    assert [*patrols.states()]
    return patrols.expire(NOON + timedelta(days=1))


def act_overwrite_review(cluster: Cluster, flag: Flag) -> object:
    """Change what a reviewer said."""
    body = {"reviewer": "x"}
    return cluster.once(lambda client: client.index(index=cluster.target("reviews"), id=f"{flag.id}-1", document=body))


ACTS: dict[str, Act] = {
    "put a flag": act_put,
    "search flags": lambda cluster, _: [*ElasticFlags(cluster, rjieba.cut).search(Query())],
    "get a flag": lambda cluster, flag: ElasticFlags(cluster, rjieba.cut).get(flag.id),
    "read reviews": lambda cluster, _: [*ElasticFlags(cluster, rjieba.cut).reviews()],
    "review": act_review,
    "patrol": act_patrol,
    "note in the audit": lambda cluster, flag: ElasticAudit(cluster).add(AuditEntry(NOON, "x", Noted.EXPORT, flag.id)),
    "read the audit": lambda cluster, _: cluster.once(lambda client: client.search(index=cluster.name("audit"))),
    "forget": lambda cluster, flag: ElasticFlags(cluster, rjieba.cut).forget([flag.id]),
    "see mappings": lambda cluster, _: indices.current(cluster, "flags"),
    "change a review": act_overwrite_review,
    "delete a flag": lambda cluster, flag: cluster.once(
        lambda client: client.delete(index=cluster.target("flags"), id=flag.id)
    ),
    "write past the alias": lambda cluster, flag: cluster.once(
        lambda client: client.index(index="other", id=flag.id, document={})
    ),
    "read another index": lambda cluster, _: cluster.once(lambda client: client.search(index="other")),
    "drop an index": lambda cluster, _: cluster.once(
        lambda client: client.indices.delete(index=cluster.index("flags", 1))
    ),
    "change a mapping": lambda cluster, _: cluster.once(
        lambda client: client.indices.put_mapping(index=cluster.name("flags"), dynamic="true")
    ),
    "make a key": lambda cluster, _: cluster.once(
        lambda client: client.security.create_api_key(name="x", role_descriptors={"x": {"cluster": ["all"]}})
    ),
    "read users": lambda cluster, _: cluster.once(lambda client: client.security.get_user()),
    "change settings": lambda cluster, _: cluster.once(
        lambda client: client.cluster.put_settings(persistent={"action.auto_create_index": "true"})
    ),
}
READS = ("search flags", "get a flag", "read reviews")
MAY = {
    "crawler": {"put a flag", *READS, "patrol", "see mappings", "note in the audit"},
    "console": {"put a flag", *READS, "review", "see mappings", "note in the audit"},
    "auditor": {*READS, "read the audit", "note in the audit"},
    "kibana": {*READS, "see mappings"},
    "keeper": {*READS, "forget", "delete a flag", "note in the audit"},
}


@dataclass(frozen=True)
class Root:
    """A server and the way in for who may do everything."""

    server: Server
    cluster: Cluster


@pytest.fixture(params=VERSIONS)
def root(request: pytest.FixtureRequest, elastic_servers: Servers) -> "Iterator[Root]":
    """An empty cluster, as who may do everything sees it."""
    server = elastic_servers.get(request.param)
    with closing(empty_cluster(server)) as cluster:
        yield Root(server, cluster)


@pytest.mark.parametrize("role", ROLES)
def test_a_key_does_what_it_must_and_nothing_else(root: Root, role: str, make_flag: MakeFlag, tmp_path: Path) -> None:
    """Every act of the table is tried with every key; those not in the role's own row are refused as such."""
    made = make(root.cluster, role, tmp_path, 1, renew=False)
    assert made
    way = replace(root_access(root.server, "shared"), key=read_secret(made.path), user=None, password=None)
    may = set()
    for number, (name, act) in enumerate(ACTS.items()):
        flag = make_flag(str(number), url=f"http://a.test/{number}")
        ElasticFlags(root.cluster, rjieba.cut).put(flag)
        with closing(Cluster(way, seconds=60)) as cluster:
            if refused(act, cluster, flag) is None:
                may.add(name)
    assert may == MAY[role]


def refused(act: Act, cluster: Cluster, flag: Flag) -> Kind | None:
    """None where the act was done; it may be refused for want of rights alone."""
    try:
        act(cluster, flag)
    except ElasticError as problem:
        if problem.kind is not Kind.RIGHT:
            raise
        return problem.kind
    return None


def test_a_key_is_for_its_owner_alone(root: Root, tmp_path: Path) -> None:
    """The file is 0600; a second call leaves it; a renewal revokes the old key; a file others read is refused."""
    made = make(root.cluster, "auditor", tmp_path / "keys", 1, renew=False)
    assert made
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert make(root.cluster, "auditor", tmp_path / "keys", 1, renew=False) is None
    old = read_secret(made.path)
    assert make(root.cluster, "auditor", tmp_path / "keys", 1, renew=True)
    assert read_secret(made.path) != old
    assert (
        len(root.cluster.client.security.get_api_key(name="lurewatch-shared-auditor", active_only=True)["api_keys"])
        == 1
    )
    made.path.chmod(0o640)
    with pytest.raises(InputError, match="chmod 600"):
        read_secret(made.path)
