"""The shape of a text: who speaks to whom, what stands in quotation marks, what is forbidden, what is invited."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from rules.grammar import Hit
from rules.reading import Place, Reading

_QUOTED = re.compile(r"“[^”\n]{1,300}”|「[^」\n]{1,300}」|『[^』\n]{1,300}』|‘[^’\n]{1,300}’|\"[^\"\n]{1,300}\"")
# What stands shortly before a word and turns an invitation into a prohibition.
_NEGATION = re.compile(
    r"(?:不要|不能|不得|不可|切莫|(?<![特级个分类辨鉴识区])别(?!墅|克)|勿(?!扰|删|念)|严禁|禁止|拒绝|远离|警惕|谨防|防范|杜绝|抵制)"
    r"[^,。;!?\n]{0,6}$"
)
_DENIAL = re.compile(
    r"(?:不(?:提供|从事|做|收|卖|办|接|代|开|承诺|包|保|搞|支持|参与|涉及|含|是|接受|存在)|从不|从未|绝不|概不|没有|并无|谢绝|无需)"
    r"[^,。;!?\n]{0,4}$|[不未]$"
)
# What stands before words that the author only passes on.
_REPORTED = re.compile(
    r"(?:让我|叫我|要我|把我|骗我|逼我|劝我|拉我|被拉|被骗|被人|对方|骗子|不法分子|嫌疑人|自称|号称|声称|谎称|冒充|所谓|收到的|收到这|收到一条|收到[^,。;]{0,12}短信|群发|发来"
    r"|短信里?说|内容是|要求(?!低|不|简单)|诱导|引诱|有人用|有人说|有人发|刚才那个)[^。;!?\n]{0,16}$"
)
# A contact after these words is that of an office or a complaint, not of a seller.
_OFFICIAL = re.compile(
    r"(?:举报|投诉|报案|报警|监督|线索|辟谣|反诈|值班|物业|派出所|警务|保卫|纪检|服务窗口|办公)[^。;!?\n]{0,16}$"
)
_OFFICE = re.compile(
    r"\s*【[^】]{0,14}(?:局|公安|警方|派出所|法院|检察院?|中心|金融办|办公室|考试院|考试网|委员会|卫健委|消协|协会|支队|大队|大学|学校|学院|保卫处|街道|社区|居委会|村委会|物业|医院|体彩|福彩|\d{5})】"
)
STRONG_CUE = 0.4
_CLEAR_WAY = 0.6  # requests for a reply below this are words that any story holds
_LONG = 160  # characters from which a text may be a story
_BEFORE = 20  # characters looked back


class Shape:
    """What the predicates weigh: a reading, the hits that made rules hold (by harm), and those of offers.

    Each part is computed once, when first asked for.
    """

    def __init__(self, reading: Reading, harms: Mapping[str, Sequence[Hit]], offers: Sequence[Place]) -> None:
        self._reading = reading
        self.harms = frozenset(harms)
        self._harms = tuple(dict.fromkeys(hit for hits in harms.values() for hit in hits))
        self._offers = offers

    @property
    def reading(self) -> Reading:
        """The reading behind the shape."""
        return self._reading

    def cues(self, kind: str) -> tuple[Place, ...]:
        """The hits of the bank ``cue_<kind>``."""
        return self._reading.bank(f"cue_{kind}")

    def strength(self, kind: str) -> float:
        """Noisy-or over the different terms of ``cue_<kind>``; of terms that overlap the first and longest counts.

        Against a pitch the weak cues say nothing: swindlers name the police, and forbid to tell anybody.
        """
        least = STRONG_CUE if self.pitch else 0.0
        norm = self._reading.norm
        best: dict[str, float] = {}
        end = 0
        for place in sorted(self.cues(kind), key=lambda place: (place.hit.start, -place.hit.end)):
            if place.hit.start >= end and place.score >= least:
                end = place.hit.end
                best.setdefault(norm[place.hit.start : end], place.score)
        return noisy_or(best.values())

    @cached_property
    def mentioned(self) -> tuple[Hit, ...]:
        """The hits of rules that are only mentioned: in quotation marks, forbidden or denied."""
        return tuple(hit for hit in self._harms if self.second_hand(hit) or self.denied(hit))

    @property
    def mention(self) -> float:
        """The share of the rules' hits that are only mentioned; 0 where no rule hit."""
        return len(self.mentioned) / len(self._harms) if self._harms else 0.0

    @cached_property
    def _quotes(self) -> list[tuple[int, int]]:
        return [match.span() for match in _QUOTED.finditer(self._reading.norm)]

    def quoted(self, hit: Hit) -> bool:
        """Whether a hit stands in quotation marks."""
        at = bisect_right(self._quotes, (hit.start, len(self._reading.norm))) - 1
        return at >= 0 and self._quotes[at][1] >= hit.end

    def negated(self, hit: Hit) -> bool:
        """Whether the words before a hit forbid or deny it."""
        return bool(_NEGATION.search(self._before(hit)))

    def denied(self, hit: Hit) -> bool:
        """Whether the author says that he does not do what a hit names."""
        return bool(_DENIAL.search(self._before(hit)))

    def reported(self, hit: Hit) -> bool:
        """Whether the author passes on what somebody else said or did."""
        return bool(_REPORTED.search(self._before(hit)))

    def second_hand(self, hit: Hit) -> bool:
        """Whether a hit is not the author's own: quoted, forbidden or reported."""
        return self.quoted(hit) or self.negated(hit) or self.reported(hit)

    def _before(self, hit: Hit) -> str:
        return self._reading.norm[max(hit.start - _BEFORE, 0) : hit.start]

    @cached_property
    def ways(self) -> tuple[Hit, ...]:
        """All contacts and requests for a reply."""
        return (*(hit for _, hit in self._reading.contacts()), *self._reading.replies())

    @cached_property
    def invites(self) -> tuple[Hit, ...]:
        """The ways to reach the author that he himself holds out: not second-hand, and no office's."""
        return tuple(hit for hit in self.ways if not self.second_hand(hit) and not _OFFICIAL.search(self._before(hit)))

    @property
    def rambling(self) -> bool:
        """Whether a long text gives no contact, and asks for a reply only in words that any story holds."""
        return (
            len(self._reading.norm) >= _LONG
            and not self._reading.contacts()
            and all(place.score < _CLEAR_WAY for place in self._reading.reply_places())
        )

    @property
    def signed_by_office(self) -> bool:
        """Whether the sender's name at the start is that of an office, a bank, a school or a community."""
        return bool(_OFFICE.match(self._reading.norm))

    @cached_property
    def selling(self) -> float:
        """How strongly the author himself offers: the strongest offer that is not quoted and not forbidden."""
        live = (place.score for place in self._offers if not self.second_hand(place.hit))
        return max(live, default=0.0)

    @cached_property
    def pitch(self) -> float:
        """0 where the author holds out no way to reach him, else how strongly he offers."""
        return self.selling if self.invites else 0.0


def noisy_or(chances: Iterable[float]) -> float:
    """The chance that at least one of independent causes is there (Pearl 1988, noisy-or)."""
    none = 1.0
    for chance in chances:
        none *= 1.0 - chance
    return 1.0 - none
