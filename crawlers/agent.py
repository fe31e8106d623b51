"""Who asks: the name that sites are told, and the browser that draws for it."""

import shutil
from pathlib import Path

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def user_agent(version: str, contact: str) -> str:
    """An honest name, with the address that a site can write to."""
    return f"Lurewatch/{version} (+{contact})" if contact else f"Lurewatch/{version}"


def find_browser(given: Path | None) -> Path | None:
    """Chromium's executable: the one that is given, else one on the PATH, or None."""
    if given:
        return given if given.exists() else None
    return next((Path(found) for name in _BROWSERS if (found := shutil.which(name))), None)
