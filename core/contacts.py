"""Finds the contacts that an offer advertises, whatever their disguise, and gives each its plain form."""

import re
from collections.abc import Callable, Iterator, Sequence

from core.addresses import Hit, addresses, without_blanks
from core.cues import (
    GROUP,
    KINDS,
    NONE,
    OTHER,
    PHONE,
    QQ,
    TELEGRAM,
    WEAK,
    WECHAT,
    Cue,
    channel_behind,
    channel_near,
    cue_before,
    named_behind,
)
from core.numbers import Number, is_called, is_mobile, is_phone, is_public, lookalikes, may_hold_numbers, numbers
from core.text import Document
from core.types import Contact, ContactKind

# How many digits the numbers of a channel have.
_SIZES = {GROUP: (6, 11), QQ: (5, 11), WECHAT: (6, 12), TELEGRAM: (7, 13), OTHER: (5, 13)}
_OF_CODE = re.compile("号码?|码|为|是")
_LOCAL, _LONGEST_QQ = 7, 10  # digits of a number that is taken though its channel is named some words before
_SHORTEST_WECHAT = 6  # letters of an id
_NEARBY = 6  # characters before a channel in which another may stand: 电话/微信
_ID = re.compile(r"[a-z][a-z0-9_\-]{4,29}")
_JOINED = re.compile(r"[a-z0-9.\-_/]")
_RUNS_IN = re.compile(r"[a-z][.\-_/]?$")
_RUNS_ON = re.compile("[a-u]")  # a number that goes on with letters is a code; v and w begin the next contact
_SAME_BEFORE = re.compile(r"电话|手机|同号|同步|tel|短信|致电|☎")
_SAME_BEHIND = re.compile(r"[^0-9a-z]{0,3}(?:v|vx|wx|微信?|薇)?同")
_QQ_BEFORE = re.compile(r"(?:q|扣|企鹅)[^0-9a-z一-鿿]{0,2}(?:和|或|与|、)?$")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_PROVINCES = frozenset("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
_HAN = re.compile("[一-鿿]")
_BEFORE_CHANNEL = frozenset("加系询找私详添搜扫请我的师任要助理服单款联或者里到人下企业")
_NOT_MICRO = frozenset("显轻稍略细卑低甚权示思恒纤四")  # 显微, 轻微, 权威, 思维: no channel
_DEDUCTS = frozenset("抵折回克代罚暂纽倒划动月被不先多乱")  # 抵扣, 折扣, 每月扣
_FLIGHT = re.compile(r"[a-z]{2}\d{3,4}")
_OWN_CUE = re.compile(r"(?:wx|vx)(?=[a-z0-9_\-]{6})[a-z_\-]*\d|(?:wx|vx|wxid)_[a-z]")
_DOTTED = re.compile(r"(?:\.[a-z0-9_]+)++")  # Skype and LINE allow dots
_FAMILIAR = re.compile(
    r"(?:iphone|ipad|ios|android|windows|mac|https?|www|office|wechat|weixin|wx|vx|app|group|online|telegram|whatsapp|"
    r"e?mail|official|phone|mobile|video|line|skype|hello|service|system|music|games?|excel|python|world|token|admin)\d*"
)
_MARKED = re.compile(r"[0-9_\-]")
_UNDERSCORED = re.compile(r"[a-z0-9]*_[a-z0-9]")
_OWN_ACCOUNT = frozenset({"小号", "工作号", "业务号", "大号", "新号", "备用号"})
_SEARCHED = re.compile(r" ?(?:就是我|是我|就能找到|领取?|加我|找到我)")  # 搜 6620417 就是我
_ADDED = frozenset({"加", "加我"})
_SUMS = frozenset("增添参附追再更外新叠股价每升多共0123456789")  # 增加, 每股加: no contact
_MOST_QQ = 11
_SHORTEST_ADDED = 8  # digits of a number that somebody is to add, no channel named
# What the rarer disguises hold: a letter behind a digit, or letters with a blank after each.
_MAY_BE_RARE = re.compile(r"[a-z](?:(?<=[0-9].)| [a-z0-9_.] )")
_SHORT_NAME = re.compile(r"(?<![a-z0-9])@([a-z][a-z0-9_]{2,3})(?![a-z0-9_.@])")
_DIGITS_FIRST = re.compile(r"(?<![a-z0-9_.\-])\d+[a-z_][a-z0-9_\-]*")
_QUANTITY = re.compile(r"\d+(?:[a-z]|[kmg]b|px|kg|m[lmg]|[ck]m|h?z|hz|fps|usdt|mah|ps)|\d+[a-z]\d{0,2}")
_SPACED = re.compile(r"(?<![^a-z0-9][a-z0-9_.\-/] )(?<![a-z0-9_])[a-z0-9_](?: [a-z0-9_.\-/]){5,}+")
_CHANNELS = frozenset({WECHAT, TELEGRAM, OTHER})
_LETTER = re.compile("[a-z]")


def find(document: Document) -> tuple[Contact, ...]:
    """The contacts in title and text, in order, none overlapping.

    Values are plain: digits without separators, ids and addresses in lower case. Public hotlines (110, 12315,
    95xxx) are no contacts, nor are numbers with masked digits.
    """
    return document.once(find, _find)


def _find(document: Document) -> tuple[Contact, ...]:
    norm = document.norm
    taken: bytearray | None = None
    hits: list[Hit] = []
    for finder in _finders(norm):
        for hit in finder(norm):
            if taken is None:
                taken = bytearray(len(norm))
            if not any(taken[hit.start : hit.end]):
                taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
                hits.append(hit)
    for start, end in document.codes:  # what a code leads to is a contact, whatever its form
        if start < end and not (taken and any(taken[start:end])):
            hits.append(Hit(start, end, ContactKind.OTHER, norm[start:end]))
    hits.sort()
    return tuple(Contact(hit.kind, hit.value, document.span(hit.start, hit.end)) for hit in hits)


def may_find(document: Document) -> bool:
    """Whether ``find`` might find any contact: far sooner told, and never False where it does."""
    return bool(document.codes) or bool(_finders(document.norm))


def _finders(norm: str) -> Sequence[Callable[[str], Iterator[Hit]]]:
    """Who may find something: every address and id has a letter, and most texts have neither that nor a number."""
    if _LETTER.search(norm):
        return addresses, _rare, _numbers, _ids
    return (_numbers,) if may_hold_numbers(norm) else ()


def _rare(norm: str) -> Iterator[Hit]:
    """Spaced out letters, letters among digits, ids that begin with digits: most texts hold nothing of the kind."""
    if "@" in norm:
        for found in _SHORT_NAME.finditer(norm):
            cue = cue_before(norm, found.start(1))
            if cue and cue.channel == TELEGRAM:
                yield Hit(*found.span(1), ContactKind.TELEGRAM, found[1])
    if not _MAY_BE_RARE.search(norm):
        return
    yield from _spaced(norm)
    for number in lookalikes(norm):
        cue = cue_before(norm, number.start)
        if cue and cue.channel != NONE:
            kind = ContactKind.WECHAT if cue.channel == WECHAT else ContactKind.PHONE
            yield Hit(number.start, number.end, kind, number.digits)
    for found in _DIGITS_FIRST.finditer(norm):
        cue = cue_before(norm, found.start())
        if cue and cue.channel in _CHANNELS and _is_id(found[0], cue):
            yield Hit(*found.span(), KINDS[cue.channel], found[0])


def _is_id(word: str, cue: Cue) -> bool:
    """Whether what begins with a digit is an id, not 100mb or 5g."""
    if len(word) <= len("100m") or "xx" in word or (len(cue.word) == 1 and cue.channel == WECHAT):
        return False
    return cue.word.startswith("蝙蝠") or not _QUANTITY.fullmatch(word)


def _spaced(norm: str) -> Iterator[Hit]:
    for found in _SPACED.finditer(norm):
        end = found.end() - 2 * (norm[found.end() : found.end() + 1].isalnum() and norm[found.end()].isascii())
        start, word = found.start(), norm[found.start() : end].replace(" ", "")
        if word.isdecimal():
            continue
        address = without_blanks(norm[start:end])
        if address:
            yield Hit(start, end, ContactKind.URL, address)
            continue
        cue = cue_before(norm, start)
        if cue and cue.channel in _CHANNELS and _ID.fullmatch(word):
            yield Hit(start, end, KINDS[cue.channel], word)


def _numbers(norm: str) -> Iterator[Hit]:
    for number in numbers(norm):
        kind = _kind_of_number(norm, number)
        if kind:
            yield Hit(number.start, number.end, kind, number.digits)


def _kind_of_number(norm: str, number: Number) -> ContactKind | None:
    cue = cue_before(norm, number.start)
    if cue is None or cue.channel == WEAK:
        return _kind_without_cue(norm, number, cue.start if cue else number.start) or _kind_of_added(norm, number, cue)
    if is_public(number.digits):
        return None
    if cue.channel == PHONE:
        called = is_phone(number) or (is_called(number.digits) and not _DATE.fullmatch(number.digits))
        return ContactKind.PHONE if called else None
    if cue.channel == NONE:
        far = _HAN.search(_OF_CODE.sub("", norm[cue.start + len(cue.word) : number.start]))
        return ContactKind.PHONE if far and is_phone(number) else None
    fewest, most = _SIZES[cue.channel]
    return _kind_by_cue(norm, number, cue) if fewest <= len(number.digits) <= most else None


def _kind_without_cue(norm: str, number: Number, at: int) -> ContactKind | None:
    if is_phone(number):
        return ContactKind.PHONE if _stands_free(norm, number) else None
    if is_public(number.digits) or _DATE.fullmatch(number.digits):
        return None
    channel = channel_behind(norm, number.end)
    if channel is None and _LOCAL <= len(number.digits) <= _LONGEST_QQ:
        channel = channel_near(norm, at, (QQ, GROUP, OTHER, PHONE))
    return KINDS[channel] if channel else None


def _kind_of_added(norm: str, number: Number, cue: Cue | None) -> ContactKind | None:
    """The kind of a number that is to be added or searched, no channel named: 加 520 771 316, 搜 6620417 就是我."""
    if cue is None or is_public(number.digits) or _DATE.fullmatch(number.digits) or is_phone(number):
        return None
    size = len(number.digits)
    if cue.word in {"搜", "搜索"} and size <= _MOST_QQ and _SEARCHED.match(norm, number.end):
        return ContactKind.OTHER
    free = cue.start == 0 or norm[cue.start - 1] not in _SUMS
    return ContactKind.QQ if cue.word in _ADDED and free and _SHORTEST_ADDED <= size <= _MOST_QQ else None


def _kind_by_cue(norm: str, number: Number, cue: Cue) -> ContactKind | None:
    if _is_no_channel(norm, number, cue):
        return ContactKind.PHONE if is_phone(number) and _stands_free(norm, number) else None
    if number.digits.startswith("0") and is_phone(number):
        return ContactKind.PHONE
    same = _SAME_BEFORE.search(norm, max(0, cue.start - _NEARBY), number.start) or _SAME_BEHIND.match(norm, number.end)
    if same and is_phone(number):
        return ContactKind.PHONE
    if cue.channel == WECHAT:
        return _kind_of_wechat(norm, number, cue)
    return KINDS[cue.channel]


def _is_no_channel(norm: str, number: Number, cue: Cue) -> bool:
    """Whether the cue is part of something else: 京Q12345, V2.10.345, 抵扣, 显微, 12345h."""
    before = norm[cue.start - 1] if cue.start else " "
    if cue.word == "信" and _HAN.match(before):
        return True
    if cue.word in {"q", "v"}:
        return before in _PROVINCES or (cue.word == "v" and "." in number.signs)
    if cue.word == "扣":
        return before in _DEDUCTS
    return before in _NOT_MICRO or _RUNS_ON.match(norm, number.end) is not None


def _kind_of_wechat(norm: str, number: Number, cue: Cue) -> ContactKind | None:
    alone = len(cue.word) == 1 and cue.word != "v" and cue.start > 0
    if is_phone(number):
        before = norm[cue.start - 1]
        named = alone and _HAN.match(before) and before not in _BEFORE_CHANNEL  # 联系李薇 138…
        return ContactKind.PHONE if named or not is_mobile(number.digits) else ContactKind.WECHAT
    return ContactKind.QQ if _QQ_BEFORE.search(norm, max(0, cue.start - _NEARBY), cue.start) else ContactKind.WECHAT


def _stands_free(norm: str, number: Number) -> bool:
    """Whether a number without a cue is no part of a longer code: SF13800138000, A-13800138000."""
    before = norm[max(0, number.start - 2) : number.start]
    return not _RUNS_IN.search(before) and not _RUNS_ON.match(norm, number.end)


def _ids(norm: str) -> Iterator[Hit]:
    for found in _ID.finditer(norm):
        start, end = found.span()
        if start and (norm[start - 1].isdecimal() or norm[start - 1] in "_-."):
            continue
        kind = _kind_of_id(norm, start, end)
        if kind:
            dotted = _DOTTED.match(norm, end) if kind is ContactKind.OTHER else None
            end = dotted.end() if dotted else end
            yield Hit(start, end, kind, norm[start:end])


def _kind_of_id(norm: str, start: int, end: int) -> ContactKind | None:
    word = norm[start:end]
    cue = cue_before(norm, start)
    channel = cue.channel if cue else channel_behind(norm, end)
    if _FAMILIAR.fullmatch(word) or (channel == NONE and norm[max(0, start - 2) : start].strip()[-1:] != "加"):
        return None  # but in 要代码加 abc_12 what is added is no code
    if channel == WECHAT and cue:
        return ContactKind.WECHAT if _is_wechat_id(norm, start, word, cue) else None
    if channel == TELEGRAM and (norm[start - 1] == "@" or not _FLIGHT.fullmatch(word)):
        return ContactKind.TELEGRAM
    if channel in {WECHAT, OTHER}:
        return KINDS[channel]
    if start and norm[start - 1] == "@" and _MARKED.search(word) and not _JOINED.match(norm, max(0, start - 2)):
        return ContactKind.TELEGRAM
    return _kind_of_bare_id(norm, start, word, cue)


def _kind_of_bare_id(norm: str, start: int, word: str, cue: Cue | None) -> ContactKind | None:
    """The kind of a name such as abc_123 whose program is named some words before, or left out: then it is WeChat."""
    if _OWN_CUE.match(word) or (cue and cue.word in _OWN_ACCOUNT and _MARKED.search(word)):
        return ContactKind.WECHAT
    if not _UNDERSCORED.match(word):
        return None
    if named_behind(norm, start + len(word)):
        return ContactKind.WECHAT
    near = channel_near(norm, start, (WECHAT, TELEGRAM, OTHER, WEAK))
    if near in KINDS:
        return KINDS[near]
    named = near == WEAK and not norm.startswith(",", start - 1)
    return ContactKind.WECHAT if named or (cue and "," not in norm[cue.start : start]) else None


def _is_wechat_id(norm: str, start: int, word: str, cue: Cue) -> bool:
    if len(cue.word) > 1:
        return len(word) >= _SHORTEST_WECHAT or _MARKED.search(word) is not None
    if cue.word == "v":
        return _MARKED.search(word) is not None or ":" in norm[cue.start : start]
    before = norm[cue.start - 1] if cue.start else " "
    other = before in _NOT_MICRO and (before, cue.word) != ("权", "微")  # 阿权微 abc_12
    return not other and _MARKED.search(word) is not None
