"""Reads the words around a number or an id that say through which channel it reaches the seller."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from core.types import ContactKind


class Cue(NamedTuple):
    """What the words before say: the channel, its name as written, and where that begins."""

    channel: str
    word: str
    start: int


GROUP, QQ, WECHAT, TELEGRAM, OTHER, PHONE = "group", "qq", "wechat", "telegram", "other", "phone"
WEAK, NONE = "weak", "none"  # somebody is to be added; a number of something else
KINDS = {
    GROUP: ContactKind.GROUP,
    QQ: ContactKind.QQ,
    WECHAT: ContactKind.WECHAT,
    TELEGRAM: ContactKind.TELEGRAM,
    OTHER: ContactKind.OTHER,
    PHONE: ContactKind.PHONE,
}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_WX_FIRST = _words("微 薇 威 徽 徾 维 溦 v 卫")
_WX_SECOND = _words("信 心 芯 ❤ ♥ ♡ 💚 💛 🧡 亻言 ❤信 x 星 新 号 x号")
_WORDS: dict[str, tuple[str, ...]] = {
    NONE: _words(
        "单号 订单 编号 证号 身份证 代码 注册号 批号 文号 期号 学号 考号 准考证 工单 卡号 案号 警号 识别号 税号 "
        "尾号 取件码 验证码 校验码 券码 票号 备案 许可证 执照 保单 户号 条码 邮编 车牌 航班 车次 密码 邀请码 第"
    ),
    GROUP: _words("群 裙 君羊 群号 裙号 群号码 qun q群 扣群 🐧群"),
    QQ: _words(
        "qq q 扣 扣扣 抠抠 蔻蔻 叩叩 口口 企鹅 企❤鹅 企♥鹅 球球 秋秋 丘丘 求求 加企 鹅 小企鹅 "
        "q号 扣号 鹅号 qq号 扣扣号 企鹅号 🐧 🐧号 qie qiye"
    ),
    WECHAT: (
        *(first + second for first in _WX_FIRST for second in _WX_SECOND),
        *_words("wx vx weixin wechat wei信 w信 wxid wx号 vx号 微信号 微信id 微信小号 企微 卫星号 ❤信 ♥信 +❤ +♥ 加❤"),
        *_words("绿泡泡 绿色软件 绿色app 绿软 绿信 绿标 绿色那个软件 微 薇 威 徽 徾 维 溦 v wei weix 🛰"),
    ),
    TELEGRAM: _words("tg telegram tele 电报 纸飞机 飞机 飞❤机 小飞机 电报号 飞机号 tg号"),
    OTHER: _words(
        "蝙蝠 钉钉 抖音 快手 公众号 公号 小红书 whatsapp whats skype line 赖 飞书 土豆 陌陌 闲鱼 咸鱼 支付宝 密聊 默往 "
        "连信 signal kakao zalo potato 与你 思语 抖音号 蝙蝠号 钉钉号 快手号 小红书号 钉钉群 微博 b站 飞信 飞信号 "
        "支x宝 米聊 闲鱼号 咸鱼号"
    ),
    PHONE: _words(
        "电话 致电 来电 拨打 拨 热线 手机 tel ☎ 📞 📱 电联 座机 固话 专线 短信 打 呼 回电 电 手机号 详询 咨询 联系 "
        "预约 洽 洽询 详电 call phone 办公室 值班 客服 手.机 联系人 报名"
    ),
    WEAK: _words(
        "加 + 加我 加一下 联系 联系我 咨询 私 私聊 找我 小号 号 搜 搜索 添加 小窗我 直接加 扣我 戳 客服 老师 导师 经理 "
        "助理 顾问 店主 群主 id 号码 工作号 业务号 大号 新号 备用号 速联 问我 发货员 u商 币商"
    ),
}
# Channels that count even some words before the value: 微信先付定金：abc_123.
_DISTANT: dict[str, tuple[str, ...]] = {
    GROUP: _words("q群 群号 企鹅群 进群 扣群 裙"),
    QQ: _words("qq 扣扣 企鹅 🐧"),
    WECHAT: (*_words("微信 威信 薇信 加薇 加微 加v vx wx v信 v"), "加 v", "加 微"),
    TELEGRAM: _words("飞机 电报 tg"),
    OTHER: _words("蝙蝠 钉钉 飞书 line"),
    PHONE: _words("电话 热线 手机"),
    WEAK: _words("加 顾问 客服 店主 老师 专员 经理 代理 联系 群主 助理 咨询 发货员"),
}
# What may stand between a channel and the value.
_FILLERS = _words(
    "+ 号码 号 为 是 id 联系 咨询 客服 加 搜索 搜 找 私聊 私 电话 手机 同号 同步 同 也是 我 他 她 叫 好像 名 昵称 就是 "
    "群主 管理 频道 接 聊 发 到 给 老师 助理 详聊 专员 即可 均可 都行 都可 里 讲 扫 在此 用户名 搜一下 的 看 看图 "
    "了解 拿 拼音 全拼 小写 一下 没变"
)
_SIGNS = r"[^0-9a-z一-鿿。?)\]}】”」]{0,8}?"  # what stands between a channel's name and its number, line breaks too
_BLANKS = r"[^0-9a-z一-鿿。?)\]}】”」,、]{0,4}?"
_REMARK = r"(?:[)\]}】”」](?:[^()\[\]【】“「\n]{0,16}[(\[{【“「])?" + _SIGNS + ")?"  # （备注来意）
_NEAR, _LONGEST_CHANNEL = 9, 3  # characters between a distant channel and the value, and of its name
_BACK = 48  # characters looked back


def _backwards(words: Iterable[str]) -> str:
    return "|".join(re.escape(word[::-1]) for word in sorted(words, key=len, reverse=True))


def _channel(name: str, words: Iterable[str]) -> str:
    """A named group for the words read backwards; those in Latin letters are whole words."""
    latin = [word for word in words if re.match("[a-z]", word)]
    other = [word for word in words if word not in latin]
    parts = [_backwards(other), rf"(?:{_backwards(latin)})(?![a-z0-9_])" if latin else ""]
    if name == WECHAT:
        parts.append("信(?![短来电回通取发写诚书可相飞连密])")
    return f"(?P<{name}>{'|'.join(part for part in parts if part)})"


# Read from right to left, so that the nearest channel decides and one look is enough.
_BEFORE = re.compile(
    rf"{_SIGNS}{_REMARK}(?:(?:{_backwards(_FILLERS)}){_BLANKS}){{0,4}}"
    rf"(?:{'|'.join(_channel(name, words) for name, words in _WORDS.items())})"
)
_BEHIND = re.compile(
    r" ?[(\[【「] ?(?:加|搜)?(?:"
    + "|".join(
        f"(?P<{name}>{'|'.join(re.escape(word) for word in sorted(_WORDS[name], key=len, reverse=True))})"
        for name in (GROUP, QQ, WECHAT, TELEGRAM, OTHER)
    )
    + r")(?:号|上|搜|同号|同)? ?[)\]】」]"
)

_WECHAT_BEHIND = re.compile(r" ?(?:是|加)?我?的?(?:微信号?|薇信|v信|vx|wx|微|薇|v)(?:[,。;!)\]】\n]|$)")


def cue_before(norm: str, at: int) -> Cue | None:
    """The nearest channel named before ``norm[at]``, or None where no words of that kind lead up to it."""
    found = _BEFORE.match(norm[max(0, at - _BACK) : at][::-1])
    if found is None or found.lastgroup is None:
        return None
    return Cue(found.lastgroup, found[found.lastgroup][::-1], at - found.end())


def channel_near(norm: str, at: int, channels: tuple[str, ...]) -> str | None:
    """The last of ``channels`` that is named in the clause before ``norm[at]``, a few words away."""
    found = _near(channels).match(norm[max(0, at - _NEAR - _LONGEST_CHANNEL) : at][::-1])
    return found.lastgroup if found else None


@cache
def _near(channels: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(_channel(name, _DISTANT[name]) for name in channels)
    return re.compile(rf"[^0-9a-z。;!?\n]{{1,{_NEAR}}}?(?:{names})")


def named_behind(norm: str, at: int) -> bool:
    """Whether WeChat is named behind a value that ends at ``at``, at the end of a clause: ``abc_123微信``."""
    return _WECHAT_BEHIND.match(norm, at) is not None


def channel_behind(norm: str, at: int) -> str | None:
    """The channel named in brackets after a value that ends at ``at``: ``abc_123（微）``."""
    found = _BEHIND.match(norm, at)
    return found.lastgroup if found else None
