"""Contacts in every disguise that offers use, and the plain form each must get."""

import pytest

from core.contacts import find
from core.text import Document, normalise
from core.types import ContactKind

NUMERALS = dict(zip("零〇○洞一壹幺二贰三叁四肆五伍六陆七柒拐八捌九玖", "000011122334455667778899", strict=True))

# Text, and the contacts in it as "kind value".
PHONES = (
    ("急用钱打13800138000", "phone 13800138000"),
    ("电话138-0013-8000", "phone 13800138000"),
    ("电话138 0013 8000 张经理", "phone 13800138000"),
    ("手机:+86 138 0013 8000", "phone 13800138000"),
    ("联系8613800138000", "phone 13800138000"),
    ("联系0086-138-0013-8000", "phone 13800138000"),
    ("１３８００１３８０００全天在线", "phone 13800138000"),
    ("①③⑧⓪⓪①③⑧⓪⓪⓪", "phone 13800138000"),
    ("⑴⑶⑻⑴⑵⑶⑷⑸⑹⑺⑻", "phone 13812345678"),
    ("❶❸❽❶❷❸❹❺❻❼❽", "phone 13812345678"),
    ("⒈⒊⒏⒈⒉⒊⒋⒌⒍⒎⒏", "phone 13812345678"),
    ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "phone 13800138000"),
    ("𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "phone 13800138000"),
    ("٠١٠-٦٢٧٧١٢٣٤", "phone 01062771234"),
    ("壹叁捌零零壹叁捌零零零", "phone 13800138000"),
    ("一三八零零一三八零零零", "phone 13800138000"),
    ("一三八〇〇一三八〇〇〇", "phone 13800138000"),
    ("一三八○○一三八○○○", "phone 13800138000"),
    ("幺三八洞洞幺三八洞洞洞", "phone 13800138000"),
    ("幺三拐八八拐拐二二二幺", "phone 13788772221"),
    ("1三8零零1三八000", "phone 13800138000"),
    ("壹叁捌，零零壹叁，捌零零零", "phone 13800138000"),
    ("一三八 零零一三 八零零零", "phone 13800138000"),
    ("1 3 8 0 0 1 3 8 0 0 0", "phone 13800138000"),
    ("1-3-8-0-0-1-3-8-0-0-0", "phone 13800138000"),
    ("1.3.8.0.0.1.3.8.0.0.0", "phone 13800138000"),
    ("1*3*8*0*0*1*3*8*0*0*0", "phone 13800138000"),
    ("13·8001·38000", "phone 13800138000"),
    ("138—0013—8000", "phone 13800138000"),
    ("138 – 0013 – 8000", "phone 13800138000"),
    ("1🌟3🌟8🌟0🌟0🌟1🌟3🌟8🌟0🌟0🌟0", "phone 13800138000"),
    ("13800\u200b138\u2060000", "phone 13800138000"),
    ("1\u03363\u03368\u033600138000", "phone 13800138000"),
    ("13800138000 13900139000", "phone 13800138000, phone 13900139000"),
    ("138-0013-8000/139-0013-9000", "phone 13800138000, phone 13900139000"),
    ("1380013800013900139000", "phone 13800138000, phone 13900139000"),
    ("微信同号13800138000", "phone 13800138000"),
    ("电话/微信：13800138000", "phone 13800138000"),
    ("电话微信同步 13800138000", "phone 13800138000"),
    ("13800138000（微信同号）", "phone 13800138000"),
    ("VX：13800138000同号", "phone 13800138000"),
    ("联系李薇13800138000", "phone 13800138000"),
    ("0755-27191234", "phone 075527191234"),
    ("(0755)27191234转801", "phone 075527191234"),
    ("0755-27191234-801", "phone 075527191234"),
    ("座机 010 6277 1234", "phone 01062771234"),
    ("零七三一-八八六六二二一一", "phone 073188662211"),
    ("400-820-5555", "phone 4008205555"),
    ("热线4008205555", "phone 4008205555"),
    ("拨打 400 8205 555", "phone 4008205555"),
    ("☎8837219", "phone 8837219"),
    ("电话：治安大队 7081 2246", "phone 70812246"),
    ("请致电00852-5391-7042", "phone 0085253917042"),
    ("改签转人工 075527191234", "phone 075527191234"),
    ("补偿办理02027191234", "phone 02027191234"),
    ("老谭 (0)138-0013-8000", "phone 13800138000"),
    ("打座机，零七三一，八八六六二二一", "phone 07318866221"),
)
QQS = (
    ("QQ12345678", "qq 12345678"),
    ("qq：１２３４５６７８", "qq 12345678"),
    ("ＱＱ号码是12345678", "qq 12345678"),
    ("加q 2 7 1 9 9 0 3 4 5", "qq 271990345"),
    ("扣扣：7704 1829 5", "qq 770418295"),
    ("扣 4719203356", "qq 4719203356"),
    ("扣我20775193", "qq 20775193"),
    ("企鹅号1930447826", "qq 1930447826"),
    ("企❤鹅 2850661934", "qq 2850661934"),
    ("企🔥鹅 2850661934", "qq 2850661934"),
    ("秋秋一二三四五六七八", "qq 12345678"),
    ("球球③①⑦⑦⑥②⑨⑧⑤", "qq 317762985"),
    ("蔻蔻 壹贰叁肆伍陆柒", "qq 1234567"),
    ("客服企鹅：86 0415 773", "qq 860415773"),
    ("Q+12345678", "qq 12345678"),
    ("Q/微：8834120957", "qq 8834120957"),
    ("QQ联系兑奖处 927 350 1186", "qq 9273501186"),
    ("QQ1198430275一起去", "qq 1198430275"),
    ("扣扣 77310264 30分钟到", "qq 77310264"),
    ("扣-扣12345678", "qq 12345678"),
    ("给你估价:贰贰伍玖零叁壹柒(扣)", "qq 22590317"),
    ("➕🐧 271990345", "qq 271990345"),
    ("不上征信，🐧 271 990 345 备注“水”", "qq 271990345"),
    ("➕ qiye 2·7·1·9·9·0·3·4·5", "qq 271990345"),
    ("在线等 加 520 77 1934", "qq 520771934"),
)
GROUPS = (
    ("QQ群 7 1 9 0 3 3 8 5 2", "group 719033852"),
    ("群号：845 1190 273", "group 8451190273"),
    ("加群764209318", "group 764209318"),
    ("进裙→ 572338016", "group 572338016"),
    ("君羊 123456789", "group 123456789"),
    ("企鹅群四〇九一一八六三〇", "group 409118630"),
    ("Q裙742059831", "group 742059831"),
    ("扣群看公告：7 4 2 0 5 9 8 3", "group 74205983"),
    ("1群 123456789 2群 987654321", "group 123456789, group 987654321"),
    ("老哥互助群：917 226 0841，天天", "group 9172260841"),
)
WECHATS = (
    ("加微信 abc_123", "wechat abc_123"),
    ("微信号：Zheng8812", "wechat zheng8812"),
    ("微.信 abc_123", "wechat abc_123"),
    ("微\u200b信abc_123", "wechat abc_123"),
    ("威信abc-123", "wechat abc-123"),
    ("薇信：abc123", "wechat abc123"),
    ("徽信 abc123", "wechat abc123"),
    ("V信abc123", "wechat abc123"),
    ("Ⅴ信 abc123", "wechat abc123"),
    ("ᐯ信 abc123", "wechat abc123"),
    ("薇芯 abc_123", "wechat abc_123"),
    ("微❤️：abc_123", "wechat abc_123"),
    ("V❤：abc123", "wechat abc123"),
    ("➕❤ abc_123", "wechat abc_123"),
    ("❤信 abc_123", "wechat abc_123"),
    ("微亻言 abc_123", "wechat abc_123"),
    ("加薇abc_123", "wechat abc_123"),
    ("➕V：abc_123", "wechat abc_123"),
    ("＋威 abc_123", "wechat abc_123"),
    ("v:haoping-200k", "wechat haoping-200k"),
    ("VX：ABC_123", "wechat abc_123"),
    ("ⓦⓧ abc_123", "wechat abc_123"),
    ("🅅🅇 abc_123", "wechat abc_123"),
    ("wechat: talk_with_an", "wechat talk_with_an"),
    ("卫星 abc_123", "wechat abc_123"),
    ("卫星号：abc123", "wechat abc123"),
    ("绿泡泡abc_88", "wechat abc_88"),
    ("绿色软件 abc_88", "wechat abc_88"),
    ("联系 abc_88（微），夜里在", "wechat abc_88"),
    ("加 abc_88（绿色软件）", "wechat abc_88"),
    ("微信（备注论坛）：abc_123", "wechat abc_123"),
    ("微信：\nabc_123", "wechat abc_123"),
    ("加我：\n\nabc_123", "wechat abc_123"),
    ("班主任微 lin_ban339", "wechat lin_ban339"),
    ("办理咨询加 abc_123，懂的来", "wechat abc_123"),
    ("微信先转定金：dian_lu", "wechat dian_lu"),
    ("加顾问小丁 wenti_xd", "wechat wenti_xd"),
    ("联系周工 wx_zhou400", "wechat wx_zhou400"),
    ("客服wxb1dhc04添加", "wechat wxb1dhc04"),
    ("加V 13800138000", "wechat 13800138000"),
    ("微信壹叁捌零零壹叁捌零零零", "wechat 13800138000"),
    ("加微 12345678", "wechat 12345678"),
    ("微信ａｂｃ＿１２３", "wechat abc_123"),
    ("联系 abc_123（V同号）", "wechat abc_123"),
    ("zhang_88微信，备注来意", "wechat zhang_88"),
    ("大鹏V：dapeng998", "wechat dapeng998"),
    ("微信号拼音 zengjia 加 8837", "wechat zengjia"),
    ("加 V 看场地视频：abc_123（注明来意）", "wechat abc_123"),
    ("对接人 Coco，信：abc_123", "wechat abc_123"),
    ("选择题到手机 信 abc_123", "wechat abc_123"),
    ("原版资料，➕🛰 jz0riginal", "wechat jz0riginal"),
    ("wei: abc_123", "wechat abc_123"),
    ("V一下 abc_123", "wechat abc_123"),
    ("V 老周 abc_123", "wechat abc_123"),
    ("徾 abc_123", "wechat abc_123"),
    ("公开房找阿权微abc_123", "wechat abc_123"),
    ("加我小号 shadow99", "wechat shadow99"),
    ("加一下我工作号 yskd-3072，截图发来", "wechat yskd-3072"),
    ("截图发给发货员阿杰 abc_123", "wechat abc_123"),
    ("速联 abc_123", "wechat abc_123"),
    ("密码问我：abc_123", "wechat abc_123"),
    ("想要代码加abc_123", "wechat abc_123"),
    ("薇 ： j m _ j i e 0 8", "wechat jm_jie08"),
    ("( 微 ) z k 6 6 _ p i a o", "wechat zk66_piao"),
)
OTHERS = (
    ("飞机 @abc_123", "telegram abc_123"),
    ("紙飛機：@zhuan_ka9", "telegram zhuan_ka9"),
    ("TG：abc_123", "telegram abc_123"),
    ("Telegram @vip_bjl888", "telegram vip_bjl888"),
    ("电报搜 abcdef1", "telegram abcdef1"),
    ("谈价@kaoba_remote", "telegram kaoba_remote"),
    ("进频道 t.me/abc_123", "telegram abc_123"),
    ("https://t.me/+AbCdEf123", "telegram +abcdef123"),
    ("t点me/abc_123", "telegram abc_123"),
    ("t·me/abc_123", "telegram abc_123"),
    ("飞机 @abc2", "telegram abc2"),
    ("飞机用户名 abc_123", "telegram abc_123"),
    ("蝙蝠 8820417", "other 8820417"),
    ("蝙蝠 88301f 勿截图", "other 88301f"),
    ("蝙蝠同号 abc_123", "other abc_123"),
    ("飞信号 zhiqu2026 语音不接", "other zhiqu2026"),
    ("加賴539wl_t", "other 539wl_t"),
    ("方便下个软件吗？搜 6620417 就是我", "other 6620417"),
    ("支X宝搜索 7 2 0 3 8 8 1 5 领取", "other 72038815"),
    ("蝙蝠号：8820-417", "other 8820417"),
    ("钉钉搜 abc_123", "other abc_123"),
    ("加賴 momo_77", "other momo_77"),
    ("LINE：abc_77", "other abc_77"),
    ("飞书 zhao_hr", "other zhao_hr"),
    ("skype poker.dl.77", "other poker.dl.77"),
    ("whatsapp +852 5391 7042", "other 85253917042"),
)
ADDRESSES = (
    ("登录 http://sbk-cx.example 验证", "url http://sbk-cx.example"),
    ("hxxps://a.test/b", "url https://a.test/b"),
    ("戳 u-gift.test/88，限时", "url u-gift.test/88"),
    ("www.abc.com.cn/a?id=1&b=2。", "url www.abc.com.cn/a?id=1&b=2"),
    ("ＷＷＷ．ＡＢＣ．ＣＯＭ", "url www.abc.com"),
    ("abc点com", "url abc.com"),
    ("abc 点 cn", "url abc.cn"),
    ("abc[.]com", "url abc.com"),
    ("abc(dot)com/x", "url abc.com/x"),
    ("abc。com打开", "url abc.com"),
    ("a\u200bbc.c\u200bom", "url abc.com"),
    ("网址k0.test，48小时内", "url k0.test"),
    ("放行点 abc . example / q", "url abc.example"),
    ("最高五百 8 8 j q . t e s t", "url 88jq.test"),
    ("邮箱abc@qq.com", "email abc@qq.com"),
    ("abc＠qq．com", "email abc@qq.com"),
    ("abc(at)163.com", "email abc@163.com"),
    ("abc[at]163点com", "email abc@163.com"),
    ("abc#qq.com", "email abc@qq.com"),
    ("abc艾特qq.com", "email abc@qq.com"),
    ("12345678@qq.com", "email 12345678@qq.com"),
    ("QQ邮箱 a.b-c@mail.example.org", "email a.b-c@mail.example.org"),
)
MIXED = (
    ("微信abc_1 扣扣12345678 电话13800138000", "wechat abc_1, qq 12345678, phone 13800138000"),
    ("13800138000微信zhang_3", "phone 13800138000, wechat zhang_3"),
    ("飞机@boss_9 或 蝙蝠 40027715", "telegram boss_9, other 40027715"),
    ("QQ：88400271 群：987654321", "qq 88400271, group 987654321"),
)
# Letters for digits and digits for letters: what a span covers does not read as the value.
LOOKALIKES = (
    ("转接号码：13O－O013－8O00（字母O即数字0）", "phone 13000138000"),
    ("微信13O-1234-56l8", "wechat 13012345618"),
    ("電 丨38 O013 8O00", "phone 13800138000"),
    ("首存送三十八bl9988.c0m退订回T", "url bl9988.com"),
    ("五分钟入账bjl-ting.c㎡", "url bjl-ting.com"),
)
ROWS = PHONES + QQS + GROUPS + WECHATS + OTHERS + ADDRESSES + MIXED


