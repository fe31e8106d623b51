"""The commands on a real cluster: from ``index setup`` to reviews and back, and one sentence for each fault."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable

import pytest
import rjieba
import trustme

from app import build
from cli.main import run
from core.ports import Query
from core.settings import read_settings
from indexer.elastic.cluster import Cluster
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.indices import KINDS, set_up
from indexer.elastic.keys import ROLES, make, rights
from tests.conftest import MakeFlag
from tests.desk import OFFER, Desk
from tests.elastic.fixtures import GROUP, Servers, root_access
from tests.elastic.proxy import proxied
from tests.elastic.server import PASSWORD, USER, Server
from tests.running import ROOT, Ran, environment
from upkeep.clocks import Clocks
from upkeep.digest import Daily
from upkeep.housekeeping import Housekeeping, Listeners

pytestmark = GROUP
PREFIX = "office"
PLAIN = "今天菜市场的萝卜很新鲜，三块钱两斤"
WRONG_KEY = "bm9ib2R5Om1hZGV0aGlz"
MARKS = [f"cluster.routing.allocation.disk.watermark.{mark}" for mark in ("low", "high", "flood_stage")]
SQLITE = {"LUREWATCH_STORE": ""}


@dataclass
class Office:
    """A desk whose store is on a cluster, and the keys of all roles."""

    desk: Desk
    server: Server
    keys: Path
    capsys: pytest.CaptureFixture[str]

    def env(self, role: str | None) -> dict[str, str]:
        """The settings of who holds the key of a role, or none."""
        found = {
            "LUREWATCH_STORE": f"{self.server.url}/{PREFIX}",
            "LUREWATCH_STORE_CA": str(self.server.ca),
            "LUREWATCH_LANG": "en",
        }
        return {**found, "LUREWATCH_STORE_KEY_FILE": str(self.keys / f"{role}.key")} if role else found

    def patrol(self, **changes: str) -> Ran:
        """Patrol once, as a process of its own, by the crawler's key."""
        return self.silent(self.desk.run("patrol", "--once", "--json", **{**self.env("crawler"), **changes}))

    def run(self, *args: str, role: str | None = None, **changes: str) -> Ran:
        """Run a command in this process, which takes a tenth of the time."""
        with pytest.MonkeyPatch.context() as here:
            here.chdir(self.desk.home)
            data = {"LUREWATCH_DATA": str(self.desk.home / "data")}
            for name, value in {**self.desk.env, **data, **self.env(role), **changes}.items():
                here.setenv(name, value)
            code = run(args)
        said = self.capsys.readouterr()
        return self.silent(Ran(code, said.out, said.err))

    def silent(self, ran: Ran) -> Ran:
        """Whatever a command says, no secret is in it, and no traceback."""
        said = ran.out + ran.err
        assert "Traceback" not in said, said
        assert not any(secret in said for secret in self.secrets())
        return ran

    def secrets(self) -> list[str]:
        """What nobody may read anywhere."""
        return [PASSWORD, WRONG_KEY, *(path.read_text().strip() for path in self.keys.glob("*.key"))]

    def as_root(self, *args: str) -> Ran:
        """Run a command of who looks after the cluster."""
        return self.run("index", *args, "--user", USER, "--password-file", self.password(PASSWORD))

    def password(self, text: str, mode: int = 0o600) -> str:
        """A file with a password."""
        path = self.desk.home / "password"
        path.write_text(text)
        path.chmod(mode)
        return str(path)


def offers(count: int) -> list[str]:
    """Offers that differ in their contact."""
    return [OFFER.format(number=number) for number in range(count)]


