"""What the town's people write while a soak lasts: posts, replies and edits at moments that are known beforehand."""

import random
from collections import Counter
from collections.abc import Sequence

from examples.town.posts import Edit, TownPost

_SECTIONS = {
    "forum/life": 4,
    "forum/jobs": 4,
    "forum/study": 4,
    "forum/trade": 4,
    "forum/money": 4,
    "forum/chat": 4,
    "classifieds": 5,
    "account": 1,
    "square": 2,
}
_PREFIX = {"classifieds": "cls", "account": "acc", "square": "sq"}
_FIRST_NUMBER = 100  # behind those of the town's own posts
_REPLIES = 0.3  # of the posts in the forum
_MOST_FLOORS = 40
_OFFERS = (
    ("低价开票", "专业代开各行业发票，税点优惠，验证后付款，需要的加微信 {code} 详谈，长期合作"),
    ("四六级保过", "四六级考前一天出答案，先看样题再付款，过不了全退，加微信 {code} 留名额"),
    ("急用钱看过来", "黑户白户都能下款，不看征信，身份证秒批五万，当天到账，加微信 {code} 办理"),
    ("收卡", "高价回收闲置银行卡，带U盾的一套1500，当面验卡马上给钱，加微信 {code}"),
    ("在家做单", "刷单返利，一单三十到八十，做完立返本金和佣金，每天稳赚三百，加微信 {code} 领任务"),
    ("证件", "刻章办证，学历证、驾驶证、资格证都能做，仿真包过，先验货后付款，加微信 {code}"),
)
_PLAIN = (
    ("菜价", "今天北门菜市场的萝卜很新鲜，{n} 块钱三斤，去晚了就没有了"),
    ("问路", "请问从汽车站到第 {n} 中学怎么走，要不要换车，孩子周末去参加活动"),
    ("晚饭", "第 {n} 次做红烧鱼，还是有点腥，有没有老师傅说说怎么去味"),
    ("天气", "河堤那边的风真大，第 {n} 盏路灯又不亮了，走路的朋友小心脚下"),
    ("读书", "图书馆新到了一批小说，编号 {n} 的那本写得真好，推荐给大家"),
    ("小心受骗", "昨天有人打电话说能帮忙做流水，我没理他，编号 {n} 的骚扰号码已经举报了，大家别信"),
)


def timetable(
    seed: int, base: Sequence[TownPost], seconds: float, every: float, *, offers: float = 0.35, edited: float = 0.08
) -> tuple[TownPost, ...]:
    """Posts that appear one by one until ``seconds``, one in ``every`` seconds on average, as their floors allow.

    The share ``offers`` of them offers something, each with a contact of its own; of the harmless ones the share
    ``edited`` becomes an offer within two minutes. The same seed gives the same posts.
    """
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    floors: Counter[str | None] = Counter(post.thread for post in base)
    numbers: Counter[str] = Counter()
    made: list[TownPost] = []
    at = dice.expovariate(1 / every)
    while at < seconds:
        n = len(made) + 1
        section = dice.choices(list(_SECTIONS), list(_SECTIONS.values()))[0]
        own = [post for post in made if post.section == section and post.thread and floors[post.thread] < _MOST_FLOORS]
        offering = dice.random() < offers
        title, text = _text(dice, n, offering=offering)
        later = at + dice.uniform(15, 120)
        edits: tuple[Edit, ...] = ()
        if not offering and dice.random() < edited and later < seconds:
            edits = (Edit(later, _text(dice, n, offering=True)[1]),)
        if own and dice.random() < _REPLIES:
            thread = dice.choice(own).thread
            made.append(_post(section, thread, floors[thread], None, text, at, edits))
            floors[thread] += 1
        else:
            number = _FIRST_NUMBER + numbers[section]
            numbers[section] += 1
            thread = f"{section.removeprefix('forum/')}-{number}" if section.startswith("forum/") else None
            floors[thread] = 1
            made.append(_post(section, thread, 0, title, text, at, edits, number))
        at += dice.expovariate(1 / every)
    return tuple(made)


def _text(dice: random.Random, n: int, *, offering: bool) -> tuple[str, str]:
    title, text = dice.choice(_OFFERS if offering else _PLAIN)
    return title, text.format(code=f"soak_{n:05d}", n=n)


def _post(
    section: str,
    thread: str | None,
    floor: int,
    title: str | None,
    text: str,
    at: float,
    edits: tuple[Edit, ...],
    number: int = 0,
) -> TownPost:
    name = f"{thread}-{floor}" if thread else f"{_PREFIX[section]}-{number}"
    return TownPost(name, section, thread, floor, title, text, 0.0, at, sticky=False, edits=edits)
