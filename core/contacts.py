"""Finds the contacts that an offer advertises, whatever their disguise, and gives each its plain form."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.text import Document
from core.types import Contact, ContactKind

_SPELLED = dict(zip("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "001234567891234567891", strict=True))
_DIGITS = {ord(char): digit for char, digit in _SPELLED.items()}

_GAP = r"[ \-.·*_/~=,、]{0,2}"  # what advertisers put between the digits of a number
_CUE_GAP = r"[^0-9a-z@\n一-鿿]{0,6}"  # what stands between a channel's name and its number
_NUMBER = rf"\d(?:{_GAP}\d){{4,11}}"
_WORD_ID = r"[a-z][a-z0-9_\-]{4,19}"
_TLD = (
    "com|cn|net|org|top|xyz|vip|cc|club|shop|info|site|online|wang|me|tv|co|io|pw|icu|win|bid|life|live|fun|work|app|"
    "link|pro|biz|ltd|store|asia|mobi|ink|red|ren|hk|tw|us|in|la|ru|to|im|gg|ws|space|website|tech|"
    "example|test|invalid"
)
# Numbers of public services: nobody sells anything there.
_PUBLIC = re.compile(r"(?:110|119|120|122|96110|12\d{3}|100\d{2}|95\d{3,4}|96\d{3,4}|1010\d{4}|11185|11183|118114)$")

_URL = re.compile(
    rf"https?://[^\s\"'<>，。；！？、（）【】《》“”‘’一-鿿]+"
    rf"|(?<![a-z0-9@.\-_])(?:[a-z0-9](?:[a-z0-9\-]{{0,40}})[.。点])+(?:{_TLD})(?![a-z0-9\-])(?:[/?:#][!-~]*)?"
)
_EMAIL = re.compile(r"(?<![a-z0-9._+\-])[a-z0-9][a-z0-9._+\-]{1,40}(?:@|\[at\]|#at#)[a-z0-9\-]+(?:\.[a-z0-9\-]+)+")
_TELEGRAM = re.compile(
    rf"(?:(?<![a-z])(?:tg|telegram)(?![a-z])|电报|纸飞机|飞机)(?:号|群|频道|联系|私聊|找|搜)?{_CUE_GAP}@?([a-z][a-z0-9_]{{4,31}})"
    r"|(?:t\.me/|telegram\.me/)([a-z+][a-z0-9_/]{4,40})"
    r"|(?<![a-z0-9._\-])@([a-z][a-z0-9]*[_0-9][a-z0-9_]{2,30})(?![a-z0-9.])"
)
_STRONG_WX = (
    r"微信|威信|薇信|徽信|维信|微心|威芯|v信|微x|微❤️?|薇❤|卫星号?"
    r"|(?<![a-z])(?:wx|vx|weixin|wechat|wei信|v❤|wxid)(?![a-z])"
)
_WEAK_WX = r"(?:加|\+|联系|咨询|找|私|详|添加|搜|扫|请|➕|[\s,，。;；:!！?？)）】^])\s*(?:v|薇|微|威|溦|徽|维)"
_WECHAT = re.compile(
    rf"(?:{_STRONG_WX})(?:号码?|id|咨询|联系|客服|加|搜|私聊|电话|手机)*{_CUE_GAP}(?:({_WORD_ID})|({_NUMBER}))"
    rf"|(?:{_WEAK_WX}|^(?:v|薇|微|威))(?:我|信?号)?{_CUE_GAP}(?:({_WORD_ID})|({_NUMBER}))"
)
_GROUP = re.compile(
    rf"(?:群号?码?|裙|君羊|交流裙)(?:号|是|在此|聊)?{_CUE_GAP}({_NUMBER})|(?:加|进|入|\+)\s*(?:q|扣|企鹅)?(?:群|裙){_CUE_GAP}({_NUMBER})"
)
_QQ = re.compile(
    rf"(?:(?<![a-z])q{{1,2}}(?![a-z])|扣扣|扣|抠抠|蔻蔻|叩叩|企鹅|球球|秋秋|丘丘|鹅号)(?:号码?|联系|咨询|客服|加|找|是)*{_CUE_GAP}({_NUMBER})"
)
_OTHER = re.compile(
    r"(?:蝙蝠|钉钉|抖音|快手|公众号|小红书|whatsapp|skype|土豆|陌陌|闲鱼|支付宝|line(?=[:号 ]))"
    rf"(?:号|id|联系|搜|搜索|关注|私信)*{_CUE_GAP}(?:({_WORD_ID})|({_NUMBER}))"
)
_MOBILE = re.compile(rf"(?<![\d.])(?:\+?(?:0086|86){_GAP})?(1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d)")
_LANDLINE = re.compile(r"(?<![\d.])(0\d{2,3}[\- )]{0,2}\d{7,8}|[48]00[\- ]?\d{3,4}[\- ]?\d{3,4})(?![\d.])")
_CALLED = re.compile(
    rf"(?:电话|致电|来电|拨打|拨|热线|手机号?|tel|☎️?|电联|联系电话|详询|咨询|联系)(?:号码|为|是|客服)?{_CUE_GAP}({_NUMBER})"
)
_SAME = re.compile(r"同号|同步|电话|手机")
_ANY = re.compile(r"\d|[@./]|[a-z]{3}")


@dataclass(frozen=True, slots=True)
class _Hit:
    kind: ContactKind
    value: str
    start: int
    end: int


def find(document: Document) -> tuple[Contact, ...]:
    """The contacts in title and text, in order, none overlapping.

    Values are plain: digits without separators, ids and addresses in lower case. Public hotlines (110, 12315,
    95xxx) are no contacts, nor are numbers with masked digits.
    """
    norm = document.norm
    digits = norm.translate(_DIGITS)
    if not _ANY.search(digits):
        return ()
    taken: list[_Hit] = []
    for finder in _FINDERS:
        for hit in finder(norm, digits):
            if all(hit.end <= other.start or hit.start >= other.end for other in taken):
                taken.append(hit)
    taken.sort(key=lambda hit: hit.start)
    return tuple(Contact(hit.kind, hit.value, document.span(hit.start, hit.end)) for hit in taken)


def _emails(norm: str, _digits: str) -> Iterator[_Hit]:
    if "@" in norm or "at" in norm:
        for match in _EMAIL.finditer(norm):
            value = match[0].replace("[at]", "@").replace("#at#", "@")
            yield _Hit(ContactKind.EMAIL, value, match.start(), match.end())


def _urls(norm: str, _digits: str) -> Iterator[_Hit]:
    for match in _URL.finditer(norm):
        value = match[0].rstrip(".,;:!?)]}'\"~*")
        if "://" not in value:
            host, slash, path = value.partition("/")
            value = host.replace("。", ".").replace("点", ".") + slash + path
        if not re.match(r"(?:https?://)?(?:t|telegram)\.me/", value):
            yield _Hit(ContactKind.URL, value, match.start(), match.start() + len(match[0].rstrip(".,;:!?)]}'\"~*")))


def _telegrams(norm: str, _digits: str) -> Iterator[_Hit]:
    for match in _TELEGRAM.finditer(norm):
        group = match.lastindex or 0
        yield _Hit(ContactKind.TELEGRAM, match[group], match.start(group), match.end(group))


def _numbered(kind: ContactKind, pattern: re.Pattern[str]) -> Callable[[str, str], Iterator[_Hit]]:
    """Hits of a cue followed by a number or an id, both looked for where spelled digits are digits."""

    def hits(norm: str, digits: str) -> Iterator[_Hit]:
        for match in pattern.finditer(digits):
            group = match.lastindex or 0
            start, end = match.span(group)
            value = norm[start:end] if match[group][0].isalpha() else re.sub(r"\D", "", match[group])
            if _PUBLIC.match(value) or value in _PLAIN_WORDS:
                continue
            same = value.isdigit() and len(value) == 11 and _SAME.search(match[0])  # noqa: PLR2004 - a mobile number
            yield _Hit(ContactKind.PHONE if same else kind, value, start, end)

    return hits


def _phones(_norm: str, digits: str) -> Iterator[_Hit]:
    for pattern in (_MOBILE, _LANDLINE):
        for match in pattern.finditer(digits):
            yield _Hit(ContactKind.PHONE, re.sub(r"\D", "", match[1]), match.start(1), match.end(1))


def _called(_norm: str, digits: str) -> Iterator[_Hit]:
    for match in _CALLED.finditer(digits):
        value = re.sub(r"\D", "", match[1])
        if len(value) >= 7 and not _PUBLIC.match(value):  # noqa: PLR2004 - shorter ones are service numbers
            yield _Hit(ContactKind.PHONE, value, match.start(1), match.end(1))


_PLAIN_WORDS = frozenset({"https", "http", "group", "wechat", "weixin", "online", "telegram"})
_FINDERS: tuple[Callable[[str, str], Iterator[_Hit]], ...] = (
    _emails,
    _urls,
    _telegrams,
    _numbered(ContactKind.GROUP, _GROUP),
    _numbered(ContactKind.QQ, _QQ),
    _numbered(ContactKind.WECHAT, _WECHAT),
    _numbered(ContactKind.OTHER, _OTHER),
    _phones,
    _called,
)
