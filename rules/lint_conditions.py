"""Lints conditions: parts that can never hold, and distances that hardly ever do."""

from collections.abc import Iterator

from core.errors import YamlError
from rules.grammar import And, Name, Node, Not, Or, parse
from rules.loader import RuleFile
from rules.satisfy import impossible_parts


def impossible(file: RuleFile) -> Iterator[YamlError]:
    """An error for a condition that can never hold, or for an alternative in it that cannot."""
    tree = parse(file.rule.condition)
    for part in impossible_parts(tree):
        whole = part is tree
        yield file.error(
            ("condition",),
            f"{'这个条件' if whole else '“or”的这一支'}永远不会成立：{_why(part)[0]}。",
            f"{'this condition' if whole else 'this alternative of or'} can never hold: {_why(part)[1]}.",
            _start(part),
        )


def touching(file: RuleFile) -> Iterator[YamlError]:
    """A warning for each ``near 0``, which wants two words without a character between them."""
    for node in _ands(parse(file.rule.condition)):
        if node.near == 0:
            yield file.error(
                ("condition",),
                "near 0 要求两个词紧挨着，中间一个字也没有；通常写 near 20 到 near 60。",
                "near 0 wants two words with nothing between them; near 20 to near 60 is usual.",
                _start(node.right),
            )


def _why(part: Node) -> tuple[str, str]:
    """The names that stand on both sides, else a near that finds no place."""
    plain, negated = _sides(part)
    both = sorted(plain & negated)
    if both:
        names = "、".join(both)
        return f"{names} 既要有又不能有，请删去一处", f"{', '.join(both)} must be there and must not; remove one"
    if plain & {"link", "contact"} and negated & {"contact", "reach"}:
        return (
            "link 也是 contact，contact 也是 reach，要了前者就不能排除后者",
            "a link is a contact and a contact is a reach: who wants one cannot exclude the other",
        )
    return "near 旁边只有 not，not 没有位置", "near stands beside not alone, and not has no place"


def _sides(part: Node, *, negated: bool = False) -> tuple[set[str], set[str]]:
    if isinstance(part, Name):
        return (set(), {part.name}) if negated else ({part.name}, set())
    if isinstance(part, Not):
        return _sides(part.part, negated=not negated)
    below = part.parts if isinstance(part, Or) else (part.left, part.right)
    found = [_sides(one, negated=negated) for one in below]
    return set().union(*(one for one, _ in found)), set().union(*(one for _, one in found))


def _ands(part: Node) -> Iterator[And]:
    if isinstance(part, And):
        yield part
        yield from _ands(part.left)
        yield from _ands(part.right)
    elif isinstance(part, Not):
        yield from _ands(part.part)
    elif isinstance(part, Or):
        for one in part.parts:
            yield from _ands(one)


def _start(part: Node) -> int:
    return min(name.offset for name in part.names())
