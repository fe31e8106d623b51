"""The table of characters and pairs: the same as looking each up, whatever the text."""

from hypothesis import given
from hypothesis import strategies as st

from classifiers.grams import UNKNOWN, Grams

GRAMS = ("加", "微", "信", "微信", "加微", "信加", "🌟", "🌟加", "\ue000", "\n加", "信\ud800")
KNOWN = {gram: at for at, gram in enumerate(GRAMS, start=1)}
TEXTS = st.text(st.sampled_from("加微信🌟\ue000\n\ud800a𰻝\x00"), max_size=30)


@given(TEXTS)
def test_the_table_is_the_dictionary(text: str) -> None:
    """Every character and every pair in order, those not known as such; emoji, rare Han and surrogates too."""
    singles, pairs = Grams(KNOWN).find(text)
    assert singles.tolist() == [KNOWN.get(char, UNKNOWN) for char in text]
    assert pairs.tolist() == [KNOWN.get(text[at : at + 2], UNKNOWN) for at in range(len(text) - 1)]


def test_an_empty_vocabulary_knows_nothing() -> None:
    """And an empty text holds nothing."""
    singles, pairs = Grams({}).find("加微信")
    assert not singles.any()
    assert not pairs.any()
    assert [len(part) for part in Grams(KNOWN).find("")] == [0, 0]
