"""Who did what with flags: what every audit log must do."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.ports import AuditLog
from core.types import Act, AuditEntry
from indexer.audit import SqliteAudit
from indexer.elastic.audit import ElasticAudit
from tests.conftest import NOON
from tests.elastic.fixtures import VERSIONS, Servers, empty_cluster


@pytest.fixture(params=["sqlite", *VERSIONS])
def audit(request: pytest.FixtureRequest, tmp_path: Path, elastic_servers: Servers) -> Iterator[AuditLog]:
    """One empty log of each kind."""
    log: AuditLog
    if request.param == "sqlite":
        log = SqliteAudit(tmp_path / "l.db")
    else:
        log = ElasticAudit(empty_cluster(elastic_servers.get(request.param)))
    yield log
    log.close()


def entry(number: int, act: Act = Act.REVIEW) -> AuditEntry:
    """An entry; three share a time."""
    flag = f"{number:032x}" if number % 2 else None
    return AuditEntry(
        NOON + timedelta(seconds=number // 3), "王敏", act, flag, {"verdict": "confirm", "n": str(number)}
    )


def test_entries_come_in_order_and_whole(audit: AuditLog) -> None:
    """Oldest first, over more than one page, also from a time on; an entry that is added again counts once."""
    made = [entry(number, list(Act)[number % len(Act)]) for number in range(250)]
    for one in (*reversed(made), *made[:3]):
        audit.add(one)
    found = list(audit.entries())
    assert [one.at for one in found] == [one.at for one in made]
    assert {one.details["n"]: one for one in found} == {one.details["n"]: one for one in made}
    later = NOON + timedelta(seconds=70)
    assert sorted(int(one.details["n"]) for one in audit.entries(later)) == list(range(210, 250))


def test_entries_stay(tmp_path: Path) -> None:
    """The database itself refuses to change or delete one."""
    log = SqliteAudit(tmp_path / "l.db")
    log.add(entry(1))
    log.close()
    with sqlite3.connect(tmp_path / "l.db") as database:
        for statement in ("DELETE FROM audit", "UPDATE audit SET who = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="only appended"):
                database.execute(statement)
