"""The sentences behind the reasons of a decision, in both languages."""

from collections.abc import Mapping

from core.taxonomy import BY_ID
from core.types import Reason
from core.words import Lang, Text

HARM_RULE = "harm_rule"
HARM_MODEL = "harm_model"
OFFER_WORDS = "offer_words"
OFFER_MODEL = "offer_model"
REACH_WORDS = "reach_words"
CONTACT = "contact"
WEAK_HARM = "weak_harm"
NO_HARM = "no_harm"
NO_OFFER = "no_offer"
NO_OFFER_MODEL = "no_offer_model"
NO_REACH = "no_reach"
SUPPRESSED = "suppressed"

SENTENCES: Mapping[str, Text] = {
    HARM_RULE: Text("规则 {rule} 命中（{category}）：{words}", "Rule {rule} hit ({category}): {words}"),
    HARM_MODEL: Text("模型判断为{category}的概率：{chance}", "Model's probability of {category}: {chance}"),
    OFFER_WORDS: Text("招揽用语：{words}", "Words of an offer: {words}"),
    OFFER_MODEL: Text("模型判断有人在招揽的概率：{chance}", "Model's probability that somebody offers: {chance}"),
    REACH_WORDS: Text("请人回复的用语：{words}", "Words that ask for a reply: {words}"),
    CONTACT: Text("联系方式：{contacts}", "Contact: {contacts}"),
    WEAK_HARM: Text("{category}的信号不够强（{strength}）", "Signals of {category} are not strong enough ({strength})"),
    NO_HARM: Text("没有指向任何一类危害的信号", "Nothing points to any harm"),
    NO_OFFER: Text("没有人在出售、放款、招募：缺少招揽", "Nobody sells, lends or recruits: there is no offer"),
    NO_OFFER_MODEL: Text(
        "模型认为没有人在招揽（概率 {chance}），规则也不足以推翻",
        "The model sees nobody offer anything (probability {chance}), and the rules do not outvote it",
    ),
    NO_REACH: Text("没有联系方式，也没有请人回复", "There is no contact and no request for a reply"),
    SUPPRESSED: Text("更像{kind}，不是招揽：{words}", "Rather {kind} than an offer: {words}"),
}

KINDS: Mapping[str, Text] = {
    "warning": Text("警示提醒", "a warning"),
    "news": Text("新闻或案件通报", "news or a case report"),
    "victim": Text("受害者自述", "a victim's story"),
    "complaint": Text("投诉、举报或请愿", "a complaint or petition"),
    "question": Text("提问", "a question"),
    "opinion": Text("议论", "an opinion"),
    "fiction": Text("小说、讲义或引用", "fiction, a lecture or a quotation"),
    "house_rule": Text("管理规定", "a house rule"),
    "notice": Text("机关或单位的告知", "a notice by an office"),
    "story": Text("叙述", "a story"),
    "thin": Text("顺带提到", "a passing remark"),
    "mention": Text("提及或引用", "a mention or quotation"),
    "disclaimer": Text("合规声明", "a lawful seller's disclaimer"),
}


CHANNELS: Mapping[str, Text] = {
    "phone": Text("电话", "phone"),
    "qq": Text("QQ", "QQ"),
    "wechat": Text("微信", "WeChat"),
    "telegram": Text("电报", "Telegram"),
    "group": Text("群号", "group"),
    "url": Text("网址", "link"),
    "email": Text("邮箱", "e-mail"),
    "other": Text("其他", "other"),
}


def render(reason: Reason, lang: Lang) -> str:
    """The sentence of a reason; ids of harms and kinds become names. An unknown code is shown as it is."""
    sentence = SENTENCES.get(reason.code)
    if sentence is None:
        return " ".join((reason.code, *reason.values.values()))
    return sentence.say(lang, **{key: _named(key, value, lang) for key, value in reason.values.items()})


def _named(key: str, value: str, lang: Lang) -> str:
    if key == "category" and value in BY_ID:
        return BY_ID[value].zh if lang == "zh" else BY_ID[value].en
    if key == "kind" and value in KINDS:
        return KINDS[value].say(lang)
    if key == "contacts":
        return "、".join(_contact(one, lang) for one in value.split("、"))
    return value


def _contact(written: str, lang: Lang) -> str:
    kind, _, value = written.partition(" ")
    return f"{CHANNELS[kind].say(lang)} {value}" if kind in CHANNELS else written
