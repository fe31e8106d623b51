"""The policy file: read, and refused where it is wrong."""

from pathlib import Path

import pytest

from core.errors import YamlError
from rules.policy import POLICY, read_policy


def test_the_shipped_policy_is_read() -> None:
    """All its numbers are shares."""
    policy = read_policy()
    assert 0 < policy.rules_alone <= 1
    assert 0 < policy.suppress.at <= 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rules_alone: ", "rules_alone: 1", "less than or equal to 1"),
        ("offer: ", "offer: x", "offer"),
        ("rules_alone:", "rules_alone: 0.4\nrules_alone:", "twice"),
        ("  share:", "  shares:", "share"),
        ("schema: 1", "schema: 7", "schema"),
    ],
)
def test_a_wrong_policy_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    """With file and line."""
    path = tmp_path / "policy.yml"
    path.write_text(POLICY.read_text(encoding="utf-8").replace(f"\n{old}", f"\n{new}", 1), encoding="utf-8")
    with pytest.raises(YamlError, match=said) as caught:
        read_policy(path)
    assert caught.value.line > 1
