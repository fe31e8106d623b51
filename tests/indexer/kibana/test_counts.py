"""Each panel asks a real server, with the key of Kibana's readers, what Python counts in the same flags."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from statistics import median
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import rjieba

from core import taxonomy
from core.ports import Stored
from core.secret import flag_id
from core.secretfile import read_secret
from core.types import Contact, ContactKind, Decision, Flag, Review, Role, RuleRef, Signal, Span, State, Verdict
from indexer.elastic.bulk import send
from indexer.elastic.cluster import Cluster
from indexer.elastic.documents import flag_in, flag_write
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.keys import make
from indexer.elastic.mapping import VERSION, mappings
from indexer.kibana.export import saved_objects
from indexer.kibana.fields import Fields
from indexer.kibana.panels import PANELS
from tests.conftest import NOON, MakeFlag
from tests.elastic.fixtures import VERSIONS, Servers, empty_cluster, root_access
from tests.indexer.kibana.asked import query_of, request, rows
from tests.indexer.kibana.form import Json, inside
from tests.indexer.kibana.ties import layers

FLAGS, REVIEWED = 300, 180
DAYS = 20
SOURCES = tuple(f"forum-{number}" for number in range(6))
SITES = tuple(f"s{number}.example" for number in range(9))
CONTACTS = tuple((kind, f"shop_{number}") for number in range(9) for kind in (ContactKind.QQ, ContactKind.WECHAT))
RULES = tuple(RuleRef(f"id-{number}", f"rule-{number}", 1, "d") for number in range(8))
STATES = {
    Verdict.CONFIRM: State.CONFIRMED,
    Verdict.DISMISS: State.DISMISSED,
    Verdict.APPEAL: State.APPEALED,
    Verdict.UNDO: State.OPEN,
}
ENDS = ((Verdict.CONFIRM,), (Verdict.DISMISS,), (Verdict.DISMISS, Verdict.APPEAL), (Verdict.CONFIRM, Verdict.UNDO))


def random_flag(chance: Random, number: int) -> Flag:
    """A flag of any harm, source and site; some without contacts, rules or a time of publication, some from later."""
    url, category = f"http://{chance.choice(SITES)}/{number}", chance.choice(taxonomy.HARMS).id
    text = f"代办 {number} 号业务"
    seen = NOON - timedelta(days=DAYS * chance.random())
    before = timedelta(seconds=chance.choice((0, 1, 30, 600, -40, 86_400 * chance.random())), microseconds=7)
    chosen = chance.sample(CONTACTS, chance.randint(0, 3))
    contacts = tuple(Contact(kind, value, Span(0, 2)) for kind, value in (*chosen, *chosen[:1]))
    hits = (*chance.sample(RULES, chance.randint(0, 3)), None)
    signals = tuple(Signal("rules", Role.HARM, 0.9, "x", category, (), rule) for rule in hits)
    return Flag(
        id=flag_id(url, text, category),
        source=chance.choice(SOURCES),
        url=url,
        title=None,
        text=text,
        published_at=None if chance.random() < 0.2 else seen - before,
        seen_at=seen,
        decision=Decision(True, category, 0.9, signals=signals, contacts=contacts),
    )


def fill(cluster: Cluster, chance: Random) -> Iterator[Stored]:
    """Store the flags and reviews; what is here, with the state that each flag must have."""
    flags = [random_flag(chance, number) for number in range(FLAGS)]
    sent = list(send(cluster, [flag_write(flag, rjieba.cut, "m1") for flag in flags]))
    assert all(one.made for one in sent)
    cluster.client.indices.refresh(index=cluster.name("flags"))
    store = ElasticFlags(cluster, rjieba.cut)
    for flag in flags[:REVIEWED]:
        end = chance.choice(ENDS)
        for verdict in end:
            store.add_review(Review(flag.id, verdict, "王敏", NOON, "看过"))
        yield Stored(flag, STATES[end[-1]])
    yield from (Stored(flag, State.OPEN) for flag in flags[REVIEWED:])
    cluster.client.indices.refresh(index=cluster.name("flags"))


@dataclass(frozen=True)
class Filled:
    """A cluster with flags in it, as a reader of Kibana may see it, and the same flags here."""

    cluster: Cluster
    stored: tuple[Stored, ...]
    objects: tuple[Json, ...]

    def layer(self, slug: str) -> Json:
        """The layer of a panel."""
        return layers(self.object(slug))["flags"]

    def object(self, slug: str) -> Json:
        """An object by the end of its id."""
        return next(one for one in self.objects if one["id"].endswith(f"flags-{slug}"))

    def rows(self, slug: str, zone: str = "UTC") -> list[Json]:
        """What a panel shows to who is in a time zone."""
        layer = self.layer(slug)
        asked = request(layer, zone)
        answer = self.cluster.client.search(index=self.cluster.name("flags"), **asked)
        return rows(layer, answer)


@pytest.fixture(scope="module", params=VERSIONS)
def filled(
    request: pytest.FixtureRequest, elastic_servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    """300 random flags, 180 of them reviewed."""
    server = elastic_servers.get(request.param)
    folder = tmp_path_factory.mktemp("keys")
    with closing(empty_cluster(server)) as root:
        stored = tuple(fill(root, Random(8812)))  # noqa: S311 - the same every time
        made = make(root, "kibana", folder, 1, renew=True)
        assert made
        way = replace(root_access(server, "shared"), key=read_secret(made.path), user=None, password=None)
        with closing(Cluster(way, seconds=60)) as reader:
            yield Filled(reader, stored, saved_objects(mappings("flags"), reader.name("flags"), "zh"))


def values(stored: Stored, column: str) -> Iterable[str]:
    """The values of a flag in a column, each once."""
    flag = stored.flag
    return {
        "contact": {f"{one.kind.value}:{one.value}" for one in flag.decision.contacts},
        "rule": {one.rule.slug for one in flag.decision.signals if one.rule},
        "source": {flag.source},
        "state": {stored.state.value},
    }[column]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_flags_by_day_and_harm(filled: Filled, zone: str) -> None:
    """Every day of every harm, wherever the reader is."""
    expected = Counter(
        (stored.flag.decision.category, stored.flag.seen_at.astimezone(ZoneInfo(zone)).date().isoformat())
        for stored in filled.stored
    )
    found = {(row["harm"], row["day"][:10]): row["flags"] for row in filled.rows("by-day", zone) if row["flags"]}
    assert found == expected
    assert len({harm for harm, _ in found}) == len(taxonomy.HARMS)


@pytest.mark.parametrize(
    ("slug", "column"), [("contacts", "contact"), ("sources", "source"), ("rules", "rule"), ("states", "state")]
)
def test_flags_by_value_most_first(filled: Filled, slug: str, column: str) -> None:
    """Contacts, sources, rules and states are counted by flag, not by mention, and the most frequent come first."""
    expected = Counter(value for stored in filled.stored for value in values(stored, column))
    found = [(row[column], row["flags"]) for row in filled.rows(slug)]
    assert dict(found) == expected
    assert [count for _, count in found] == sorted(expected.values(), reverse=True)
    assert len(found) > 3


def test_contacts_tell_on_how_many_sites_they_are(filled: Filled) -> None:
    """Sites are hosts, not addresses."""
    for row in filled.rows("contacts"):
        sites = {
            urlsplit(stored.flag.url).hostname
            for stored in filled.stored
            if row["contact"] in values(stored, "contact")
        }
        assert row["sites"] == len(sites)


@pytest.mark.parametrize(("slug", "column"), [("sources", "source"), ("rules", "rule")])
def test_the_confirmed_rate_is_that_of_decided_flags(filled: Filled, slug: str, column: str) -> None:
    """Open and appealed ones do not count, undone verdicts neither; a source's confirmed flags stand beside it."""
    for row in filled.rows(slug):
        states = Counter(stored.state for stored in filled.stored if row[column] in values(stored, column))
        confirmed, dismissed = states[State.CONFIRMED], states[State.DISMISSED]
        assert row["rate"] == confirmed / (confirmed + dismissed)
        assert row.get("confirmed", confirmed) == confirmed


