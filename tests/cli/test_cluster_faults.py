"""Whatever is wrong with a cluster or its settings is one sentence, of ``doctor`` and of every command."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import rjieba
import trustme

from indexer.elastic.cluster import Cluster
from indexer.elastic.flags import ElasticFlags
from indexer.elastic.keys import rights
from tests.conftest import MakeFlag
from tests.elastic.office import PLAIN, PREFIX, SQLITE, WRONG_KEY, Office
from tests.elastic.proxy import proxied
from tests.elastic.server import PASSWORD, USER

MARKS = [f"cluster.routing.allocation.disk.watermark.{mark}" for mark in ("low", "high", "flood_stage")]


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


def test_each_fault_has_one_sentence(office: Office, office_root: Cluster, make_flag: MakeFlag) -> None:
    """``doctor`` and the commands say what is wrong and what to do; 1 for the cluster's fault, 2 for the settings'."""
    ElasticFlags(office_root, rjieba.cut).put(replace(make_flag(), id=FLAG))
    for spoil, command, code, sentence in FAULTS:  # in turn, since each is as the last left it
        changed = spoil(office, office_root)
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
