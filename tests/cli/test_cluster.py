"""The commands on a real cluster: from ``index setup`` to reviews, there and back, and through its failures."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable

from app import build
from core.ports import Query
from core.settings import read_settings
from indexer.elastic.cluster import Cluster
from indexer.elastic.indices import KINDS
from indexer.elastic.keys import ROLES
from tests.elastic.office import PLAIN, PREFIX, SQLITE, Office, offers, open_to_others
from tests.elastic.server import PASSWORD, USER
from tests.running import ROOT, environment
from upkeep.clocks import Clocks
from upkeep.digest import Daily
from upkeep.housekeeping import Housekeeping, Listeners


def test_set_up_may_be_repeated(office: Office, office_root: Cluster, tmp_path: Path) -> None:
    """The second time nothing is made; ``--renew`` makes every key anew and revokes the old ones."""
    office_root.client.indices.delete(index=list(office_root.client.indices.get(index=f"{PREFIX}-*")))
    office.keys = tmp_path / "keys"
    store = {"LUREWATCH_STORE": f"{office.server.url}/{PREFIX}-2"}
    asked = ("index", "setup", "--keys", str(office.keys), "--user", USER, "--password-file", office.password(PASSWORD))
    typed = PASSWORD.encode() + b"\n"
    first = office.run(*asked, **store)
    assert (first.code, first.out.count("index "), first.out.count("key ")) == (0, len(KINDS), len(ROLES)), first.err
    old = set(office.secrets()[2:])
    again = office.silent(office.desk.run(*asked[:-1], "-", given=typed, **{**office.env(None), **store}))
    assert (again.code, again.out.count("made")) == (0, 0)
    assert old == set(office.secrets()[2:])
    before = office.run("search", "发票", role="console", **store)
    renewed = office.run(*asked, "--renew", **store)
    assert (before.code, renewed.code, renewed.out.count("key ")) == (0, 0, len(ROLES))
    assert not old & set(office.secrets()[2:])
    assert office.run("search", "发票", role="console", **store).code == 0


def test_a_store_on_a_cluster_from_its_first_flag_to_its_last(office: Office, office_root: Cluster) -> None:
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
    office_root.client.update(index=office_root.target("flags"), id=id_, doc=doc, refresh=True)
    expired = office.run("index", "expire", "--days", "30", role="keeper")
    assert (expired.code, "1 deleted" in expired.out) == (0, True), expired.err
    assert len(office.run("export", "flags", role="console").out.splitlines()) == 2
    assert open_to_others(office.desk.home / "data") == []


def test_housekeeping_lets_old_flags_expire(office: Office, office_root: Cluster) -> None:
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


def test_a_round_while_the_cluster_is_down_is_sent_by_the_next(office: Office, office_root: Cluster) -> None:
    """The flags of a round wait on disk; the next sends them; what is refused then goes out once that is mended."""
    office.desk.board("/jobs", *offers(4))
    office.desk.source("jobs", "/jobs")
    away = office.patrol(LUREWATCH_STORE="https://127.0.0.1:1")
    row = json.loads(away.out)
    assert (away.code, row["problem"], len(row["flags"])) == (0, None, 4), away.err
    assert "cannot be reached" in away.err
    assert "The store fails" not in away.err  # the visit was settled, so it is not made again at once
    assert open_to_others(office.desk.home / "data") == []
    index = office_root.index("flags", 1)
    office_root.client.indices.delete(index=index)
    office_root.client.indices.delete_index_template(name=f"lurewatch-{office_root.name('flags')}")
    narrow = {"dynamic": "strict", "properties": {"id": {"type": "keyword"}}}
    aliases: dict[str, dict[str, bool]] = {
        office_root.name("flags"): {},
        office_root.target("flags"): {"is_write_index": True},
    }
    office_root.client.indices.create(index=index, mappings=narrow, aliases=aliases)
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
