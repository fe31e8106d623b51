"""What the model reads: placeholders, features, and the way back to the text."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.explain import places, strongest
from classifiers.features import (
    AMOUNT,
    ID,
    LINK,
    MAIL,
    MONEY,
    NUMBER,
    PHONE,
    SHARE,
    abstract,
    names,
    replaced,
    shown,
    without_signs,
)
from core.ports import Segmenter
from core.text import Document, normalise
from core.types import Field

ABSTRACTED = (
    ("打13812345678找我", f"打{PHONE}找我"),
    ("打 1 3 8-1234-5678 找我", f"打 {PHONE} 找我"),
    ("手机１３８１２３４５６７８", f"手机{PHONE}"),
    ("壹叁捌壹贰叁肆伍陆柒捌", PHONE),
    ("138****5678", PHONE),
    ("0755-2719-86x3", PHONE),
    ("致电400-966-5127", f"致电{PHONE}"),
    ("扣扣 7719004382", f"扣扣 {NUMBER}"),
    ("群7·1·9·0·3·3·8", f"群{NUMBER}"),
    ("加v：hfs_guanggao", f"加v:{ID}"),
    ("电报@kashang_1688", f"电报{ID}"),
    ("点http://a.example/x?y=1领取", f"点{LINK}领取"),
    ("登录 wap.icbcjf.example 兑换", f"登录 {LINK} 兑换"),
    ("进 yule7 点 com 领，或k8·c0m", f"进 {LINK} 领,或{LINK}"),
    ("晚上8点vip专场", f"晚上{AMOUNT}点vip专场"),
    ("邮件 a.b-c@d.test 联系", f"邮件 {MAIL} 联系"),
    ("一套1800现结", f"一套{AMOUNT}现结"),
    ("日赚500元，提成3.5%", f"日赚{MONEY},提成{SHARE}"),
    ("保底1.2万", f"保底{MONEY}"),
    ("¥1,999", MONEY),
    ("二〇二六年", "二〇二六年"),
    ("vip和wechat", "vip和wechat"),
)
HOSTILE = ("a", "1", "1,", "a.", "-", "1x", "@", "a@", "http", "一*", "a1", "1.", "a-")


@pytest.mark.parametrize(("text", "expected"), ABSTRACTED)
def test_numbers_and_contacts_become_placeholders(text: str, expected: str) -> None:
    """Each contact, amount and number is one placeholder, whatever its disguise; words and years stay."""
    assert abstract(normalise(text).text) == expected


@given(st.lists(st.sampled_from([text for text, _ in ABSTRACTED] + ["办证", "，", "\n", "🔥"])).map("".join))
def test_placeholders_lead_back(text: str) -> None:
    """What stands between placeholders is the original, at the offsets that ``replaced`` implies."""
    norm = normalise(text).text
    plain = abstract(norm)
    rebuilt = []
    at = 0
    for place, start, end in replaced(norm):
        rebuilt += [plain[at:place], norm[start:end]]
        at = place + 1
    assert "".join([*rebuilt, plain[at:]]) == norm


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_linear_time(piece: str) -> None:
    """100,000 repetitions of what patterns stumble over take no more than a moment."""
    text = piece * 100_000
    start = time.perf_counter()
    abstract(text)
    assert time.perf_counter() - start < 2


def test_features_by_name(segment: Segmenter) -> None:
    """Words without signs, characters, pairs of them, and the form of the text."""
    found = names(abstract("【办证】加微信abc_123\n好"), segment)
    assert {"w:办证", "w:加微信", f"w:{ID}", "c:办", "c:证】", f"c:信{ID}", "s:signed", "s:lines", "s:length3"} <= found
    assert "w:【" not in found


def test_names_for_readers() -> None:
    """Placeholders and features of form have Chinese names."""
    readable = [shown(name) for name in ("w:办证", f"c:加{PHONE}", "s:length4", "s:lines")]
    assert readable == ["办证", "加〔电话〕", "〔长度〕", "〔分行〕"]


def test_without_signs() -> None:
    """Punctuation and blanks go, placeholders stay."""
    assert without_signs(f"【银行】您好， {LINK} _回复！") == f"银行您好{LINK}回复"


def test_spans_point_into_the_original() -> None:
    """A word is found in title and text behind full-width forms, inserted signs and numbers of any length."""
    document = Document.of(
        "电话１３８－１２３４－５６７８，刻*章办证，再说一遍办证13812345678", title="专业 办证 08:30"
    )
    spans = places(document, (("办证", 1.0), ("刻章", 0.5), ("〔电话〕", 0.4), ("证", 0.3)))
    assert [(span.field, document.at(span)) for span in spans] == [
        (Field.TITLE, "办证"),
        (Field.TEXT, "刻*章办证"),
        (Field.TEXT, "办证"),
    ]


def test_strongest_terms() -> None:
    """The eight strongest come in falling order, those against a score not at all."""
    names = ["办证", "新闻", *map(str, range(1, 10)), "刻章"]
    values = np.array([0.75, -1.0, *(at / 100 for at in range(1, 10)), 0.75])
    found = strongest(names, values)
    assert found[:2] == (("刻章", 0.75), ("办证", 0.75))  # of equal ones by the alphabet
    assert [value for _, value in found] == sorted((value for _, value in found), reverse=True)
    assert len(found) == 8
    assert strongest(["新闻"], np.array([-1.0])) == strongest([], np.array([])) == ()
