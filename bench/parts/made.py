"""Made-up flags, as many as wanted: words as unevenly frequent as in a language, sources and contacts likewise."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product
from random import Random
from typing import TypeVar

from core import taxonomy
from core.secret import flag_id
from core.types import Contact, ContactKind, Decision, Flag, Reason, Role, RuleRef, Signal, Span

T = TypeVar("T")


def _cut(words: str) -> list[str]:
    return words.split()


SEED = 20_261_123
FIRST = datetime(2025, 11, 23, tzinfo=UTC)
EVERY = timedelta(seconds=30)  # between two flags: a million of them are a year
SOURCES, CONTACTS = 300, 40_000
WORDS = range(14, 32)  # of one text
_PLACES = _cut("北江 南湾 东岭 西渡 云港 石桥 柳镇 白沙 青田 红岩 长坪 临湖 金口 银滩 松岗 竹山 梅县 兰溪 桃源 杏林")
_THINGS = _cut(
    "发票 证件 印章 学历 学位证 毕业证 驾驶证 检测报告 银行卡 电话卡 对公账户 实名账号 考试答案 作弊器材 耳机 "
    "额度 白条 信用卡 花呗 小额贷款 校园贷 征信 逾期记录 口罩 疫苗 保健药 神药 药酒 社保 公积金 失业金 医保卡 "
    "彩票 棋牌 赌场 平台 内幕消息 荐股群 虚拟币 理财项目 刷单任务 中奖名额 兼职岗位 出境名额 培训班 名师押题 真题 "
    "礼品卡 会员 流量 粉丝 账号 店铺 货源 仓库 车位 房源 家具 电脑 手机 自行车 钢琴 门票 机票 酒店 旅游 保险"
)
_ACTS = _cut(
    "代办 代开 代考 代还 办理 出售 出租 收购 回收 转让 招收 招募 套现 提现 提取 垫付 放款 下款 修复 消除 包过 保录 "
    "挂靠 补缴 充值 返利 返现 开户 开奖 下注 带单 跟投 领取 兑换 预约 查询 定制 批发 配送 安装 维修 清洗 搬运 咨询"
)
_TELLS = _cut(
    "当天 两小时 三天 一周 月底 周末 全国 本地 同城 上门 线上 线下 免费 低价 优惠 高价 现金 不查征信 无需抵押 无视黑户 "
    "凭身份证 只需手机 秒到账 日结 月入过万 轻松 稳定 靠谱 老店 诚信 多年经验 内部渠道 一手货源 真实可查 先办后付 "
    "货到付款 满意付款 不成不收 保密 安全 正规 快速 简单 名额有限 先到先得 长期有效 欢迎 联系 详谈 私聊 加我 备注 "
    "来意 非诚勿扰 学生 宝妈 上班族 老板 个体户 司机 新手 老人 和 的 在 可以 都 有 我们 您 请 就 也 "
    "这里 专业 服务 团队 资料 手续"
)
_PAIRS = [f"{act}{thing}" for act, thing in product(_ACTS, _THINGS)]  # two thousand offers, each in its own words
_KINDS = (("微信", ContactKind.WECHAT), ("QQ", ContactKind.QQ), ("电话", ContactKind.PHONE))

OFTEN = "发票"  # what one flag in five names


class Uneven:
    """Draws from things of which the n-th is as frequent as 1/n, as words of a language are."""

    def __init__(self, things: Sequence[str]) -> None:
        self._things = things
        self._sums = list(accumulate(1 / rank for rank in range(1, len(things) + 1)))

    def draw(self, random: Random) -> str:
        """One of them."""
        return self._things[bisect(self._sums, random.random() * self._sums[-1])]


def flags(count: int) -> Iterator[Flag]:
    """``count`` flags, the oldest first; the same ones every time."""
    random = Random(SEED)  # noqa: S311 - the same flags every time
    parts = [Uneven(_shuffled(random, words)) for words in (_TELLS, _PAIRS, [*_THINGS, *_PLACES])]
    sources = Uneven([f"site-{number:03}" for number in range(SOURCES)])
    harms = Uneven([harm.id for harm in taxonomy.HARMS])
    for number in range(count):
        text = "".join(_written(random, parts))
        contact, text = _reached(random, text)
        url = f"https://{sources.draw(random)}.example/post/{number}"
        yield _flag(number, url, text, harms.draw(random), contact)


def _shuffled(random: Random, words: Sequence[str]) -> list[str]:
    return random.sample(list(words), len(words))


def _written(random: Random, parts: Sequence[Uneven]) -> Iterator[str]:
    for at in range(random.choice(WORDS)):
        yield parts[(0, 0, 1, 0, 2)[at % 5]].draw(random)
        if at % 6 == 4:  # noqa: PLR2004 - about so long are clauses
            yield "，"


def _reached(random: Random, text: str) -> tuple[Contact, str]:
    word, kind = random.choice(_KINDS)
    value = reach(kind, int(CONTACTS ** random.random()))
    start = len(text) + len(word) + 1
    return Contact(kind, value, Span(start, start + len(value))), f"{text}{word}：{value}"


def reach(kind: ContactKind, rank: int) -> str:
    """The contact of a kind that is the ``rank``-th in frequency."""
    return f"lw_{rank:05}" if kind is ContactKind.WECHAT else f"{5_000_000_000 + rank * 7919}"


def _flag(number: int, url: str, text: str, category: str, contact: Contact) -> Flag:
    seen = FIRST + number * EVERY
    rule = RuleRef(f"{number % 97:032x}", f"rule-{number % 97}", 1, f"{number % 97:064x}")
    signals = (
        Signal("rules", Role.HARM, 0.9, rule.slug, category, (Span(0, 4),), rule),
        Signal("model", Role.OFFER, 0.87, "offer", category, (Span(0, 8),), None, (("代办", 1.25), ("联系", 0.5))),
        Signal("contacts", Role.REACH, 1.0, contact.kind.value, None, (contact.span,)),
    )
    reasons = (Reason("rule", {"rule": rule.slug, "words": text[:4]}), Reason("contact", {"value": contact.value}))
    decision = Decision(True, category, 0.5 + number % 50 / 100, reasons, signals, (contact,))
    source = url[8:].partition(".")[0]
    return Flag(flag_id(url, text, category), source, url, text[:12], text, seen - EVERY, seen, decision)


def words(random: Random) -> str:
    """What somebody might type: a word, two, or a phrase; frequent ones are typed as often as others."""
    act, thing, tell = random.choice(_ACTS), random.choice(_THINGS), random.choice(_TELLS)
    return random.choice((act, thing, tell, f"{act} {thing}", f"{thing} {tell}", f'"{act}{thing}"', f"{act}{thing}"))
