"""Hypothesis strategies that build nasty texts: pieces of adverts and of their opposites, disguised, among anything."""

from hypothesis import strategies as st

# What offers are made of: harms, offers, ways to reply, contacts; and what speaks against them.
HARMS = (
    "办证刻章 代开发票 百家乐 真人荷官 六合彩特码 收银行卡 四件套 跑分 黑户贷 征信修复 套现 替考 答案 "
    "包过保录 刷单返利 荐股群 高薪出境 假疫苗 高仿口罩 提取公积金 代缴社保 毕业证 学位證 發票 薇商 "
    "信用卡提额 校园贷"
)
OFFERS = (
    "出售 代办 高价收 低息放款 诚招代理 日结 开户 首存送 验证后付款 量大从优 名额有限 三百一套 5万起 "
    "300元/单 88% 秒到账"
)
WAYS = (
    "加微信 加v vx: 私聊我 评论扣“1” 扫码进群 联系电话 QQ 企鹅群 飞机号 tg@ 回复1 咨询客服 有意者 威❤ "
    "扣扣 纸飞机 加 V信 wx 电报 公众号 艾特 点com 详询 号码是 微：（"
)
CONTACTS = (
    "zheng_8812 13800138000 138-0013-8000 一三八零零一三八零零零 ①③⑧００１３８０００ 0571-88012390 "
    "400-800-1234 12315 95588 123456789 http://a.test/x?y=1 www.b点com t.me/abc_12 abc@qq.com "
    "abc艾特163点com +8613900139000 wxid_ab12 1380013**** 138,0013,8000 a.b.c.cn 1.2.3.4"
)
AGAINST = (
    "警方提醒 谨防诈骗 举报 据报道 被骗了 小说 “ ” 「 」 【公安局】 【 】 不要 拒绝 我收到的短信： "
    "有人说 请问 真的吗？ 禁止发布 判处有期徒刑 听说 不提供 严禁"
)
BETWEEN = ("", "，", "。", " ", "\n", "\u3000", "、", "-", "*", "·", "★", "○", "\t", "?", "\u2028", "/", "_", "\x00")
INSIDE = (
    "\u200b",
    "\u200d",
    "\u202e",
    "\ufe0f",
    "\u0301",
    "\u0336",
    "*",
    " ",
    "\u3000",
    "★",
    "\ud800",
    "\x00",
    "\u20e3",
    "○",
    ".",
    "\u1160",
    "\u3099",
)

PIECES = tuple(f"{HARMS} {OFFERS} {WAYS} {CONTACTS} {AGAINST}".split())


def _between(piece: str, sign: str) -> str:
    return sign.join(piece)


def _full_width(piece: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in piece)


def _circled(piece: str) -> str:
    return "".join(chr(0x2460 + int(char) - 1) if char in "123456789" else char for char in piece)


def _styled(piece: str) -> str:
    return "".join(chr(0x1D400 + ord(char) - ord("a") + 26) if "a" <= char <= "z" else char for char in piece)


characters = st.text(st.characters(categories=("C", "L", "M", "N", "P", "S", "Z")), max_size=6)
pieces = st.sampled_from(PIECES)
disguised = st.one_of(
    st.builds(_between, pieces, st.sampled_from(INSIDE)),
    st.builds(_full_width, pieces),
    st.builds(_circled, pieces),
    st.builds(_styled, pieces),
    st.builds(str.upper, pieces),
    st.builds(lambda piece, at: piece[: at % len(piece)], pieces, st.integers(0, 9)),
    st.builds(lambda piece, times: piece * times, pieces, st.integers(2, 40)),
)
texts = st.lists(st.one_of(pieces, pieces, disguised, characters, st.sampled_from(BETWEEN)), max_size=24).map("".join)
# One of each, so that many are flagged, and anything around them.
adverts = st.builds(
    lambda *parts: "".join(parts),
    texts,
    *(
        st.one_of(
            st.sampled_from(words.split()), st.builds(_between, st.sampled_from(words.split()), st.sampled_from(INSIDE))
        )
        for words in (HARMS, HARMS, OFFERS, OFFERS, WAYS, CONTACTS)
    ),
    texts,
)
