"""Reads a YAML file into a pydantic model; every error says file, line and column."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from core import yamlquick
from core.errors import InputError, YamlError

Model = TypeVar("Model", bound=BaseModel)
Loc = Sequence[int | str]


class Layout:
    """Where everything stands in a YAML file; it is read again for that, slowly, once somebody asks."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    @cached_property
    def tree(self) -> CommentedMap:
        """The mapping with its positions; raises YamlError."""
        return _careful(self._path, self._text)

    def position(self, loc: Loc) -> tuple[int, int]:
        """Line and column (from 1) of the deepest part of ``loc`` that stands in the file."""
        node: Any = self.tree
        line, column = 0, 0
        for part in loc:
            if isinstance(node, CommentedMap) and part in node:
                line, column = node.lc.key(part)
                node = node[part]
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line, column = node.lc.item(part)
                node = node[part]
            else:
                break
        return line + 1, column + 1


def load(path: Path, model: type[Model]) -> tuple[Model, Layout]:
    """Read ``path`` as ``model``; its layout comes along so that later checks can point into it.

    Raises YamlError for unreadable YAML, doubled keys and wrong values, InputError for unreadable files.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{path}：读不了（{problem}）。", f"{path}: cannot be read ({problem}).") from problem
    layout = Layout(path, text)
    values = yamlquick.read(text)
    try:
        return model.model_validate(_plain(layout.tree) if values is None else values), layout
    except ValidationError as problem:
        raise _wrong(path, layout, model, problem) from problem


def _wrong(path: Path, layout: Layout, model: type[BaseModel], problem: ValidationError) -> YamlError:
    # A key that nobody knows comes first: where it is misspelt, the right one is missing as well.
    first = min(problem.errors(), key=lambda error: error["type"] != "extra_forbidden")
    line, column = layout.position(first["loc"])
    where = ".".join(str(part) for part in first["loc"]) or "file"
    hint = _hint(first["type"], first["loc"], model)
    return YamlError(
        path,
        line,
        column,
        f"“{where}” 有误：{_zh(first['type'], first['msg'])}{hint and f' 是否要写 {hint}？'}",
        f"“{where}”: {first['msg']}{hint and f'. Did you mean {hint}?'}",
    )


def _careful(path: Path, text: str) -> CommentedMap:
    """The mapping in ``text`` with its positions; raises YamlError."""
    try:
        raw = YAML(typ="rt").load(text)
    except DuplicateKeyError as problem:
        line, column = _mark(problem)
        raise YamlError(
            path, line, column, "同一个键写了两次，请删去一个。", "a key stands twice; remove one."
        ) from problem
    except MarkedYAMLError as problem:
        line, column = _mark(problem)
        said = str(problem.problem or problem)
        raise YamlError(path, line, column, f"不是合法的 YAML：{said}", f"not valid YAML: {said}") from problem
    except RecursionError as problem:
        raise YamlError(path, 1, 1, "括号或缩进嵌套得太深。", "nested too deeply.") from problem
    except YAMLError as problem:
        raise YamlError(path, 1, 1, f"不是合法的 YAML：{problem}", f"not valid YAML: {problem}") from problem
    if not isinstance(raw, CommentedMap):
        raise YamlError(path, 1, 1, "文件应是“键: 值”的形式。", "the file should be a mapping of keys to values.")
    return raw


def _mark(problem: MarkedYAMLError) -> tuple[int, int]:
    mark = problem.problem_mark or problem.context_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    return node


_ZH = {
    "missing": "缺少这一项。",
    "string_pattern_mismatch": "写法不合规定：用小写字母、数字和连字符，以字母或数字开头。",
    "extra_forbidden": "没有这个键，请检查拼写。",
    "string_type": "应是文字。",
    "int_type": "应是整数。",
    "int_parsing": "应是整数。",
    "float_type": "应是数字。",
    "float_parsing": "应是数字。",
    "bool_parsing": "应是 true 或 false。",
    "list_type": "应是列表。",
    "tuple_type": "应是列表。",
    "dict_type": "应是“键: 值”。",
    "model_type": "应是“键: 值”。",
    "enum": "不在允许的取值之内",
    "literal_error": "不在允许的取值之内",
}


def _hint(kind: str, loc: Loc, model: type[BaseModel]) -> str:
    """The key that a key nobody knows is most like, or "" where it is like none."""
    if kind != "extra_forbidden" or not loc:
        return ""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    known = {name for part in parts for name in part.get("properties", {})}
    return next(iter(get_close_matches(str(loc[-1]), sorted(known), 1)), "")


def _zh(kind: str, message: str) -> str:
    return _ZH[kind] if _ZH.get(kind, "").endswith("。") else f"{_ZH.get(kind, '取值不对')}（{message}）"
