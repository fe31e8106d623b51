"""The quick reading of YAML gives what the careful one gives, or nothing."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from core import yamlquick
from core.settings import ROOT
from core.yamlfile import _plain

SHIPPED = sorted(path for folder in ("rules", "examples") for path in (ROOT / folder).rglob("*.yml"))
SCALARS = st.text(st.sampled_from("019-+_.:eExob~nNyYtrue是 '\"#@[]{},\n"), max_size=12)


def careful(text: str) -> Any:
    """What the careful reading gives."""
    return _plain(YAML(typ="rt").load(text))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_shipped_files_are_read_quickly_and_alike(path: Path) -> None:
    """Rules, banks, policy and sources: none needs the careful reading, and both say the same."""
    text = path.read_text("utf-8")
    assert yamlquick.read(text) == careful(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: {b: 1, b: 2}\n",
        "- a\n",
        "",
        "a: [\n",
        "a: 0o17\n",
        "a: 010\n",
        "a: !!python/name:os.system\n",
        "%YAML 1.1\n---\na: yes\n",
        "x: &x {b: 1}\na:\n  <<: *x\n  b: 2\n",
        "[" * 10_000,
    ],
)
def test_what_is_odd_is_left_to_the_careful_reading(text: str) -> None:
    """Doubled keys, other numbers than people write, tags, versions, overridden merges, no mapping, no YAML."""
    assert yamlquick.read(text) is None


@given(SCALARS)
@example("no")
@example("on")
@example("2026-11-22")
@example("1_000")
@example("12:30:45")
@example("1e3")
@example(".5")
@example("0x1F")
def test_values_are_read_alike(scalar: str) -> None:
    """Whatever is written as a value: truth, numbers, dates, words."""
    text = f"a: {scalar}\n"
    found = yamlquick.read(text)
    if found is None:
        return
    try:
        expected = careful(text)
    except (YAMLError, ValueError):
        pytest.fail(f"{text!r} was read as {found!r}, and is refused by the careful reading")
    assert repr(found) == repr(expected) or found == expected
    assert isinstance(expected["a"], type(found["a"]))
