"""The people of the town: made-up names, faces and signatures, given out by hash."""

from hashlib import sha256

NICKNAMES = (
    "柳絮沾衣", "南桥老拐", "半坡听雨客", "豆腐脑加糖派", "城关一枝梅", "夜航的纸船", "麦田守夜人", "北门修表匠",
    "糖炒栗子精", "二中门口的风", "石桥晚钟", "懒猫不捉鼠", "醋溜白菜帮", "灯下补丁", "青砖小院", "拾荒的诗人",
    "东湖钓叟", "阿禾不吃香菜", "骑三轮的牧羊人", "秋裤扎袜子", "小满未满", "戏台底下", "布鞋走天涯", "半碗胡辣汤",
    "蒲公英快递员", "月亮打烊了", "老榆树洞", "搪瓷缸子", "棉花糖屋主", "一蓑烟雨任", "陈醋配月饼", "荞麦皮枕头",
    "六点半的广播", "斜塘渡口", "木匠家的老三", "芝麻开花慢", "冬眠的刺猬", "井台青苔", "蓝布围裙", "旧报糊窗",
    "稻草人请假", "一只鸭梨", "隔壁王师傅的猫", "西关铁匠铺", "白露为霜降", "空山新语", "红薯在炉膛", "火车慢慢开",
    "栀子落肩头", "泥瓦匠的早晨", "葫芦娃他舅", "雾散见南山", "瓜子嗑到天黑", "渡口撑伞人", "水缸里的月", "土豆成精记",
)  # fmt: skip
RANKS = ("新手上路", "青禾住户", "街坊", "老街坊", "版面常客", "金牌街坊", "县城元老")
SIGNATURES = (
    "日子是自己的，慢慢过。",
    "",
    "早睡早起，少看手机。",
    "",
    "承接同城跑腿，私信约时间",
    "人间烟火气，最抚凡人心",
    "",
    "修鞋配钥匙 老地方 北门口",
    "不回复不代表不关注",
    "雪落青禾，麦子不说话",
    "本人所有发言仅代表饿了的时候的想法",
    "",
)
_HUES = ("#5b8c5a", "#c0713d", "#3f7cac", "#9a5b8f", "#b3893a", "#4b8b8b", "#a8504f", "#6a6fb0")


def lot(key: str, size: int, salt: str = "") -> int:
    """A number below ``size`` drawn for a key, the same at every start."""
    return int.from_bytes(sha256(f"{salt}/{key}".encode()).digest()[:8], "big") % size


def face(key: str) -> int:
    """The number of the person behind a key, which points into ``NICKNAMES``."""
    return lot(key, len(NICKNAMES), "person")


def nickname(key: str) -> str:
    """The name a post is signed with."""
    return NICKNAMES[face(key)]


def signature(person: int) -> str:
    """What a person sets under every post, often nothing."""
    return SIGNATURES[lot(str(person), len(SIGNATURES), "signature")]


def rank(person: int) -> str:
    """A person's rank in the forum."""
    return RANKS[lot(str(person), len(RANKS), "rank")]


def hue(person: int) -> str:
    """The colour of a person's picture."""
    return _HUES[person % len(_HUES)]


def avatar(person: int) -> str:
    """A person's picture as SVG: the first character of the name on a colour; IndexError for nobody."""
    letter = NICKNAMES[person][0]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
        f'<rect width="96" height="96" fill="{hue(person)}"/><circle cx="74" cy="20" r="34" fill="#fff" opacity=".12"/>'
        f'<text x="48" y="64" font-size="46" fill="#fff" text-anchor="middle" font-family="sans-serif">{letter}</text>'
        "</svg>"
    )
