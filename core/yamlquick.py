"""Reads plain YAML with libyaml, ten times as fast as with positions; what is odd is left to who reads those."""

from typing import Any, ClassVar

import yaml
from ruamel.yaml.resolver import implicit_resolvers

_VERSION = (1, 2)  # that of core.yamlfile: in 1.1 "no" and "on" are truth values
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc] # libyaml's loader has no types
    """YAML 1.2, and no key twice."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            raise yaml.YAMLError
        return dict(found)


def _whole(loader: Any, node: Any) -> int:
    """A whole number as everybody writes it; octal, hexadecimal and the like are odd."""
    written = loader.construct_scalar(node)
    if str(int(written)) != written.lstrip("+"):
        raise ValueError(written)
    return int(written)


for _versions, _tag, _pattern, _first in implicit_resolvers:
    if _VERSION in _versions:
        _Loader.add_implicit_resolver(_tag, _pattern, _first)
_Loader.add_constructor("tag:yaml.org,2002:int", _whole)


def read(text: str) -> dict[Any, Any] | None:
    """The mapping in ``text``, or None where it is not valid, not a mapping, or not plain."""
    if "\t" in text or "%" in text[:1]:
        return None
    try:
        found = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
