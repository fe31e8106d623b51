"""Finds runs of digits, spelled and spaced in any way, and says which of them are telephone numbers."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_SPELLED = dict(
    zip("零〇○洞一壹幺弌二贰弍三叁参弎四肆五伍六陆七柒拐八捌九玖勾", "00001111222333344556677788999", strict=True)
)
_VALUES = {ord(char): digit for char, digit in _SPELLED.items()}
_DIGIT = f"[0-9{''.join(_SPELLED)}]"
# What stands between the digits of one number: signs and blanks, but none that ends a clause or belongs to an amount.
_BETWEEN = r"(?:[^\w\s○,;:%¥$€£#<>\"'。、?!&@+=…]|[ _])"
_RUN = re.compile(rf"{_DIGIT}(?:{_BETWEEN}{{0,3}}+{_DIGIT}){{4,}}+")
_GROUP = re.compile(f"{_DIGIT}+")
_HAN = re.compile("[一-鿿]")
# Numbers read out in threes and fours, with the commas of speech.
_SPOKEN = re.compile(
    rf"{_DIGIT}{{3}}[,、]{_DIGIT}{{4}}[,、]{_DIGIT}{{4}}(?!{_DIGIT})|零{_DIGIT}{{2,3}}[,、]{_DIGIT}{{7,8}}(?!{_DIGIT})"
)
_MAY_BE_SPOKEN = re.compile(rf"[,、]{_DIGIT}{{4}}")
# Digits that look like letters, written as those: 13o-1234-56l8.
_LOOKALIKE = re.compile(r"(?<![a-z0-9])[1il丨|][ \-.]{0,2}[3-9](?:[ \-.]{0,2}[0-9oil丨|]){9}(?![a-z0-9])")
_LETTERS = str.maketrans({"o": "0", "i": "1", "l": "1", "丨": "1", "|": "1"})
_LETTER = re.compile("[oil丨]")
_FEWEST_PLAIN = 6

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)\d{7,8}")
_WHOLE_LANDLINE = re.compile(r"0(?:10|2[0-57-9]|(?:311|371|[4-8][1-9][1-9]))[2-8]\d{6,7}")  # written without a sign
_SERVICE = re.compile(r"[48]00\d{7}")
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
# Hotlines that anybody may call: police, health, complaints, tax, banks, carriers.
_PUBLIC = re.compile(r"1[12]\d|1[12]\d{3}|100\d{2}|95\d{3,4}|96\d{3,4}|1010\d{4}|1118[35]|118114|106\d{8,}")
_MASKED_AFTER = re.compile(r" ?(?:[x×](?![a-z])|[*●×]{2}|x{2})")
_MASKED_BEFORE = re.compile(r"[- ]?(?:[x×]{2}|[x*●×]{1,3}\d)")  # read from right to left
_MONEY = re.compile(r" ?(?:元(?!旦)|块|万|折|%|岁)|人(?![工事民])|个(?!人)")
_UNIT = re.compile(
    r"[元块万亿千百%折岁年月天日时分秒张套只盒件户次期米克斤吨平页集款股注篇字]|个(?!人)|人(?![满工])|名(?!额)|群(?!里)|条(?!件)"
    r"|[wk](?![a-z])|[gm]b|[mck]m|kg|m[lg]"
)
_DECIMAL = re.compile(r"\d+\.\d\d?")
# Telephone numbers one behind the other, as texts that lost their signs have them.
_GLUED = re.compile(r"(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8}){2,9}")
_ONE_GLUED = re.compile(r"(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8})(?=1[3-9]|0\d\d|$)")
_COUNTRY = re.compile(r"(?:(?:00)?86|0)(?=1[3-9]|$)")  # (0)136…: the nought of long-distance calls
_FEWEST, _MOST = 4, 13  # a number has more digits than the first and no more than the second, a country's code included
_MOBILE_SIZE = 11
_ROW = 5
_ALONE = 7  # a group of so many digits begins a number of its own


Span = tuple[int, int]


class Number(NamedTuple):
    """A run of digits in normalised text; ``groups`` are its parts as written, in plain digits."""

    start: int
    end: int
    digits: str
    groups: tuple[str, ...]
    signs: str = ""  # what stands between the groups
    spelled: bool = False  # whether some digits are words


def may_hold_numbers(norm: str) -> bool:
    """Whether ``numbers`` might find any; sooner told, and never False where it does."""
    return bool(_RUN.search(norm) or _MAY_BE_SPOKEN.search(norm))


def numbers(norm: str) -> Iterator[Number]:
    """The numbers of five digits or more, split where one run holds several; masked ones and amounts are left out."""
    for run in _RUN.finditer(norm):
        text = run[0]
        found: Iterator[Number]
        if _GLUED.fullmatch(text):
            found = (_plain(one[0], run.start() + one.start()) for one in _ONE_GLUED.finditer(text))
        elif text.isdecimal():
            found = iter((_plain(text, run.start()),))
        elif _DECIMAL.fullmatch(text):
            continue
        else:
            found = _parted(norm, *run.span())
        for number in found:
            if len(number.digits) > _FEWEST and _is_whole(norm, number):
                yield number
    if _MAY_BE_SPOKEN.search(norm):
        for run in _SPOKEN.finditer(norm):
            number = _number(norm, [part.span() for part in _GROUP.finditer(norm, *run.span())])
            if is_mobile(number.digits) or _LANDLINE.fullmatch(number.digits):
                yield number


def lookalikes(norm: str) -> Iterator[Number]:
    """Mobile numbers in which some digits are letters that look like them; say nothing without a channel beside."""
    for run in _LOOKALIKE.finditer(norm):
        if sum(char.isdecimal() for char in run[0]) < _FEWEST_PLAIN:
            continue
        digits = "".join(char for char in run[0].translate(_LETTERS) if char.isdecimal())
        if is_mobile(digits) and _LETTER.search(run[0]):
            yield Number(*run.span(), digits, (digits,))


def is_mobile(digits: str) -> bool:
    """Whether these are the digits of a mobile number of the mainland."""
    return _MOBILE.fullmatch(digits) is not None


def is_public(digits: str) -> bool:
    """Whether it is a hotline (110, 12315, 95588), where nobody sells anything."""
    return _PUBLIC.fullmatch(digits) is not None


def is_phone(number: Number) -> bool:
    """Whether the number alone shows that it is a telephone number: by its digits and the way they are grouped."""
    digits, groups = number.digits, number.groups
    if number.signs.count(".") == len(number.signs) and len(groups) in {2, 4} and len(groups[0]) < len("138."):
        return False  # a decimal or an address of a computer
    if is_mobile(digits):
        return not _rises(groups)
    if len(groups) == 1:
        return _WHOLE_LANDLINE.fullmatch(digits) is not None or (
            number.spelled and _LANDLINE.fullmatch(digits) is not None
        )
    spaced = len(groups) == len(digits)
    if _LANDLINE.fullmatch(digits):
        return spaced or _AREA.fullmatch(groups[0]) is not None
    return _SERVICE.fullmatch(digits) is not None and (spaced or groups[0][:3] in {"400", "800"})


def is_called(digits: str) -> bool:
    """Whether it may be a telephone number where the text says that it is one."""
    return 7 <= len(digits) <= _MOST and not is_public(digits)  # noqa: PLR2004 - local numbers have seven digits


def _plain(written: str, start: int) -> Number:
    """A number in plain digits, with no sign in it but one behind an area code."""
    area, sign, local = written.partition("-")
    if sign:
        return Number(start, start + len(written), area + local, (area, local), sign)
    code = _COUNTRY.match(written)
    own = written[code.end() :] if code and is_mobile(written[code.end() :]) else written
    return Number(start, start + len(written), own, (own,))


def _parted(norm: str, start: int, end: int) -> Iterator[Number]:
    """The numbers in one run of digits."""
    parts = _without_strays(norm, [part.span() for part in _GROUP.finditer(norm, start, end)])
    if len(parts) > 1 and norm[parts[-1][0] - 1] == " " and _UNIT.match(norm, parts[-1][1]):
        parts.pop()
    pending: list[Span] = []
    size = 0
    for part in parts:
        more = part[1] - part[0]
        if pending and _is_full(norm, pending, size, more):
            yield _number(norm, pending)
            pending, size = [], 0
        pending.append(part)
        size += more
    if pending:
        yield _number(norm, pending)


def _is_full(norm: str, pending: list[Span], size: int, more: int) -> bool:
    most = _MOST + 2 if norm.startswith("00", pending[0][0]) else _MOST
    if size + more > most or (size > _FEWEST and more >= _ALONE):
        return True
    return size == _MOBILE_SIZE and is_mobile(_number(norm, pending).digits)


def _number(norm: str, parts: list[Span]) -> Number:
    start, end = parts[0][0], parts[-1][1]
    groups = [norm[first:last].translate(_VALUES) for first, last in parts]
    code = _COUNTRY.match(groups[0])
    if code and is_mobile("".join(groups)[code.end() :]):
        groups = [group for group in (groups[0][code.end() :], *groups[1:]) if group]
    signs = "".join(norm[before[1] : after[0]] for before, after in pairwise(parts))
    spelled = not norm[start:end].isascii()
    return Number(start, end, "".join(groups), tuple(groups), signs, spelled)


def _without_strays(norm: str, parts: list[Span]) -> list[Span]:
    """Without a numeral that belongs to the words around: 拨 12345 一直占线."""
    start, end = parts[0][0], parts[-1][1]
    last = parts[-1]
    if not norm[end - 1].isascii() and _HAN.match(norm, end) and _before(norm, parts).isascii():
        without = [*parts[:-1], *([(last[0], end - 1)] if last[1] - last[0] > 1 else [])]
        parts = _better(norm, parts, without)
    first = parts[0]
    if not norm[start].isascii() and start and _HAN.match(norm, start - 1) and norm[start + 1].isascii():
        without = [*([(start + 1, first[1])] if first[1] - start > 1 else []), *parts[1:]]
        parts = _better(norm, parts, without)
    return parts


def _before(norm: str, parts: list[Span]) -> str:
    """The last digit but one, as written."""
    start, end = parts[-1]
    return norm[end - 2] if end - start > 1 else norm[parts[-2][1] - 1]


def _better(norm: str, whole: list[Span], without: list[Span]) -> list[Span]:
    return whole if is_mobile(_number(norm, whole).digits) else without


def _is_whole(norm: str, number: Number) -> bool:
    """Whether it is neither an amount nor a number with masked digits."""
    if len(number.digits) > _MOST:
        return False
    before = norm[max(0, number.start - 4) : number.start]
    if len(number.groups) == 1 and (_MONEY.match(norm, number.end) or before.endswith(("¥", "$", "€"))):
        return False
    if is_mobile(number.digits):
        return True
    masked = "**" in number.signs or _MASKED_AFTER.match(norm, number.end) or _MASKED_BEFORE.match(before[::-1])
    return not masked


def _rises(groups: tuple[str, ...]) -> bool:
    """Whether the groups are a rising row, as drawn lottery numbers and lists are."""
    return len(groups) >= _ROW and all(int(one) < int(next_one) for one, next_one in pairwise(groups))
