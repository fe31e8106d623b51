"""The saved pages: what each folder holds."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from core.types import Page

PAGES = Path(__file__).parents[2] / "pages"


def expected_of(case: str) -> dict[str, Any]:
    """What must be read from the page of a case, and how the page came."""
    found: dict[str, Any] = json.loads((PAGES / case / "expected.json").read_text("utf-8"))
    return found


def page_of(folder: Path, expected: dict[str, Any]) -> Page:
    """The saved page of a folder."""
    about = expected["page"]
    body = next(path for path in folder.iterdir() if path.stem == "page").read_bytes()
    headers = (("content-type", about["content_type"]),) if about["content_type"] else ()
    return Page(about["url"], 200, headers, body, datetime.fromisoformat(about["fetched_at"]), drawn=about["drawn"])
