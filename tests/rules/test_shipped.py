"""The rules that come with the code: sound, wide enough, fast, and restrained."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from core.taxonomy import HARM_IDS
from core.text import Document
from rules.engine import RuleEngine
from rules.lint import check
from rules.loader import RuleSet
from rules.schema import Bank, Status
from tests.rules.conftest import RULES, JudgeText

ROOT = Path(__file__).parents[2]


def test_every_shipped_rule_passes_its_own_check() -> None:
    """Schema, terms, regexes, and the examples against the whole set."""
    count, errors = check(RULES)
    assert [error.en for error in errors] == []
    assert count == len(list(RULES.rglob("*.yml")))


def test_every_harm_has_at_least_twelve_live_rules(shipped: RuleSet) -> None:
    """And no rule stands outside the list."""
    live = Counter(rule.category for rule in shipped.rules if rule.status is Status.LIVE)
    assert live.keys() == HARM_IDS
    assert min(live.values()) >= 12


def test_rules_lie_with_their_harm(shipped: RuleSet) -> None:
    """In the folder of the harm, in a file named as the rule."""
    wanted = {f"{rule.category}/{rule.slug}.yml" for rule in shipped.rules}
    assert {path.relative_to(RULES).as_posix() for path in RULES.rglob("*.yml")} == wanted


def test_banks_hold_no_loose_characters(banks: tuple[Bank, ...]) -> None:
    """One character alone is a term only as a word of the segmenter, or where it is a picture."""
    loose = [
        (bank.name, term)
        for bank in banks
        for tier in bank.tiers
        for term in tier.any
        if len(term) == 1 and term.isalpha() and not tier.words
    ]
    assert loose == []


@pytest.mark.parametrize(
    "text",
    [
        "【建设银行】您尾号1188的信用卡本月账单3,210.55元，最后还款日12月5日，详情登录手机银行App，客服95533",
        "【邮储银行】个人消费贷年化利率3.1%起，最高30万，线上申请，详询当地网点或95580，贷款有风险，拒收回R",
        "火锅店招服务员三名，月薪四千五包吃住，五险，地址解放路18号，电话13811110001",
        "初中数学一对一辅导，退休教师，周末上门，一百二一小时，微信 laoshi_wang88",
        "【中国移动】充100送30元话费，分三月到账，登录 http://10086.example 办理，拒收请回复TD",
        "女装清仓，全场三折起，加店长微信 nvzhuang_09 看款，支持退换",
        "医用外科口罩50只一盒9.9元，有医疗器械注册证，整箱批发，电话0571-88012366",
        "代理记账小规模每月二百，按期报税，有代理记账许可证，王会计13811110002",
        "双色球第2026088期开奖：红球03 09 14 21 27 30 蓝球11，兑奖请到省福彩中心",
        "二手iPhone一台，电池九成，可当面验机，QQ 83712093",
        "房屋出租，两室一厅，月租两千三，押一付三，电话13811110003，中介勿扰",
    ],
)
def test_lawful_adverts_are_not_flagged(judge_text: JudgeText, text: str) -> None:
    """Banks, jobs, tutors, operators, shops, masks, bookkeepers, lotteries, second-hand goods, flats."""
    assert not judge_text(text).flagged


def test_keywords_alone_are_not_flagged(judge_text: JudgeText, shipped: RuleSet) -> None:
    """What each rule is about, word after word, even beside a number, where nobody sells anything."""
    for rule in shipped.rules:
        subject = next(group for group in rule.terms.values() if not group.offer)
        words = "、".join(subject.keywords[:12])
        assert not judge_text(f"今日热词：{words}。编辑部电话 0791-88120034").flagged, rule.slug


def test_the_restraint_table_by_rules_alone(judge_text: JudgeText) -> None:
    """Without the model to say that nobody offers anything, rules stay silent on 95 of 100 texts made to tempt them."""
    lines = (ROOT / "tests" / "tables" / "non_offers.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert sum(judge_text(text).flagged for text in texts) <= len(texts) * 0.05


def test_little_is_done_where_little_hits(engine: RuleEngine, shipped: RuleSet) -> None:
    """Of a message in which no term of a rule stands, rules are not asked one by one."""
    document = Document.of(
        "今天下午去菜市场买了两斤排骨，回来炖了一锅汤，孩子说比上次的好喝，明天再去买点莲藕，顺便瞧瞧隔壁老王家的狗怎么样了"
    )
    assert engine.terms > 1000
    calls: list[str] = []
    sys.setprofile(lambda _frame, event, _arg: calls.append(event) if event in ("call", "c_call") else None)
    try:
        engine.detect(document)
    finally:
        sys.setprofile(None)
    assert 0 < len(calls) < 2 * len(shipped.rules)
