"""The list of harms is closed, and each harm rests on a law."""

import dataclasses

import pytest

from core.taxonomy import BY_ID, HARM_IDS, HARMS, Harm


def test_the_list_of_harms_is_closed() -> None:
    """These eight and no other: adding one is a decision about the product, not a detail."""
    assert [harm.id for harm in HARMS] == [
        "fraud_ad",
        "illegal_lending",
        "exam_cheating",
        "forged_documents",
        "account_trading",
        "counterfeit_medical",
        "benefit_fraud",
        "gambling",
    ]
    assert set(HARM_IDS) == set(BY_ID) == {harm.id for harm in HARMS}


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.id)
def test_every_harm_has_names_and_laws(harm: Harm) -> None:
    """Shown beside every flag: the harm in both languages, and an act with its article."""
    assert harm.zh
    assert harm.en.isascii()
    assert harm.laws
    for law in harm.laws:
        assert law.zh.startswith("《")
        assert "条" in law.zh.split("》")[1]
        assert "art. " in law.en


def test_harms_cannot_be_changed() -> None:
    """Nothing can slip a category in while the program runs."""
    assert isinstance(HARMS, tuple)
    assert isinstance(HARM_IDS, frozenset)
    with pytest.raises(dataclasses.FrozenInstanceError):
        HARMS[0].id = "rumour"  # type: ignore[misc]
