"""Texts that no honest page holds, of any length, each of a sort that could make a reader slow, large or wrong."""

from collections.abc import Callable

OFFER = "办理各类证件刻章，加微信 zheng_8812，"
# One stretch of each sort; repeated, it fills a text.
STRETCHES: dict[str, str] = {
    "emoji": "🌟😀👨‍👩",
    "han": "的一是了我不人在他有",
    "traditional": "臺乾幹萬與東車門",
    "mixed scripts": "аβ가あ办a1",
    "one letter": "a",
    "digits": "1",
    "blanks between digits": "1 ",
    "numerals": "一二三四五六七",
    "right to left": "\u202e代\u202c考",
    "lone surrogates": "\ud800办",
    "NUL": "\x00",
    "combining marks": "办\u0301\u0336",
    "line breaks": "\n",
    "addresses without an end": "http://",
    "at signs": "a@",
    "dots": "a.",
    "brackets": "【",
    "opened quotes": "“",
    "quotes and clauses": "“不,",
    "channels": "加微",
    "channels and colons": "微信:",
    "offers": OFFER,
    "offers reported": "举报办证刻章加微信 zheng_8812。",
    "all at once": "“不要办证”、刻章【公安局】收到的短信：贷5万日结300一单，扣“1” 13800138000 q群123456 t.me/a_1\n",
}
WITH_OFFER = frozenset({"offers", "an offer, then other text"})
EITHER_WAY = frozenset({"offers reported", "all at once"})  # whether these are flagged is for the rules to say
Builder = Callable[[int], str]


def _repeated(stretch: str) -> Builder:
    return lambda size: (stretch * (size // len(stretch) + 1))[:size]


def _offer_first(size: int) -> str:
    return OFFER + "天" * (size - len(OFFER))


def _long_address(size: int) -> str:
    return "http://a.test/" + "a" * (size - 14)


# The sorts of texts; each makes a text of so many characters.
SORTS: dict[str, Builder] = {
    **{name: _repeated(stretch) for name, stretch in STRETCHES.items()},
    "a long address": _long_address,
    "an offer, then other text": _offer_first,
}