@pytest.fixture(scope="module")
def keys(elastic_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of all roles, made once: they outlive the indices."""
    folder = tmp_path_factory.mktemp("keys")
    with closing(Cluster(root_access(elastic_servers.get(), PREFIX), seconds=60)) as root:
        for role in ROLES:
            make(root, role, folder, 1, renew=True)
    return folder


@pytest.fixture
def root(elastic: Server) -> Iterator[Cluster]:
    """The cluster with new indices, as who may do everything sees it; the indices are gone afterwards."""
    with closing(Cluster(root_access(elastic, PREFIX), seconds=60)) as cluster:
        set_up(cluster)
        yield cluster
        cluster.client.indices.delete(index=list(cluster.client.indices.get(index=f"{PREFIX}-*")))


@pytest.fixture
def office(desk: Desk, root: Cluster, keys: Path, elastic: Server, capsys: pytest.CaptureFixture[str]) -> Office:
    """An office whose indices are made and empty."""
    assert root
    return Office(desk, elastic, keys, capsys)


def test_set_up_may_be_repeated(office: Office, root: Cluster, tmp_path: Path) -> None:
    """The second time nothing is made; ``--renew`` makes every key anew and revokes the old ones."""
    root.client.indices.delete(index=list(root.client.indices.get(index=f"{PREFIX}-*")))
    office.keys = tmp_path / "keys"
    store = {"LUREWATCH_STORE": f"{office.server.url}/{PREFIX}-2"}
    asked = ("index", "setup", "--keys", str(office.keys), "--user", USER, "--password-file", office.password(PASSWORD))
    first = office.run(*asked, **store)
    assert (first.code, first.out.count("index "), first.out.count("key ")) == (0, len(KINDS), len(ROLES)), first.err
    old = set(office.secrets()[2:])
    again = office.run(*asked, **store)
    assert (again.code, again.out.count("made")) == (0, 0)
    assert old == set(office.secrets()[2:])
    before = office.run("search", "发票", role="console", **store)
    renewed = office.run(*asked, "--renew", **store)
    assert (before.code, renewed.code, renewed.out.count("key ")) == (0, 0, len(ROLES))
    assert not old & set(office.secrets()[2:])
    assert office.run("search", "发票", role="console", **store).code == 0


def test_a_store_on_a_cluster_from_its_first_flag_to_its_last(office: Office, root: Cluster) -> None:
    """Patrolled, searched, reviewed, exported, verified, copied there and back, migrated, expired."""
    assert all(name in office.run("doctor", role="console").out for name in ("LUREWATCH_STORE_CA", "KEY_FILE"))
    office.desk.board("/jobs", PLAIN, *offers(3))
    office.desk.source("jobs", "/jobs")
    first = json.loads(office.patrol().out)
    assert (first["new"], len(first["flags"]), first["problem"]) == (4, 3, None)
    second = json.loads(office.patrol().out)
    assert (second["new"], second["flags"]) == (0, [])
    found = [json.loads(line) for line in office.run("search", "代开", "--json", role="console").out.splitlines()]
    assert sorted(row["id"] for row in found) == sorted(first["flags"])
    id_ = found[0]["id"]
    assert found[0]["text"] in office.run("review", "show", id_, role="console").out.replace("\n", "")
    assert office.run("review", "confirm", id_, "--as", "王敏", role="console").code == 0
    refused = office.run("review", "confirm", found[1]["id"], "--as", "王敏", role="auditor")
    assert (refused.code, "may not do that" in refused.err) == (1, True)
    lines = office.run("export", "flags", role="console").out.splitlines()
    assert sorted(json.loads(line)["state"] for line in lines) == ["confirmed", "open", "open"]
    assert office.run("evidence", "verify", "--all", role="auditor").code == 0
    back = office.as_root("copy", "--back")
    assert back.code == 0, back.err
    assert office.run("export", "flags", **SQLITE).out.splitlines() == lines
    there = office.as_root("copy")
    assert (there.code, there.out.split()[there.out.split().index("flags") :][:4]) == (0, ["flags", "3", "0", "0"])
    assert office.run("index", "retry", role="crawler").code == 0
    migrated = office.as_root("migrate")
    assert (migrated.code, "All indices have this version" in migrated.out) == (0, True)
    assert office.run("index", "expire", "--days", "1", role="crawler").code == 0
    doc = {"seen_at": "2001-01-01T00:00:00.000000Z"}
    root.client.update(index=root.target("flags"), id=id_, doc=doc, refresh=True)
    expired = office.run("index", "expire", "--days", "30", role="keeper")
    assert (expired.code, "1 deleted" in expired.out) == (0, True), expired.err
    assert len(office.run("export", "flags", role="console").out.splitlines()) == 2
    assert open_to_others(office.desk.home / "data") == []


def test_housekeeping_lets_old_flags_expire(office: Office, root: Cluster) -> None:
    """A patrol with the crawler's key deletes by the keeper's, evidence included, and counts rules on this machine."""
    office.desk.board("/jobs", *offers(2))
    office.desk.source("jobs", "/jobs")
    keeper = {"store_keeper_key_file": office.keys / "keeper.key", "retain_days": 30}
    assert json.loads(office.patrol().out)["problem"] is None
    settings = read_settings(
        data=office.desk.home / "data",
        store=f"{office.server.url}/{PREFIX}",
        store_ca=office.server.ca,
        store_key_file=office.keys / "crawler.key",
        **keeper,
    )
    evidence = office.desk.home / "data" / "evidence"
    assert len(list(evidence.glob("*/*.warc.gz"))) == 2
    with build(settings, lambda: datetime.now(UTC) + timedelta(days=40)) as app:
        clocks, told = Clocks(app.clock, time.monotonic), Listeners(lambda _: None, lambda _: None)
        daily = Daily(office.desk.home / "digest", app.clock)
        Housekeeping(app, clocks, dict, told, daily).tidy()
        assert app.flags.count(Query()) == 0
        assert [*app.flags.reviews()] == []
    assert list(evidence.glob("*/*.warc.gz")) == []
    assert office.run("evidence", "verify", "--all", role="console").code == 0
    assert (office.desk.home / "data" / "lurewatch.db").is_file()


def open_to_others(folder: Path) -> list[str]:
    """The files that the store on a cluster wrote and that others may read."""
    ours = ("spool", "dead-letters", "patrol-copy", "lurewatch.db", "secret.key")
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and path.name.startswith(ours) and path.stat().st_mode & 0o077
    ]


Spoil = Callable[[Office, Cluster], dict[str, str]]


def down(_office: Office, _root: Cluster) -> dict[str, str]:
    """Nobody listens."""
    return {"LUREWATCH_STORE": "https://127.0.0.1:1"}


def other_ca(office: Office, _root: Cluster) -> dict[str, str]:
    """The certificate is of another CA."""
    path = office.desk.home / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return {"LUREWATCH_STORE_CA": str(path)}


def no_ca(office: Office, _root: Cluster) -> dict[str, str]:
    """The file of the CA holds something else."""
    path = office.desk.home / "no.pem"
    path.write_text("no certificate")
    return {"LUREWATCH_STORE_CA": str(path)}


def key_file(office: Office, key: str) -> dict[str, str]:
    """A file with a key."""
    path = office.desk.home / "wrong.key"
    path.write_text(key)
    path.chmod(0o600)
    return {"LUREWATCH_STORE_KEY_FILE": str(path)}


def wrong_key(office: Office, _root: Cluster) -> dict[str, str]:
    """A key that nobody made."""
    return key_file(office, WRONG_KEY)


def no_key(office: Office, _root: Cluster) -> dict[str, str]:
    """A file with something that is no key."""
    return key_file(office, "not a key")


def open_key(office: Office, _root: Cluster) -> dict[str, str]:
    """A key that others can read."""
    changed = key_file(office, WRONG_KEY)
    Path(changed["LUREWATCH_STORE_KEY_FILE"]).chmod(0o640)
    return changed


def expired_key(office: Office, root: Cluster) -> dict[str, str]:
    """A key of the console that has just expired."""
    held = {"console": rights(root, "console")}
    made = root.client.security.create_api_key(name="short", expiration="1ms", role_descriptors=held)
    return key_file(office, str(made["encoded"]))


def other_mapping(_office: Office, root: Cluster) -> dict[str, str]:
    """Somebody added a field."""
    root.client.cluster.put_settings(persistent=dict.fromkeys(MARKS))
    root.client.indices.put_settings(index=f"{PREFIX}-*", settings={"index.blocks.read_only_allow_delete": None})
    root.client.indices.put_mapping(index=root.name("flags"), properties={"extra": {"type": "keyword"}})
    return {}


def full_disk(_office: Office, root: Cluster) -> dict[str, str]:
    """The block of a full disk, and marks by which the server leaves it there."""
    root.client.cluster.put_settings(persistent=dict.fromkeys(MARKS, "9pb"))
    root.client.indices.put_settings(index=f"{PREFIX}-*", settings={"index.blocks.read_only_allow_delete": True})
    return {}


def secret_in_url(office: Office, _root: Cluster) -> dict[str, str]:
    """A password where logs would show it."""
    return {"LUREWATCH_STORE": office.server.url.replace("https://", f"https://{USER}:{WRONG_KEY}@")}


SEARCH, EXPORT, LIST = ("search", "发票"), ("export", "flags"), ("review", "list")
FLAG = "0123456789abcdef" * 2
CONFIRM = ("review", "confirm", FLAG)
FAULTS: tuple[tuple[Spoil, tuple[str, ...], int, str], ...] = (
    (down, SEARCH, 1, "cannot be reached"),
    (other_ca, EXPORT, 1, "is not from the CA in LUREWATCH_STORE_CA"),
    (no_ca, LIST, 2, "no PEM certificate"),
    (wrong_key, EXPORT, 1, "refuses the key"),
    (no_key, SEARCH, 2, "holds no key"),
    (open_key, SEARCH, 2, "chmod 600"),
    (expired_key, LIST, 1, "refuses the key"),
    (secret_in_url, SEARCH, 2, "LUREWATCH_STORE_KEY_FILE"),
    (full_disk, CONFIRM, 1, "The disk of"),
    (other_mapping, (), 0, "lurewatch index migrate"),
)


def test_each_fault_has_one_sentence(office: Office, root: Cluster, make_flag: MakeFlag) -> None:
    """``doctor`` and the commands say what is wrong and what to do; 1 for the cluster's fault, 2 for the settings'."""
    ElasticFlags(root, rjieba.cut).put(replace(make_flag(), id=FLAG))
    for spoil, command, code, sentence in FAULTS:  # in turn, since each is as the last left it
        changed = spoil(office, root)
        examined = office.run("doctor", role="console", **changed)
        assert (examined.code, sentence in examined.out + examined.err) == (1, True), (spoil, examined)
        if command:
            ran = office.run(*command, role="console", **changed)
            assert (ran.code, sentence in ran.err) == (code, True), (spoil, ran)
            assert len(ran.err.strip().splitlines()) == 1


def test_a_cluster_of_another_age_is_named(office: Office) -> None:
    """A 7.x server refuses the headers of this client, which is told as what it is."""
    with proxied(office.server) as proxy:
        proxy.mode = "old"
        for command in (("doctor",), SEARCH):
            ran = office.run(*command, role="console", LUREWATCH_STORE=f"{proxy.url}/{PREFIX}")
            assert (ran.code, "8.x or 9.x is needed" in ran.out + ran.err) == (1, True), ran


def test_a_key_in_the_settings_file_is_for_its_owner_alone(office: Office) -> None:
    """The file names store and key; as long as others can read it no command runs."""
    path = office.desk.home / "lurewatch.toml"
    key = (office.keys / "console.key").read_text().strip()
    path.write_text(f'store_key = "{key}"\n', "utf-8")
    path.chmod(0o644)
    ran = office.run(*SEARCH)
    assert (ran.code, "chmod 600" in ran.err) == (2, True)
    path.chmod(0o600)
    assert office.run(*SEARCH).code == 0
    assert "LUREWATCH_STORE_KEY;" in office.run("doctor").out


def test_who_looks_after_it_is_told_too(office: Office) -> None:
    """A wrong password, a password file that others read, days of retention without a key that may delete."""
    wrong = office.run("index", "migrate", "--user", USER, "--password-file", office.password(WRONG_KEY))
    assert (wrong.code, "refuses the key" in wrong.err) == (1, True)
    path = office.password(PASSWORD, 0o644)
    for command in ("setup", "copy", "migrate"):
        ran = office.run("index", command, "--user", USER, "--password-file", path)
        assert (ran.code, "chmod 600" in ran.err) == (2, True)
    office.desk.board("/jobs", PLAIN)
    office.desk.source("jobs", "/jobs")
    ran = office.patrol(LUREWATCH_RETAIN_DAYS="9")
    assert (ran.code, "LUREWATCH_STORE_KEEPER_KEY_FILE" in ran.err) == (2, True)
    none = office.run("index", "retry", **SQLITE)
    assert (none.code, "LUREWATCH_STORE" in none.err) == (2, True)


def test_a_round_while_the_cluster_is_down_is_sent_by_the_next(office: Office, root: Cluster) -> None:
    """The flags of a round wait on disk; the next sends them; what is refused then goes out once that is mended."""
    office.desk.board("/jobs", *offers(4))
    office.desk.source("jobs", "/jobs")
    away = office.patrol(**down(office, root))
    row = json.loads(away.out)
    assert (away.code, row["problem"], len(row["flags"])) == (0, None, 4), away.err
    assert "cannot be reached" in away.err
    assert "The store fails" not in away.err  # the visit was settled, so it is not made again at once
    assert open_to_others(office.desk.home / "data") == []
    index = root.index("flags", 1)
    root.client.indices.delete(index=index)
    root.client.indices.delete_index_template(name=f"lurewatch-{root.name('flags')}")
    narrow = {"dynamic": "strict", "properties": {"id": {"type": "keyword"}}}
    aliases: dict[str, dict[str, bool]] = {root.name("flags"): {}, root.target("flags"): {"is_write_index": True}}
    root.client.indices.create(index=index, mappings=narrow, aliases=aliases)
    office.patrol()
    told = office.run("doctor", role="crawler")
    assert (told.code, "lurewatch index migrate" in told.out) == (1, True)
    assert open_to_others(office.desk.home / "data") == []
    assert office.run("index", "retry", role="crawler").code == 1
    assert office.as_root("migrate").code == 0
    retried = office.run("index", "retry", role="crawler")
    assert (retried.code, "4 sent again, 0 refused" in retried.out) == (0, True), retried
    assert len(office.run("export", "flags", role="console").out.splitlines()) == 4
    assert "✓ cluster" in office.run("doctor", role="crawler").out


def test_a_patrol_outlives_the_server(office: Office) -> None:
    """The server is killed and started again under a running patrol: at the end every flag is there, once."""
    office.desk.board("/jobs", *offers(5))
    office.desk.source("jobs", "/jobs")
    env = {**environment(office.desk.home, PYTHONPATH=str(ROOT), PYTHONUNBUFFERED="1"), **office.desk.env}
    command = [executable, "-m", "cli.main", "patrol", "--json"]
    env |= office.env("crawler")
    with Popen(command, cwd=office.desk.home, env=env, stdout=PIPE, stderr=PIPE) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        assert len(json.loads(process.stdout.readline())["flags"]) == 5
        office.server.kill()
        office.desk.board("/jobs", *offers(40))
        office.server.start(wait=False)
        while not json.loads(process.stdout.readline())["flags"]:
            assert process.poll() is None
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
        office.server.wait()
        office.desk.board("/jobs", *offers(45))
        while not json.loads(process.stdout.readline())["flags"]:
            assert process.poll() is None
        drained = wait_for_empty(office.desk.home / "data" / "spool.db")
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert drained, said.decode()
    assert process.returncode == 0
    assert not any(secret in shown + said.decode() for secret in office.secrets())
    rows = [json.loads(line) for line in office.run("export", "flags", role="console").out.splitlines()]
    assert sorted(row["text"] for row in rows) == offers(45)


def wait_for_empty(spool: Path) -> bool:
    """Whether nothing waits any more, within a minute."""
    until = time.monotonic() + 60
    with closing(sqlite3.connect(spool, timeout=30)) as database:
        while database.execute("SELECT COUNT(*) FROM waiting").fetchone()[0]:
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
    return True
