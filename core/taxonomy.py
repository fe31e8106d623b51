"""The closed list of harms and the law each rests on; nothing outside this list can ever be flagged."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """An act and its article, in Chinese as cited and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Harm:
    """One kind of illegal commercial offer."""

    id: str
    zh: str
    en: str
    laws: tuple[Law, ...]


_FRAUD = Law("《刑法》第二百六十六条", "Criminal Law, art. 266 (fraud)")

HARMS: tuple[Harm, ...] = (
    Harm(
        "fraud_ad",
        "诈骗广告",
        "Scam advert",
        (
            _FRAUD,
            Law("《刑法》第二百八十七条之一", "Criminal Law, art. 287-1 (unlawful use of information networks)"),
            Law("《反电信网络诈骗法》第二条", "Anti-Telecom and Online Fraud Law, art. 2"),
        ),
    ),
    Harm(
        "illegal_lending",
        "非法网贷与集资",
        "Illegal lending and fundraising",
        (
            Law("《刑法》第一百七十六条", "Criminal Law, art. 176 (unlawfully taking deposits from the public)"),
            Law("《刑法》第二百二十五条", "Criminal Law, art. 225 (illegal business)"),
            Law("《防范和处置非法集资条例》第二条", "Regulation on Preventing Illegal Fundraising, art. 2"),
        ),
    ),
    Harm(
        "exam_cheating",
        "涉考作弊销售",
        "Exam cheating for sale",
        (
            Law(
                "《刑法》第二百八十四条之一", "Criminal Law, art. 284-1 (exam cheating, selling questions, substitutes)"
            ),
            Law("《教育法》第八十条", "Education Law, art. 80"),
        ),
    ),
    Harm(
        "forged_documents",
        "假证假票",
        "Forged documents and invoices",
        (
            Law("《刑法》第二百八十条", "Criminal Law, art. 280 (forging documents, certificates, seals)"),
            Law("《刑法》第二百零五条之一", "Criminal Law, art. 205-1 (false invoicing)"),
            Law("《发票管理办法》第三十五条", "Measures on Invoices, art. 35"),
        ),
    ),
    Harm(
        "account_trading",
        "两卡买卖",
        "Trade in bank cards and phone accounts",
        (
            Law("《反电信网络诈骗法》第三十一条", "Anti-Telecom and Online Fraud Law, art. 31"),
            Law("《刑法》第二百八十七条之二", "Criminal Law, art. 287-2 (aiding crimes on information networks)"),
        ),
    ),
    Harm(
        "counterfeit_medical",
        "假冒医疗防疫物资",
        "Counterfeit medical goods",
        (
            Law("《药品管理法》第九十八条", "Drug Administration Law, art. 98"),
            Law("《刑法》第一百四十一条", "Criminal Law, art. 141 (counterfeit drugs)"),
            Law("《刑法》第一百四十五条", "Criminal Law, art. 145 (substandard medical devices)"),
        ),
    ),
    Harm(
        "benefit_fraud",
        "骗取社保中介",
        "Social benefit fraud brokers",
        (
            Law("《社会保险法》第八十八条", "Social Insurance Law, art. 88"),
            _FRAUD,
        ),
    ),
    Harm(
        "gambling",
        "网络赌博推广",
        "Promotion of online gambling",
        (
            Law("《刑法》第三百零三条", "Criminal Law, art. 303 (gambling, running a casino)"),
            Law("《反电信网络诈骗法》第二十五条", "Anti-Telecom and Online Fraud Law, art. 25"),
        ),
    ),
)

BY_ID: dict[str, Harm] = {harm.id: harm for harm in HARMS}
HARM_IDS: frozenset[str] = frozenset(BY_ID)
