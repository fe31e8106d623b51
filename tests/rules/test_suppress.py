"""What speaks against an offer: tables of texts, and of offers that pretend."""

import pytest

from core.text import Document
from core.types import Role
from rules.engine import RuleEngine

AT = 0.5  # what the shipped policy asks for

SPEAKING_AGAINST = [
    ("warning", "警方提醒：招刷单员日结的都是诈骗，切勿相信，不要加对方QQ。"),
    ("warning", "凡是让你先垫付的兼职一律是骗局，谨防上当，转告家人"),
    ("warning", "姐妹们，群里卖九价的是骗人的，别信"),
    ("news", "记者从法院获悉，被告人张某收购银行卡四件套，被判处有期徒刑两年，并处罚金"),
    ("news", "警方抓获以代办公积金为名的犯罪嫌疑人七名，涉案金额三百余万元"),
    ("victim", "我被骗了，那个说免考拿驾照的把我拉黑了，血的教训"),
    ("victim", "刷单垫付了八千提不出来，已经报警了，给大家提个醒"),
    ("complaint", "楼道里又是这种办证小广告，请有关部门管管，太猖狂了"),
    ("complaint", "我要投诉：某平台收了会员费不退，集体维权的加入诉求名单"),
    ("question", "请问征信修复靠谱吗？有没有人知道是不是骗人的"),
    ("question", "出租支付宝账号违法吗？会不会被抓"),
    ("opinion", "我觉得买答案的人最可笑，凭本事考不好吗，无语"),
    ("fiction", "小说连载《考场》第七章：他说，答案在耳机里，加我就行"),
    ("house_rule", "本版禁止发布代开发票、办证内容，一律删帖封号"),
    ("disclaimer", "面授班名师授课，不承诺包过，不代考，办学许可证在前台公示"),
]

PRETENDING = [
    "【公安局】您名下银行卡涉嫌洗钱，请立即联系办案民警17715326904配合调查，切勿告知他人",
    "专业代开发票，谨防假票，认准本公司，绝不虚开，验后付款，电话13611110021",
    "四六级答案先验后付，骗子太多，我们支持担保，加微 cet_dan99",
    "被骗过的来，网赌黑款被冻结都能追回，先追后付，联系QQ 8830552701",
    "缺钱吗？黑户也能下款，当天到账，加V heihu_kk2",
    "您的网银今晚停用并冻结，请登录 http://icbc-dj.example 解除，谨防诈骗",
]


def against(engine: RuleEngine, text: str) -> dict[str, float]:
    """The kinds that speak against an offer, with their strengths."""
    found = engine.detect(Document.of(text))
    return {signal.label: signal.score for signal in found if signal.role is Role.SUPPRESS}


@pytest.mark.parametrize(("kind", "text"), SPEAKING_AGAINST)
def test_each_kind_is_seen(engine: RuleEngine, kind: str, text: str) -> None:
    """Strongly enough for the policy, by its own predicate."""
    assert against(engine, text).get(kind, 0.0) >= AT


@pytest.mark.parametrize("text", PRETENDING)
def test_one_word_of_virtue_does_not_hide_an_offer(engine: RuleEngine, text: str) -> None:
    """Swindlers sign as the police and warn of fakes; with a pitch that counts for little."""
    none = 1.0
    for score in against(engine, text).values():
        none *= 1.0 - score
    assert 1.0 - none < AT


@pytest.mark.parametrize(
    "text",
    [
        "有人在群里发“收银行卡四件套，加微信 kaka_881”，大家当心",
        "不要出租银行卡，不要收购电话卡",
        "本所不提供挂名法人，不收购对公账户",
        "昨天收到短信说代开发票13611110021",
        "假短信示例：您的ETC卡已停用，请登录 www.etc-88.test 重新认证",
    ],
)
def test_what_is_only_named_is_a_mention(engine: RuleEngine, text: str) -> None:
    """In quotation marks, forbidden, denied, passed on, or shown as what others send."""
    assert against(engine, text).get("mention", 0.0) >= AT


@pytest.mark.parametrize(
    "text",
    [
        "代理记账每月二百，不代开发票、不卖票，王会计微信 wang_kj88",
        "POS机办理，费率0.6%秒到，须真实商户，不做刷卡套现，客户经理石经理13711110000",
    ],
)
def test_an_honest_seller_refuses(engine: RuleEngine, text: str) -> None:
    """He names what he will not do."""
    assert against(engine, text).get("disclaimer", 0.0) >= AT


def test_a_contact_in_quotation_marks_is_no_pitch(engine: RuleEngine) -> None:
    """A warning that quotes the swindler's number stays a full warning; a swindler who warns does not."""
    quoted = against(engine, "提醒：刷单日结佣金高，都是诈骗，“加微信 shuadan_88”")
    own = against(engine, "刷单日结佣金高，都是诈骗的别信，我们正规，加微信 shuadan_88")
    assert quoted["warning"] > own["warning"]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("【市监局】网上代做质检报告两小时出的，电话13711110000", 0.5, 1.0),
        ("【财务部】可代开各行业发票，电话13711110000", 0.0, 0.0),
        ("【公安局】您涉嫌洗钱案，请回电17715326904接受资金核查", 0.0, 0.2),
    ],
)
def test_an_office_that_signs(engine: RuleEngine, text: str, least: float, most: float) -> None:
    """Its signature counts, but not where the harm is to pose as one."""
    assert least <= against(engine, text).get("notice", 0.0) <= most


def test_a_long_story_without_a_contact(engine: RuleEngine) -> None:
    """It may say "joined the group" without asking anybody to."""
    story = "那年他拉我进群，老师天天喊牛股。" + "我把工资都放了进去，天天盯着手机看，饭也吃不好。" * 10
    assert against(engine, story).get("story", 0.0) >= AT
    assert "story" not in against(engine, "老师天天喊牛股，想要的进群")
