"""Sentences exist in both languages, and a language is always found."""

import pytest

from core import errors, reasons
from core.errors import InputError, LurewatchError
from core.types import Reason
from core.words import Text, pick_lang


@pytest.mark.parametrize(
    ("wanted", "lang"),
    [
        ("zh", "zh"),
        ("zh_CN.UTF-8", "zh"),
        ("en", "en"),
        ("en_US.UTF-8", "en"),
        (" EN-gb", "en"),
        ("", "zh"),
        ("C", "zh"),
        ("fr_FR", "zh"),
    ],
)
def test_a_language_is_picked(wanted: str, lang: str) -> None:
    """English where it is asked for, Chinese otherwise."""
    assert pick_lang(wanted) == lang


def test_a_sentence_is_said_in_either_language() -> None:
    """Named places are filled, and what is not named is not needed."""
    text = Text("共 {count} 条", "{count} in all")
    assert text.say("zh", count=3, other=1) == "共 3 条"
    assert text.say("en", count=3) == "3 in all"
    with pytest.raises(KeyError):
        text.say("zh")


@pytest.mark.parametrize("text", [*reasons.SENTENCES.values(), *reasons.KINDS.values()], ids=lambda text: text.en)
def test_both_languages_have_the_same_places(text: Text) -> None:
    """No reason says more in one language than in the other."""
    values = {name: f"<{name}>" for name in ("rule", "category", "words", "chance", "contacts", "strength", "kind")}
    said = {lang: {value for value in values.values() if value in text.say(lang, **values)} for lang in ("zh", "en")}
    assert said["zh"] == said["en"]
    assert text.en.isascii()


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    """A flag of a newer version can still be read."""
    assert "new_code" in reasons.render(Reason("new_code", {"a": "b"}), "zh")


def test_every_error_has_both_sentences() -> None:
    """Whoever raises an error has said it in both languages."""
    problem = InputError("请改。", "Change it.")
    assert (problem.text("zh"), problem.text("en"), str(problem)) == ("请改。", "Change it.", "Change it.")


def test_the_tree_of_errors_is_as_drawn() -> None:
    """Every error of the module is one for people, and stands in the drawing."""
    raised = [thing for thing in vars(errors).values() if isinstance(thing, type) and issubclass(thing, Exception)]
    assert errors.__doc__ is not None
    for kind in raised:
        assert issubclass(kind, LurewatchError)
        assert kind.__name__ in errors.__doc__
