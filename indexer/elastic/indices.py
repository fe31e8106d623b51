"""Makes templates, indices and aliases as ``mapping.json`` says, and tells where a cluster differs from it."""

from collections.abc import Mapping
from typing import Any

from indexer.elastic.cluster import Cluster, Json
from indexer.elastic.mapping import KINDS, SETTINGS, VERSION, mappings


def set_up(cluster: Cluster) -> list[str]:
    """Make what is missing; the names of the indices made. What is there stays as it is."""
    return [name for kind in KINDS if (name := _set_up(cluster, kind))]


def _set_up(cluster: Cluster, kind: str) -> str | None:
    put_template(cluster, kind, VERSION)
    if cluster.ask(lambda client: bool(client.indices.exists_alias(name=cluster.target(kind)))):
        return None
    index = cluster.index(kind, VERSION)
    if not cluster.ask(lambda client: bool(client.indices.exists(index=index))):
        cluster.once(lambda client: client.indices.create(index=index))
    point(cluster, kind, index, None)
    return index


def put_template(cluster: Cluster, kind: str, version: int, properties: Mapping[str, Any] | None = None) -> None:
    """The composable template from which every index of a kind is made."""
    mapping = mappings(kind, version)
    if properties is not None:
        mapping["properties"] = properties
    template = {"settings": SETTINGS, "mappings": mapping}
    cluster.ask(
        lambda client: client.indices.put_index_template(
            name=f"lurewatch-{cluster.name(kind)}",
            index_patterns=[f"{cluster.name(kind)}-v*"],
            template=template,
            priority=200,
            version=version,
            meta={"schema_version": version},
        )
    )


def point(cluster: Cluster, kind: str, index: str, old: str | None) -> None:
    """Let both aliases of a kind mean ``index`` from now on, in one step."""
    actions: list[Json] = [
        {"add": {"index": index, "alias": cluster.name(kind)}},
        {"add": {"index": index, "alias": cluster.target(kind), "is_write_index": True}},
    ]
    if old:
        actions += [{"remove": {"index": old, "alias": alias}} for alias in (cluster.name(kind), cluster.target(kind))]
    cluster.ask(lambda client: client.indices.update_aliases(actions=actions))


def current(cluster: Cluster, kind: str) -> tuple[str, Json]:
    """The index behind an alias, and its mapping; raises ElasticError where there is none."""
    answer = cluster.ask(lambda client: client.indices.get_mapping(index=cluster.name(kind)).body)
    index, found = next(iter(answer.items()))
    return str(index), dict(found["mappings"])


def differences(cluster: Cluster) -> list[str]:
    """The kinds whose index has another mapping or schema version than this program writes."""
    return [kind for kind in KINDS if not fits(current(cluster, kind)[1], mappings(kind))]


def fits(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a mapping is of the wanted schema version and has its fields."""
    same_version = found.get("_meta", {}).get("schema_version") == wanted["_meta"]["schema_version"]
    return same_version and found.get("dynamic") == "strict" and _plain(found) == _plain(wanted)


def _plain(mapping: Mapping[str, Any]) -> dict[str, object]:
    """Field paths with their types, which a server never writes otherwise than it was told."""
    plain: dict[str, object] = {}
    for name, field in mapping.get("properties", {}).items():
        plain[name] = field.get("type", "object")
        plain.update({f"{name}.{below}": type_ for below, type_ in _plain(field).items()})
    return plain
