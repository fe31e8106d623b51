"""Every fault of a YAML file is said with file, line and column."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from core import yamlfile
from core.errors import InputError, YamlError


class Inner(BaseModel):
    """A nested mapping."""

    model_config = ConfigDict(extra="forbid")
    count: int


class Outer(BaseModel):
    """A file's model."""

    model_config = ConfigDict(extra="forbid")
    name: str
    inner: Inner
    words: list[str] = []


GOOD = "name: 甲\ninner:\n  count: 1\nwords:\n  - 一\n  - 二\n"


def write(folder: Path, text: str) -> Path:
    """A file with ``text``."""
    path = folder / "a.yml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """The model comes with the layout, which knows where everything stands."""
    model, layout = yamlfile.load(write(tmp_path, GOOD), Outer)
    assert model == Outer(name="甲", inner=Inner(count=1), words=["一", "二"])
    assert layout.position(["inner", "count"]) == (3, 3)
    assert layout.position(["words", 1]) == (6, 5)
    assert layout.position(["missing"]) == (1, 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("name: 甲\nname: 乙\ninner: {count: 1}\n", 2, 1, "两次"),
        ("name: 甲\ninner:\n  count: many\n", 3, 3, "整数"),
        ("name: [1]\ninner: {count: 1}\n", 1, 1, "文字"),
        ("name: 甲\n", 1, 1, "缺少"),
        ("name: 甲\ninner:\n  cuont: 1\n", 3, 3, "是否要写 count"),
        ("name: 甲\ninner: {count: 1}\nwords:\n  - 一\n  - {a: 1}\n", 5, 5, "文字"),
        ("name: 甲\ninner: {count: 1}\nwrods: []\n", 3, 1, "没有这个键"),
        ("name: 甲\n  inner: 1\n", 2, 8, "YAML"),
        ("name: '甲\n", 2, 1, "YAML"),
        ("name: 甲\ninner: 3\n", 2, 1, "键: 值"),
        ("- 一\n", 1, 1, "键: 值"),
        ("", 1, 1, "键: 值"),
    ],
)
def test_a_fault_is_said_with_its_place(tmp_path: Path, text: str, line: int, column: int, said: str) -> None:
    """Doubled keys, wrong types, missing and unknown keys, broken YAML: the place and what is wrong."""
    path = write(tmp_path, text)
    with pytest.raises(YamlError) as raised:
        yamlfile.load(path, Outer)
    problem = raised.value
    assert (problem.line, problem.column) == (line, column)
    assert problem.zh.startswith(f"{path}:{line}:{column}: ")
    assert problem.en.startswith(f"{path}:{line}:{column}: ")
    assert said in problem.zh


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """A missing file, a folder, and bytes that are no UTF-8."""
    latin = tmp_path / "latin.yml"
    latin.write_bytes("name: é".encode("latin-1"))
    for path in (tmp_path / "missing.yml", tmp_path, latin):
        with pytest.raises(InputError) as raised:
            yamlfile.load(path, Outer)
        assert str(path) in raised.value.zh
        assert str(path) in raised.value.en


def test_no_code_is_run(tmp_path: Path) -> None:
    """A tag that asks for a Python object stays text or is refused."""
    path = write(tmp_path, "name: !!python/object/apply:os.system ['true']\ninner: {count: 1}\n")
    with pytest.raises(YamlError):
        yamlfile.load(path, Outer)