def delay(stored: Stored) -> int | None:
    """Whole seconds from publication to flag."""
    published = stored.flag.published_at
    return (
        None
        if published is None or published > stored.flag.seen_at
        else int((stored.flag.seen_at - published).total_seconds())
    )


def test_the_median_delay_is_of_those_that_tell_a_time(filled: Filled) -> None:
    """Overall and by day; no time of publication, or one after the flag, is no delay of nought."""
    delays = [
        (stored.flag.seen_at.date().isoformat(), seconds)
        for stored in filled.stored
        if (seconds := delay(stored)) is not None
    ]
    assert 0 < len(delays) < FLAGS * 0.8
    (whole,) = filled.rows("delay")
    assert whole["delay"] == pytest.approx(median(seconds for _, seconds in delays))
    for row in filled.rows("delay-by-day"):
        of_day = [seconds for day, seconds in delays if day == row["day"][:10]]
        assert row["delay"] == (pytest.approx(median(of_day)) if of_day else None)


def test_every_panel_was_compared(filled: Filled) -> None:
    """No panel is without a count of its own in this file."""
    assert {panel.slug for panel in PANELS} == {
        *("by-day", "states", "contacts", "sources", "rules", "delay", "delay-by-day")
    }


@pytest.mark.parametrize("slug", ["open-by-harm", "open-by-contact", "open-by-source"])
def test_a_search_finds_the_open_flags_in_its_order(filled: Filled, slug: str) -> None:
    """All of them, and no other; the server takes the order, and every column is there to be shown."""
    one = filled.object(slug)
    asked = query_of(inside(one, "kibanaSavedObjectMeta.searchSourceJSON")["query"]["query"])
    order = [{field: way} for field, way in one["attributes"]["sort"]]
    answer = filled.cluster.client.search(index=filled.cluster.name("flags"), query=asked, sort=order, size=FLAGS)
    found = [hit["_source"]["id"] for hit in answer["hits"]["hits"]]
    assert {*found} == {stored.flag.id for stored in filled.stored if stored.state is State.OPEN}
    first = [hit["sort"][0] for hit in answer["hits"]["hits"]]
    known = [value for value in first if value is not None]
    assert known == sorted(known)


