"""Settings come from arguments, environment or file, and a wrong one is named."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.errors import InputError
from core.settings import SETTINGS_FILE, read_settings


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder without a settings file, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATA", "SOURCES", "RULES", "STORE", "CONTACT", "ALLOW_PRIVATE", "LANG", "REMEMBER_DAYS"):
        monkeypatch.delenv(f"LUREWATCH_{name}", raising=False)


def test_all_settings_have_defaults() -> None:
    """Nothing has to be set to begin."""
    settings = read_settings()
    assert settings.data == Path("data")
    assert settings.sources.is_absolute()
    assert settings.store_url == "sqlite:///data/lurewatch.db"
    assert settings.model_folder == Path("data/model")
    assert settings.allow_private == ()


def test_environment_and_file_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was passed in wins over the environment, and that over the file."""
    (tmp_path / SETTINGS_FILE).write_text('data = "from-file"\ncontact = "desk@town.test"\nlang = "en"\n', "utf-8")
    monkeypatch.setenv("LUREWATCH_DATA", "from-environment")
    monkeypatch.setenv("LUREWATCH_LANG", "zh")
    settings = read_settings(lang="en")
    assert settings.contact == "desk@town.test"
    assert settings.data == Path("from-environment")
    assert settings.lang == "en"
    assert settings.store_url == "sqlite:///from-environment/lurewatch.db"


def test_a_store_and_a_model_of_ones_own() -> None:
    """Store and model may lie elsewhere."""
    settings = read_settings(store="sqlite:////srv/flags.db", model=Path("/srv/model"))
    assert settings.store_url == "sqlite:////srv/flags.db"
    assert settings.model_folder == Path("/srv/model")


def test_networks_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds of networks, blanks and a trailing comma allowed."""
    monkeypatch.setenv("LUREWATCH_ALLOW_PRIVATE", "127.0.0.0/8, ::1/128,")
    assert read_settings().allow_private == (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LUREWATCH_REMEMBER_DAYS", "0"),
        ("LUREWATCH_REMEMBER_DAYS", "soon"),
        ("LUREWATCH_VISITS_AT_ONCE", "65"),
        ("LUREWATCH_ALLOW_PRIVATE", "localhost"),
        ("LUREWATCH_ALLOW_PRIVATE", "127.0.0.1/8"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The sentence says which setting is wrong, in both languages, and where to change it."""
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError) as raised:
        read_settings()
    for sentence in (raised.value.zh, raised.value.en):
        assert name in sentence
        assert SETTINGS_FILE in sentence


@pytest.mark.parametrize(("text", "said"), [("sorces = 'x'\n", "LUREWATCH_SORCES"), ("data = \n", SETTINGS_FILE)])
def test_a_wrong_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    """A key that does not exist and a file that is no TOML are both refused."""
    (tmp_path / SETTINGS_FILE).write_text(text, "utf-8")
    with pytest.raises(InputError, match=said):
        read_settings()


def test_settings_do_not_change() -> None:
    """Nobody can alter them on the way."""
    with pytest.raises(ValidationError):
        read_settings().data = Path("elsewhere")
