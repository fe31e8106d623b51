"""Lints what time and changes do to a rule: exceptions that ended, reviews overdue, content without a new version."""

from collections.abc import Iterator
from datetime import date

from core.errors import YamlError
from rules.loader import RuleFile
from rules.schema import Status

_BUMP_ZH = "请运行 lurewatch rules bump"
_BUMP_EN = "run lurewatch rules bump"


def ended(file: RuleFile, today: date) -> Iterator[YamlError]:
    """An error for each exception that ended; it does not count any more."""
    for at, exception in enumerate(file.rule.exceptions):
        if exception.until < today:
            yield file.error(
                ("exceptions", at, "until"),
                f"例外“{exception.phrase}”已于 {exception.until} 到期，不再生效；请删去，或写明新的理由和日期。",
                f"the exception {exception.phrase!r} ended on {exception.until} and does not count any more; "
                "remove it, or give a new reason and date.",
            )


def overdue(file: RuleFile, today: date) -> Iterator[YamlError]:
    """A warning for a rule whose time for review has come; nobody waits for deprecated ones."""
    if file.rule.review_by < today and file.rule.status is not Status.DEPRECATED:
        yield file.error(
            ("review_by",),
            f"复查日期 {file.rule.review_by} 已过；请看它最近命中了什么，再把日期推后，或把状态改为 deprecated。",
            f"the review was due on {file.rule.review_by}; look at what it found of late, then move the date on "
            "or set status: deprecated.",
        )


def changed(file: RuleFile) -> Iterator[YamlError]:
    """An error where the content is not the one that the version was given to."""
    rule = file.rule
    if rule.stamp is not None and rule.stamp != rule.digest:
        yield file.error(
            ("version",),
            f"内容改过了，version 还是 {rule.version}；{_BUMP_ZH}，由它改版本号。",
            f"the content changed and version is still {rule.version}; {_BUMP_EN}, which raises it.",
        )


def unstamped(file: RuleFile) -> Iterator[YamlError]:
    """A warning for a rule in use whose version stands for no certain content yet."""
    rule = file.rule
    if rule.stamp is None and rule.status in (Status.LIVE, Status.BACKGROUND):
        yield file.error(
            ("version",),
            f"还没有 digest，看不出内容是否改过；{_BUMP_ZH}，由它写上。",
            f"there is no digest yet, so changes cannot be noticed; {_BUMP_EN}, which writes it.",
        )
