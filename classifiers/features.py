"""What the model reads in a text: words, single characters and pairs of them, contacts and amounts as placeholders.

All features are present or absent. Their names begin with ``w:`` (a word), ``c:`` (characters) or ``s:`` (shape).
"""

import re
from collections.abc import Sequence

from core.ports import Segmenter

# Placeholders are single characters of a private area, so that they count as one in pairs of characters.
LINK, MAIL, PHONE, NUMBER, ID, MONEY, SHARE, AMOUNT = "\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007"
CONTACTS = LINK + MAIL + PHONE + NUMBER + ID
SHOWN = {
    LINK: "〔链接〕",
    MAIL: "〔邮箱〕",
    PHONE: "〔电话〕",
    NUMBER: "〔长号码〕",
    ID: "〔账号〕",
    MONEY: "〔金额〕",
    SHARE: "〔百分比〕",
    AMOUNT: "〔数字〕",
    "s:signed": "〔签名在前〕",
    "s:lines": "〔分行〕",
}

_DIGIT = "0-9零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"
_TLD = (
    "com|cn|net|org|top|xyz|vip|cc|club|shop|info|site|online|wang|me|tv|co|io|pw|icu|win|bid|life|fun|work|app|link|"
    "pro|biz|ltd|store|example|test|invalid"
)
_SPELLED_TLD = "com|c[0〇]m|cn|net|cc|vip|top|xyz|example|test|invalid"  # of an address whose dot is a word
# Every alternative opens on a character that is consumed first and looked back at, so that the search runs through
# plain text without trying anything, and closes with an empty group that tells which one it was. Every repetition
# that may end in a failure is bounded, so that no text takes more than linear time.
_ABSTRACTED = re.compile(
    rf"[a-z@¥${_DIGIT}](?:"
    r"(?<=h)ttps?://[a-z0-9._~:/?#@!$&'*+,;=%\-]+()"
    r"|(?<=[a-z0-9])(?<![a-z0-9@].)[a-z0-9\-]{0,40}[.。](?:[a-z0-9][a-z0-9\-]{0,40}[.。]){0,4}"
    rf"(?:{_TLD})(?![a-z0-9])[a-z0-9/?#=&._%\-]*()"
    rf"|(?<=[a-z])(?<![a-z0-9@].)[a-z0-9\-]{{0,40}} ?[点·] ?(?:{_SPELLED_TLD})(?![a-z0-9])[a-z0-9/?#=&._%\-]*()"
    r"|(?<=[a-z0-9])[a-z0-9._+\-]{0,39}@[a-z0-9\-]{1,40}(?:\.[a-z0-9\-]{1,20})+()"
    r"|(?<=[¥$])\d[\d,.]*()"
    r"|(?<=\d)[\d,]{0,11}(?:\.\d{1,4})?[余多]?[万千百wk]?(?:元|块钱?|万|美[金元]|刀|u(?![a-z]))()"
    rf"|(?<=[{_DIGIT}])(?:[ \-.·*_/~=,、x]{{0,2}}[{_DIGIT}x*]){{4,20}}()"
    r"|(?<=\d)\d{0,3}(?:\.\d{1,3})?%()"
    r"|(?<=@)[a-z][a-z0-9]{0,30}[0-9_\-][a-z0-9_\-]{2,30}()"
    r"|(?<=[a-z])(?<![a-z].)[a-z0-9]{0,30}[0-9_\-][a-z0-9_\-]{2,30}()"
    r"|(?<=@)[a-z][a-z0-9_]{3,30}()"
    r"|(?<=\d)\d*(?:\.\d+)?())"
)
_BY_GROUP = (None, LINK, LINK, LINK, MAIL, MONEY, MONEY, None, SHARE, ID, ID, ID, AMOUNT)  # a number: see its digits
_NOT_DIGIT = re.compile(rf"[^{_DIGIT}x*]")
_SIGNS = re.compile(r"(?:[^\w\ue000-\ue007]|_)+")

LONGEST = 2  # characters; three and four were measured and did not help
_LONGEST_BUCKET = 6  # texts of 63 characters and more are alike


def _placeholder(match: re.Match[str]) -> str:
    known = _BY_GROUP[match.lastindex or 0]
    if known:
        return known
    digits = _NOT_DIGIT.sub("", match[0])
    size = len(digits)
    mobile = size == 11 and digits[0] in "1一壹幺"  # noqa: PLR2004 - the length of a mobile number
    landline = digits[0] in "0零" and size in (10, 11, 12)
    service = digits[0] in "48" and size == 10  # noqa: PLR2004 - 400 and 800 numbers
    return PHONE if mobile or landline or service else NUMBER


def abstract(norm: str) -> str:
    """A normalised text with each contact, amount and number as a placeholder: no model learns a number by heart."""
    return _ABSTRACTED.sub(_placeholder, norm)


def replaced(norm: str) -> list[tuple[int, int, int]]:
    """What ``abstract`` replaced, in order: the placeholder's offset, and start and end of the original."""
    found: list[tuple[int, int, int]] = []
    lost = 0
    for match in _ABSTRACTED.finditer(norm):
        found.append((match.start() - lost, match.start(), match.end()))
        lost += len(match[0]) - 1
    return found


def words(plain: str, segment: Segmenter) -> list[str]:
    """The words of an abstracted text in order, without those that are only signs."""
    return [word for word in segment(plain) if not _SIGNS.fullmatch(word)]


def without_signs(plain: str) -> str:
    """An abstracted text without punctuation, blanks and other signs, as many SMS are written."""
    return _SIGNS.sub("", plain)


def shape(plain: str) -> Sequence[str]:
    """The names of the features of form: length by powers of two, a signature in front, more lines than one."""
    found = [f"s:length{min((len(plain) + 1).bit_length() - 1, _LONGEST_BUCKET)}"]
    if "【" in plain[:3]:
        found.append("s:signed")
    if "\n" in plain:
        found.append("s:lines")
    return found


def names(plain: str, segment: Segmenter) -> set[str]:
    """All features of an abstracted text by name; serving finds the same ones without making the names."""
    found = {f"w:{word}" for word in words(plain, segment)}
    for size in range(1, LONGEST + 1):
        found.update(f"c:{plain[at : at + size]}" for at in range(len(plain) - size + 1))
    found.update(shape(plain))
    return found


def shown(name: str) -> str:
    """A feature as a person reads it."""
    if name.startswith("s:length"):
        return "〔长度〕"
    if name in SHOWN:
        return SHOWN[name]
    return "".join(SHOWN.get(char, char) for char in name[2:])
