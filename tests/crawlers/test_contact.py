"""Public sites are patrolled only by whoever they can write to."""

from pathlib import Path

import pytest

from core.errors import InputError
from core.settings import read_settings
from crawlers.contact import check_contact
from tests.crawlers.conftest import source


@pytest.mark.parametrize("contact", ["you@example.org", "mailto:you@example.org", "https://example.org/contact"])
def test_good_contacts(contact: str, tmp_path: Path) -> None:
    """An e-mail or a web address."""
    check_contact(read_settings(data=tmp_path, contact=contact), (source("http://example.org/"),))


@pytest.mark.parametrize(
    "contact",
    ["", "me", "@", "a@b", "a b@example.org", "you@example.org\r\nX-Header: y", "ftp://a.b", "某@例.org", "a@b." * 99],
)
def test_bad_contacts(contact: str, tmp_path: Path) -> None:
    """Nothing, or what nobody can write to, is refused before anything public is asked, with what to set."""
    with pytest.raises(InputError, match="LUREWATCH_CONTACT"):
        check_contact(read_settings(data=tmp_path, contact=contact), (source("http://example.org/"),))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/"])
def test_the_demo_needs_none(url: str, tmp_path: Path) -> None:
    """Private addresses, where the demo lives, need no contact."""
    check_contact(read_settings(data=tmp_path, contact=""), (source(url),))
