"""The segmenter: jieba's tokens, at all times the same."""

from concurrent.futures import ThreadPoolExecutor

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import tokens
from classifiers.rows import Row
from core.ports import Segmenter
from core.text import normalise

HAND_PICKED = (
    "加微信办证刻章代开发票13812345678",
    "南京市长江大桥",
    "他来到了网易杭研大厦",
    "百家乐bet365首存送88%，u盾+电话卡c++",
    "一次性外科口罩0.06元/只 http://a.example/x?y=1&z=2",
    "\u3400\u4dbf\u9fff\u9fa5 𠀀𠮷野家 ㈱ ️",
    "a\x00b\n\r\n\t  。。。！！",
    "四六级答案，考前两小时，不过全退",
    "",
)
TEXTS = st.text(st.characters(codec="utf-8"))


@pytest.fixture(scope="module")
def golden() -> jieba.Tokenizer:
    """What jieba itself gives with the same words added."""
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    for word in tokens.read_words():
        tokenizer.add_word(word)
    return tokenizer


def test_same_tokens_as_jieba(golden: jieba.Tokenizer, segment: Segmenter, known: tuple[Row, ...]) -> None:
    """Every text of the corpus, as written and normalised, is cut as jieba cuts it with HMM off."""
    texts = [*HAND_PICKED, *(row.text for row in known), *(normalise(row.text).text for row in known)]
    for text in texts:
        assert segment(text) == golden.lcut(text, HMM=False), text


@given(text=TEXTS)
def test_joined_words_give_the_text(segment: Segmenter, text: str) -> None:
    """Nothing is lost or added, whatever the text."""
    assert "".join(segment(text)) == text


def test_domain_words_stay_whole(segment: Segmenter) -> None:
    """Each domain word is one token, is in normal form, and stands in the file once."""
    words = tokens.read_words()
    assert len(set(words)) == len(words)
    for word in words:
        assert segment(word) == [word]
        assert normalise(word).text == word


def test_threads_share_it(segment: Segmenter, known: tuple[Row, ...]) -> None:
    """Many threads at once get what one gets."""
    texts = [row.text for row in known]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(segment, texts)) == [segment(text) for text in texts]


def test_fingerprint_tells_dictionaries_apart(segment: Segmenter) -> None:
    """The same words give the same fingerprint; a word more, or another way to cut, gives another."""
    words = tokens.read_words()
    again = tokens.make_segmenter()
    assert tokens.fingerprint(segment) == tokens.fingerprint(again)
    assert tokens.fingerprint(segment, (*words, "新词")) != tokens.fingerprint(segment)
    assert tokens.fingerprint(tokens.make_segmenter(words[1:])) != tokens.fingerprint(segment)
    assert tokens.fingerprint(lambda text: text.split(" ")) != tokens.fingerprint(segment)