def test_the_server_has_the_fields_that_kibana_is_told_of(filled: Filled) -> None:
    """What it calls a field, and whether it can be counted, is what the objects were built from."""
    view = filled.objects[0]
    (index,) = filled.cluster.client.indices.resolve_index(name=view["attributes"]["title"])["aliases"]
    assert index["indices"] == [filled.cluster.index("flags", VERSION)]
    fields = Fields(mappings("flags"))
    kinds = {"keyword": "string", "long": "number", "integer": "number", "double": "number", "date_nanos": "date"}
    told = filled.cluster.client.field_caps(index=view["attributes"]["title"], fields="*")["fields"]
    for name in fields:
        ((type_, caps),) = told[name].items()
        found = fields.need(name, frozenset({kinds.get(type_, type_)}), PANELS[0].title)
        assert caps["aggregatable"] is (found != "text")


def test_what_is_counted_changes_nothing_in_a_flag(filled: Filled) -> None:
    """The fields made for counting are read by nobody else: a flag comes back as it was put."""
    name = filled.cluster.name("flags")
    for stored in filled.stored[:20]:
        assert flag_in(filled.cluster.client.get(index=name, id=stored.flag.id)["_source"]) == stored.flag


def test_a_second_sighting_leaves_the_delay_as_it_was(make_flag: MakeFlag) -> None:
    """The delay is that of the first sighting, as the time beside it is; contacts and rules are those of the last."""
    flag = make_flag(published_at=NOON - timedelta(hours=2))
    later = replace(
        flag,
        seen_at=NOON + timedelta(days=2),
        decision=replace(flag.decision, contacts=(), signals=()),
    )
    first, last = (flag_write(one, rjieba.cut, "m1").body for one in (flag, later))
    assert first["upsert"]["delay_seconds"] == 7200
    assert first["doc"]["contact_values"] == ["wechat:zheng_8812"]
    assert "delay_seconds" not in last["doc"]
    assert (last["doc"]["contact_values"], last["doc"]["rule_slugs"]) == ([], [])


@pytest.mark.parametrize("published", [None, NOON + timedelta(microseconds=1)])
def test_a_delay_that_cannot_be_is_none(make_flag: MakeFlag, published: datetime | None) -> None:
    """A page that tells no time, or one that is yet to come, gives no delay; one at the same moment gives nought."""
    assert "delay_seconds" not in flag_write(make_flag(published_at=published), rjieba.cut, "").body["upsert"]
    assert flag_write(make_flag(published_at=NOON), rjieba.cut, "").body["upsert"]["delay_seconds"] == 0
