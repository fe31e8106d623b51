"""``rules suggest``: terms that confirmed flags share, and that nobody knew."""

from core.text import Document
from rules.lint import plain_segment
from rules.loader import RuleSet
from rules.schema import Bank
from rules.suggest import Against, Suggestion, known_terms, suggest

PLACES = ("城东", "城西", "河边", "桥头", "北门", "车站", "码头", "山下")
CONFIRMED = [f"{place}有人开紫薯牌局，带朋友来{place}坐坐，加微信 zishu_{at}" for at, place in enumerate(PLACES)]
DISMISSED = [f"带朋友来{place}坐坐，茶水免费" for place in PLACES]
HARMLESS = [f"今天{place}的萝卜很新鲜，{number}块钱两斤" for number, place in enumerate(PLACES * 12)]


def proposed(confirmed: list[str], known: tuple[str, ...] = (), least: int = 3) -> Suggestion:
    """What is proposed for gambling."""
    against = Against([Document.of(text) for text in DISMISSED], [Document.of(text) for text in HARMLESS])
    return suggest("gambling", [Document.of(text) for text in confirmed], against, known, plain_segment, least)


def test_what_confirmed_flags_share_and_others_lack_is_proposed() -> None:
    """With its counts and a place; what dismissed flags say as often is not."""
    found = proposed(CONFIRMED)
    terms = {term.term: term for term in found.terms}
    assert any("紫薯" in term for term in terms)
    assert not any("朋友" in term or "坐坐" in term for term in terms)
    best = next(term for name, term in terms.items() if "紫薯" in name)
    assert (best.confirmed, best.dismissed, best.harmless) == (8, 0, 0)
    assert best.times > 10
    assert "紫薯" in best.example
    assert (found.confirmed, found.dismissed, found.harmless) == (8, 8, len(set(HARMLESS)) // 12)


def test_terms_that_are_known_are_not_proposed_again() -> None:
    """Nor what lies around them in the same word."""
    assert not any("紫薯" in term.term or "牌局" in term.term for term in proposed(CONFIRMED, ("紫薯牌局",)).terms)


def test_copies_of_one_advert_are_one_text() -> None:
    """Whatever number they give: a campaign is no proof by its size."""
    copies = [CONFIRMED[0].replace("zishu_0", f"zishu_{at}") for at in range(50)]
    assert proposed(copies).confirmed == 1
    assert proposed(copies).terms == ()


def test_a_term_must_be_frequent_enough() -> None:
    """``least`` texts, no fewer."""
    assert proposed(CONFIRMED[:4], least=5).terms == ()
    assert proposed(CONFIRMED[:4], least=4).terms != ()


def test_contacts_and_numbers_are_never_proposed() -> None:
    """Terms are Chinese words; a number belongs to one seller."""
    texts = [f"{text}，QQ 5590317746，一百块，二十元" for text in CONFIRMED]
    terms = [term.term for term in proposed(texts).terms]
    assert all(not any(char.isascii() for char in term) for term in terms)
    assert not {"一百", "二十", "一百块", "二十元"} & set(terms)


def test_known_terms_are_those_of_the_harm_and_of_all_banks(shipped: RuleSet, banks: tuple[Bank, ...]) -> None:
    """A word that another harm's rules know may still be new to this one."""
    known = known_terms("gambling", shipped.rules, banks)
    assert "葡京" in known
    assert "彩金" in known
    assert "米粒耳机" not in known
