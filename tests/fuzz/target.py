"""The fuzz target: a script that reads bytes as a text, judges it, and reads it as a condition; libFuzzer's options."""

import sys

import atheris

# What takes text apart by hand; the rest is left as it is, to be quick.
READERS = [
    "core.text",
    "core.contacts",
    "core.numbers",
    "core.addresses",
    "core.cues",
    "rules.grammar",
    "rules.matcher",
]

with atheris.instrument_imports(include=READERS):
    from app import build
    from core.settings import read_settings
    from core.text import Document
    from rules.grammar import ConditionError, parse
    from tests.fuzz.checks import check

JUDGE = build(read_settings()).judge
TITLE = "\x1e"  # stands between a title and a text


def try_one(data: bytes) -> None:
    """Bytes that are no UTF-8 become lone surrogates."""
    title, mark, text = data.decode("utf-8", "surrogateescape").partition(TITLE)
    document = Document.of(text, title) if mark else Document.of(title)
    decision = JUDGE.judge(document)
    check(document, decision)
    assert JUDGE.judge(document) == decision
    try:
        parse(document.text)
    except ConditionError as problem:
        assert 0 <= problem.offset <= len(document.text)  # noqa: PT017 - no test, but the target of many


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
