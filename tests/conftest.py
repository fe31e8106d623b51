"""What many tests share: times, flags and a fixed clock."""

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from app import build
from core.secret import flag_id
from core.settings import read_settings
from core.types import Contact, ContactKind, Decision, Flag, Reason, Role, Signal, Span
from pipeline import Judge

pytest_plugins = ["tests.desk", "tests.elastic.fixtures", "tests.elastic.office"]
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MakeFlag = Callable[..., Flag]


# What takes long to make is made once a run where the tests that share it go to one worker.
_ONE_WORKER = {"elastic_servers": "elastic", "small": "trained"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a server, or a model that is trained for them, go to one worker."""
    for item in items:
        for name in set(getattr(item, "fixturenames", ())) & _ONE_WORKER.keys():
            item.add_marker(pytest.mark.xdist_group(_ONE_WORKER[name]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI=true nothing may be skipped: a skipped test is a failed one, and says why."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def logs_as_they_come() -> Iterator[None]:
    """A command that a test runs in this process sets up the log for all; the next test finds it as it was."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def judge() -> Judge:
    """The rules and the model that come with the code."""
    return build(read_settings()).judge.now


@pytest.fixture
def make_flag() -> MakeFlag:
    """Makes flags that differ in what a test names and are alike otherwise."""

    def make(
        text: str = "办理各类证件加微信 zheng_8812",
        *,
        hours: float = 0,
        url: str = "http://town.test/1",
        **changes: Any,
    ) -> Flag:
        decision = Decision(
            flagged=True,
            category="forged_documents",
            score=0.93,
            reasons=(Reason("rule", {"rule": "forged-ids", "words": "办理证件"}),),
            signals=(Signal("rules", Role.HARM, 0.9, "forged-ids", "forged_documents", (Span(0, 6),)),),
            contacts=(Contact(ContactKind.WECHAT, "zheng_8812", Span(9, 19)),),
        )
        flag = Flag(
            id=flag_id(url, text, "forged_documents"),
            source="town-forum",
            url=url,
            title=None,
            text=text,
            published_at=None,
            seen_at=NOON + timedelta(hours=hours),
            decision=decision,
        )
        return replace(flag, **changes)

    return make
