"""Nobody is watched: no field, column or key has a place for who wrote a post."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from core import codec, ports, types
from core.types import Evidence, Review, Verdict
from crawlers.extract import types as extracted
from crawlers.sources import Selectors, Source
from indexer import schema
from tests.conftest import NOON, MakeFlag

# A reviewer is the one person with a name here: who decided answers for the decision.
PERSONAL = re.compile(
    r"(?:author|authored|byline|user|uid|nick|avatar|account|holder|profile|poster|member|sender|creator|owner|login"
    r"|person|people|persona|real|full|screen|signature|follower|friend|gender|age|birthday|phone)s?(?:name|id)?"
)


def personal(name: str) -> bool:
    """Whether a name, in any way of writing compound words, has room for who somebody is."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    return any(PERSONAL.fullmatch(word) for word in re.split(r"[^a-z]+", words))


def fields_of(module: ModuleType) -> Iterator[str]:
    """The fields of all dataclasses that a module defines, as Class.field."""
    for thing in vars(module).values():
        if isinstance(thing, type) and dataclasses.is_dataclass(thing) and thing.__module__ == module.__name__:
            yield from (f"{thing.__name__}.{field.name}" for field in dataclasses.fields(thing))


def keys_of(value: object) -> Iterator[str]:
    """The keys of a JSON value, however deep."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from keys_of(below)
    elif isinstance(value, list | tuple):
        for below in value:
            yield from keys_of(below)


@pytest.mark.parametrize(
    "name",
    ["author", "user_name", "userName", "post.author_id", "nickname", "avatar_url", "accountHolder", "profile", "uid"],
)
def test_personal_names_are_seen(name: str) -> None:
    """The check itself knows a personal field in any way of writing."""
    assert personal(name)


@pytest.mark.parametrize("name", ["reviewer", "source", "page_sha256", "seen_at", "post_key", "image_urls", "userless"])
def test_other_names_are_not(name: str) -> None:
    """Names that only look alike are no findings."""
    assert not personal(name)


@pytest.mark.parametrize("module", [types, ports, extracted], ids=lambda module: module.__name__)
def test_no_type_has_room_for_an_author(module: ModuleType) -> None:
    """No dataclass on the way of the data has a personal field."""
    fields = list(fields_of(module))
    assert len(fields) > 5
    assert [name for name in fields if personal(name)] == []


@pytest.mark.parametrize("model", [Source, Selectors])
def test_no_source_can_ask_for_an_author(model: type[Source] | type[Selectors]) -> None:
    """A source file cannot even say where an author would stand."""
    assert [name for name in model.model_fields if personal(name)] == []


def test_no_table_has_a_column_for_an_author(tmp_path: Path) -> None:
    """The embedded store's tables, as they are made."""
    database = schema.connect(tmp_path / "lurewatch.db")
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = [
        f"{table}.{row[0]}"
        for table in tables
        for row in database.execute("SELECT name FROM pragma_table_info(?)", (table,))
    ]
    database.close()
    assert {"flags.text", "reviews.reviewer", "items.key"} <= set(columns)
    assert [name for name in columns if personal(name)] == []


def test_no_json_has_a_key_for_an_author(make_flag: MakeFlag) -> None:
    """What stores keep and exports show, however deep."""
    decision = codec.decision_out(make_flag().decision)
    review = codec.review_out(Review("0" * 32, Verdict.CONFIRM, "王敏", NOON, "属实"))
    evidence = codec.evidence_out(Evidence("evidence/x.warc.gz", "0" * 64, "1" * 64, 12))
    keys = list(keys_of([decision, review, evidence]))
    assert {"category", "contacts", "reviewer", "sha256"} <= set(keys)
    assert [key for key in keys if personal(key)] == []
