"""Finds the browser's executable."""

import shutil
from pathlib import Path

from core.settings import Settings

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_browser(settings: Settings) -> Path | None:
    """Chromium's executable, or None."""
    if settings.browser:
        return settings.browser if settings.browser.exists() else None
    return next((Path(found) for name in _BROWSERS if (found := shutil.which(name))), None)