def found(text: str, title: str | None = None) -> str:
    """The contacts of a text, written as the tables write them."""
    return ", ".join(f"{contact.kind} {contact.value}" for contact in find(Document.of(text, title)))


def plain(text: str) -> str:
    """The letters and digits that a piece of text amounts to."""
    written = "".join(NUMERALS.get(char, char) for char in normalise(text).text)
    return "".join(char for char in written if char.isascii() and char.isalnum())


@pytest.mark.parametrize(("text", "expected"), ROWS + LOOKALIKES, ids=[text for text, _ in ROWS + LOOKALIKES])
def test_a_contact_gets_its_plain_form(text: str, expected: str) -> None:
    """Kind and value, alone and with words around that have nothing to do with it."""
    assert found(text) == expected
    assert found(f"【通知】{text}\n谢谢大家，名额有限") == expected


@pytest.mark.parametrize(("text", "_expected"), ROWS, ids=[text for text, _ in ROWS])
def test_spans_lie_on_the_original_characters(text: str, _expected: str) -> None:
    """What a span covers reads as the value; in the title as in the text, whatever stands before."""
    for title, body in ((None, f"\u200b①ﷺ é{text}"), (f"㍿\u202e{text}", "正文"), ("标题Ａ", f"㈱{text}")):
        document = Document.of(body, title)
        contacts = find(document)
        assert contacts
        for contact in contacts:
            covered, value = plain(document.at(contact.span)), plain(contact.value)
            whole = contact.kind in {ContactKind.URL, ContactKind.EMAIL, ContactKind.TELEGRAM}
            assert covered.endswith(value[-3:] if whole else value)
            assert contact.span.end - contact.span.start <= len(text)


def test_the_table_is_as_wide_as_promised() -> None:
    """At least 120 disguises, all different."""
    assert len({text for text, _ in ROWS}) >= 120
