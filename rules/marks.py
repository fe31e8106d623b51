"""The words that turn what follows: quotation marks, prohibitions, denials, reported speech, hotlines of offices."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from core.lazy import lazy
from rules.grammar import Hit

_CLAUSE = "[^,。;!?\n]"  # within a clause
_PHRASE = "[^,。;!?\n ]"  # up to a blank
_SENTENCE = "[^。;!?\n]"  # within a sentence

_QUOTED = re.compile(r"“[^”\n]{1,300}”|「[^」\n]{1,300}」|『[^』\n]{1,300}』|‘[^’\n]{1,300}’|\"[^\"\n]{1,300}\"")
# Each mark is followed by a group that looks ahead as far as the mark reaches.
_FORBIDDEN = re.compile(
    r"(?:(?<!要)不要(?!求|钱|押|交|费|你|您|任何|证|手续)|不能|不得|不可|切莫|(?<![特级个分类辨鉴识区])别(?!墅|克)|勿(?!扰|删|念)|严禁|禁止|拒绝|远离|警惕|谨防|防范|杜绝|抵制)"
    rf"(?=({_PHRASE}{{0,6}}))"
)
_DENIED = re.compile(
    r"(?:不(?:提供|从事|做|收|卖|办|接|代|开|承诺|包|保|搞|支持|参与|涉及|含|是|接受|存在)|从不|从未|绝不|概不|没有|并无|谢绝|无需)"
    rf"(?=({_CLAUSE}{{0,4}}))"
)
_NOT = re.compile("[不未]")
_REFUSED = re.compile(
    r"(?:不(?:提供|从事|做|卖|办|接|搞|教|帮|受理|支持|参与|收(?=购|卡|号|码))|拒绝|谢绝|严禁|拒接|概不|从不|绝不)"
    rf"(?=({_CLAUSE}{{0,4}}))|不(?!回收|实名|停机|收)(?=())"
)
_REPORTED = re.compile(
    "(?:[让叫把骗逼劝拉]我|要我(?!把|帮|拉|推|的)|被拉|被骗|被人|对方|骗子(?![太多死绕退滚勿走])|不法分子|嫌疑人|自称|号称|声称|谎称|冒充|所谓|收到的|收到这|收到一条"
    "|收到[^,。;]{0,12}短信|群发|发来|短信里?说|内容是|要求(?!低|不|简单)|诱导|引诱|有人[用说发]|刚才那个)"
    rf"(?=({_SENTENCE}{{0,16}}))"
)
_PASSED_ON = re.compile(
    rf"我[^。;!?\n]{{0,8}}(?:收到|接到|看到|刷到)[^。;!?\n]{{0,20}}(?:短信|电话|消息|信息|链接|通知|广告|来电)(?=({_SENTENCE}{{0,60}}))"
)
_SHOWN = re.compile(
    r"(?:这条|那条|这种|这样的|以下|如下|假|诈骗|可疑)[^,。;!?\n]{0,6}(?:短信|信息|消息|私信|微信|广告|话术|帖子)(?:内容|原文|示例|截图)?"
    rf"[^,。;!?\n]{{0,4}}:(?=({_SENTENCE}{{0,80}}))"
)
_OFFICIAL = re.compile(
    "(?:举报|投诉|报案|报警|监督|线索|爆料|辟谣|反诈|值班|物业|业委会|居委会|村委会|(?<!免跑)派出所|警务|保卫|纪检|教务|学生处|团委|图书馆"
    "|编辑部|报社|新闻热线|读者|服务窗口|服务台|总机|大厅|办公|志愿)"
    rf"(?=({_SENTENCE}{{0,16}}))"
)
_OFFICE = re.compile(
    r"\s*【[^】]{0,14}(?:局|公安|警方|派出所|法院|检察院?|中心|金融办|办公室|考试院|考试网|委员会|卫健委|消协|协会|支队"
    r"|大队|大学|学校|学院|保卫处|街道|社区|居委会|村委会|物业|医院|体彩|福彩|\d{5})】"
)
Spans = Sequence[tuple[int, int]]


class Reach(NamedTuple):
    """Where marks end and how far they reach, in order: so many that each is not looked at for every hit."""

    starts: Sequence[int]
    furthest: Sequence[int]  # the end that a mark or one before it reaches

    @classmethod
    def of(cls, spans: Spans) -> "Reach":
        """From the end of each mark to as far as it reaches."""
        if not spans:
            return _NOWHERE
        ordered = sorted(spans)
        return cls([start for start, _ in ordered], list(accumulate((end for _, end in ordered), max)))

    def holds(self, at: int) -> bool:
        """Whether a mark reaches ``at``."""
        last = bisect_right(self.starts, at) - 1
        return last >= 0 and at <= self.furthest[last]


_NOWHERE = Reach((), ())  # most texts hold no mark of a kind


class Marks:
    """Where the marks of a normalised text reach; each kind is looked for once, when first asked for."""

    def __init__(self, norm: str) -> None:
        self._norm = norm

    def quoted(self, hit: Hit) -> bool:
        """Whether a hit stands in quotation marks."""
        at = bisect_right(self._quotes, (hit.start, len(self._norm))) - 1
        return at >= 0 and self._quotes[at][1] >= hit.end

    def forbidden(self, hit: Hit) -> bool:
        """Whether the words before a hit forbid it."""
        return self._forbidden.holds(hit.start)

    def denied(self, hit: Hit) -> bool:
        """Whether the author says that he does not do what a hit names."""
        return self._denied.holds(hit.start)

    def refused(self, hit: Hit) -> bool:
        """Whether the author says that he will not do what a hit names; "is not" alone is no refusal."""
        return self._refused.holds(hit.start)

    def reported(self, hit: Hit) -> bool:
        """Whether the author passes on what somebody else said or did."""
        return self._reported.holds(hit.start)

    def official(self, hit: Hit) -> bool:
        """Whether a contact is that of an office or for complaints, by the words before it."""
        return self._official.holds(hit.start)

    def second_hand(self, hit: Hit) -> bool:
        """Whether a hit is not the author's own: quoted, forbidden or reported."""
        return self.quoted(hit) or self.forbidden(hit) or self.reported(hit)

    @property
    def signed_by_office(self) -> bool:
        """Whether the sender's name at the start is that of an office, a bank, a school or a community."""
        return bool(_OFFICE.match(self._norm))

    @lazy
    def _quotes(self) -> Spans:
        return tuple(match.span() for match in _QUOTED.finditer(self._norm))

    @lazy
    def _forbidden(self) -> Reach:
        return Reach.of(_reach(_FORBIDDEN, self._norm))

    @lazy
    def _denied(self) -> Reach:
        nots = [(match.end(), match.end()) for match in _NOT.finditer(self._norm)]
        return Reach.of([*_reach(_DENIED, self._norm), *nots])

    @lazy
    def _refused(self) -> Reach:
        return Reach.of(_reach(_REFUSED, self._norm))

    @lazy
    def _reported(self) -> Reach:
        return Reach.of([span for marks in (_REPORTED, _PASSED_ON, _SHOWN) for span in _reach(marks, self._norm)])

    @lazy
    def _official(self) -> Reach:
        return Reach.of(_reach(_OFFICIAL, self._norm))


def _reach(marks: re.Pattern[str], norm: str) -> list[tuple[int, int]]:
    return [(match.end(), match.end(match.lastindex or 0)) for match in marks.finditer(norm)]
