"""The filters by which commands choose among stored flags: what is said of them, and the query that they make."""

from datetime import datetime

from core import taxonomy
from core.errors import InputError
from core.ports import Query
from core.types import State
from core.words import Text

WORDS = Text("词语；加引号为原文短语", "words; quoted for an exact phrase")
CATEGORY = Text("类别编号", "a harm's id")
SOURCE = Text("来源编号", "a source's id")
STATE = Text("状态", "state")
CONTACT = Text("联系方式的号码", "the value of a contact")
SCORE = Text("最低分值", "least score")
SINCE = Text("起始日期", "seen on or after this day")
UNTIL = Text("截止日期", "seen before this day")


def query(
    words: str,
    category: str | None,
    source: str | None,
    state: State | None,
    contact: str | None,
    min_score: float,
    since: datetime | None,
    until: datetime | None,
) -> Query:
    """The query of these filters; days are those of this machine. Raises InputError for an unknown harm."""
    first, last = (day.astimezone() if day else None for day in (since, until))
    return Query(words, known_harm(category), source, state, contact, min_score, first, last)


def known_harm(category: str | None) -> str | None:
    """The id of a harm; raises InputError for one that is not on the closed list."""
    if category is None or category in taxonomy.HARM_IDS:
        return category
    ids = ", ".join(harm.id for harm in taxonomy.HARMS)
    raise InputError(f"没有类别 {category}。可用：{ids}", f"There is no harm {category}. There are: {ids}")
