"""A desk whose store is on a cluster, for the tests of commands."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import run
from indexer.elastic.cluster import Cluster
from indexer.elastic.indices import set_up
from indexer.elastic.keys import ROLES, make
from tests.desk import OFFER, Desk
from tests.elastic.fixtures import Servers, root_access
from tests.elastic.server import PASSWORD, USER, Server
from tests.running import Ran

PREFIX = "office"
PLAIN = "今天菜市场的萝卜很新鲜，三块钱两斤"
WRONG_KEY = "bm9ib2R5Om1hZGV0aGlz"
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


@pytest.fixture(scope="session")
def office_keys(elastic_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of all roles, made once: they outlive the indices."""
    folder = tmp_path_factory.mktemp("keys")
    with closing(Cluster(root_access(elastic_servers.get(), PREFIX), seconds=60)) as root:
        for role in ROLES:
            make(root, role, folder, 1, renew=True)
    return folder


@pytest.fixture
def office_root(elastic: Server) -> Iterator[Cluster]:
    """The cluster with new indices, as who may do everything sees it; the indices are gone afterwards."""
    with closing(Cluster(root_access(elastic, PREFIX), seconds=60)) as cluster:
        set_up(cluster)
        yield cluster
        cluster.client.indices.delete(index=list(cluster.client.indices.get(index=f"{PREFIX}-*")))


@pytest.fixture
def office(
    desk: Desk, office_root: Cluster, office_keys: Path, elastic: Server, capsys: pytest.CaptureFixture[str]
) -> Office:
    """An office whose indices are made and empty."""
    assert office_root
    return Office(desk, elastic, office_keys, capsys)


def open_to_others(folder: Path) -> list[str]:
    """The files that the store on a cluster wrote and that others may read."""
    ours = ("spool", "dead-letters", "patrol-copy", "lurewatch.db", "secret.key")
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and path.name.startswith(ours) and path.stat().st_mode & 0o077
    ]
