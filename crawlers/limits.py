"""Bounds of requests and visits, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of every request and visit: bytes, seconds and counts."""

    page_bytes: int = 10_000_000
    request_seconds: float = 30.0
    draw_seconds: float = 90.0
    visit_seconds: float = 1800.0
    redirects: int = 5
    retries: int = 2
    back_off_seconds: float = 2.0  # before the first retry, doubled before each further one
    refused_seconds: float = 60.0  # before a host that said no is asked again, doubled each time it says no again
    failures_in_a_row: int = 3  # post pages; after so many the visit leaves the rest for later

    context_pages: int = 200  # drawn in one context of the browser; then a new one, so that nothing piles up in it
    browser_pages: int = 1000  # drawn by one browser; then a new one is started

    picture_bytes: int = 5_000_000
    picture_seconds: float = 10.0
    post_pictures: int = 6
    visit_pictures: int = 100
    visit_picture_bytes: int = 60_000_000
    visit_picture_seconds: float = 300.0

    def named(self) -> dict[str, float]:
        """The bounds that a sentence may name."""
        return {"bytes": self.page_bytes, "seconds": self.request_seconds, "redirects": self.redirects}
