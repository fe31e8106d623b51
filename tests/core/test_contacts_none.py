"""Numbers, names and words that look like contacts and are none."""

import pytest

from core.contacts import find
from core.text import Document


def rows(block: str) -> tuple[str, ...]:
    """The rows of a block, written several to a line."""
    return tuple(row for line in block.splitlines() for row in line.split(" | ") if row)


AMOUNTS = rows("""\
余额12561.29元 | 支出2,305.17元 | 每户12800元 | 月薪4500-7000 | 日结120-300 | ¥1380013800 | 借3000-20000元
QQ会员充值 38600元 | 每月扣13800元 | 群里13800人 | 加价12345678元 | 微信转了100000块 | 满20000减3000，群友专享
急借3000到手2100七天还3000 | 内部料3000一条 | 1800一针 | 3万以内2800一口价 | 投诉率12.345678%
增加 12345678 元 | 每股加 12345678 | 共加 123456789
""")

DATES_AND_SCORES = rows("""\
2024-07-01 | 2024年7月1日 12:30:45 | 2024.07.01-2024.08.01 | 20240701 | 报名 20240701 截止 | QQ空间 2024-07-01
9:00-21:00 | 2024-2025学年 | 比分98-102，104-99 | 赛程 3-1 2-0 1-1 0-0 2-2 1-0 | 第2025087期
红球03 09 14 21 27 30 | 冠军 02 05 07 08 10 | 倍投方案 1-3-8-24 | 号码 1 3 5 7 9 11 13 15 | 一三五七九
二〇二四年七月一日 | 一九九八年 | 2025 2026 2027 2028
""")

IDS = rows("""\
身份证110105194912310021 | 身份证11010519491231002X | 身份证 110105 19491231 0021 | 编号20250611037
统一社会信用代码91440101MA59XXXX7K | 信用代码 914401011234567890 | 国药准字Z20053412 | 苏械注准20202140
卡号6222021380013800138 | 卡号 6222 0213 8001 3800 138 | 订单号13800138000已发货 | 单号SF13800138000123
快递单号 75312345678901 | JD0093317725 | 准考证号 20240701123 | 学号 2021138001 | 工号10086123 | 警号041722
验证码460219，勿告诉他人 | 微信登录验证码123456 | QQ安全中心验证码：123456 | 取件码7-2-4018 | 邀请码 A0915B
邮编 100080 | 尾号8888 | 工单：GJJ-20250317-0462 | 京ICP备12345678号 | GB 19083-2010 | ISBN 978-7-111-54742-6
案号（2025）云0402执1234号 | 《刑法》第287条之一 | 第二百八十七条 | 许可证编号 JY13301090012345
""")

PLACES_AND_THINGS = rows("""\
京Q12345 | 车牌京Q·12345 | 粤V·12345 | 湘A8K231 | 芙蓉路123号3栋2单元1201 | 房号3-2-1201 | 座位6排7座8座
版本V2.10.345 | v1.2.3更新 | 版本2.10.345.6789 | IP 192.168.1.100 | 159.138.212.16超时 | 116.397128,39.916527
116.397128 39.916527 | CZ3126航班 | 坐飞机CZ3126去 | G1352次 | iPhone15 Pro | RTX4090 | node.js | asp.net core
微信 100mb | 抖音 1080p 画质 | 蝙蝠侠 2022 | 微信 8.0.38 | 诚信 12345678 | 面积 12.5cm2 | 13O-1234-56l8 | see you . me
A B C D E F | 选 a b c d e f | x = 1 2 3 a b c | iphone15微信 | 登录名 root_x1 | 搜索 6620417 条结果
main.py里报错 | proxy_set_header X-Real-IP | X-Forwarded-For 已加，proxy_set_header | app.wsgi_app | 3.5in软盘
微信pay和支付宝 | 微信 online | 下载wechat | 加telegram | 群公告 | QQ音乐vip | 显微镜 abc_123 | 轻微12345678
""")

HOTLINES = rows("""\
请拨110 | 打12345一直占线 | 拨打12315 | 举报电话12339 | 客服95588 | 热线 95188 | 咨询96110 | 10086 | 详询10000
电话 10010 | 交管12123 | 打119或120 | QQ 12345热线 | 致电95533 | 拨1010 8888 | 114查号
""")

MASKED = rows("""\
138****8000 | 138-XXXX-8000 | 138xxxx0022 | 13xxxx0092 | 0755-2719-86x3 | 189 5526 4x07 | 0873-xxx2186
1708821xxxx | 热线0898 6627 xxxx | 微信同号188xxxx2093 | 138●●●●8000 | QQ 12345xxx | 138××××8000 | 5***@qq.com
微信138xxxx8000a | 卡号6228****66307
""")

PEOPLE = rows("""\
@某某 你看 | 版主 @kongshan | 回复 @all | a@b | @@@@ | 微信@我 | #话题#abc.d | 谢谢@ 我
""")
ROWS = AMOUNTS + DATES_AND_SCORES + IDS + PLACES_AND_THINGS + HOTLINES + MASKED + PEOPLE


@pytest.mark.parametrize("text", ROWS)
def test_what_is_no_contact_is_not_found(text: str) -> None:
    """Neither alone, nor in a sentence, nor in a title."""
    assert find(Document.of(text)) == ()
    assert find(Document.of(f"【通知】{text}，谢谢大家。")) == ()
    assert find(Document.of("正文", text)) == ()


def test_the_table_is_as_wide_as_promised() -> None:
    """At least 60 rows, all different."""
    assert len(set(ROWS)) >= 60
