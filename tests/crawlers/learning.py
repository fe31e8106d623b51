"""A site whose pages are drawn by scripts or sent whole, and a patrol that learns which."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.ports import SourceState
from core.secret import Keyed
from crawlers import escalation
from crawlers.escalation import Way
from crawlers.extract import feeds, pages
from crawlers.fleet import Fleet
from crawlers.limits import Limits
from crawlers.report import VisitReport
from crawlers.sources import Source
from crawlers.visit import Extractors
from indexer.patrols import SqlitePatrols
from tests.crawlers.conftest import AGENT, CHROMIUM, LOOPBACK, Answer, Site, Visits, source

EXTRACTORS = Extractors(pages.listing, pages.detail, feeds.feed, pages.frame)
LIMITS = Limits(request_seconds=3.0, back_off_seconds=0.05, refused_seconds=0.1, draw_seconds=10.0)
HTML = {"Content-Type": "text/html; charset=utf-8"}
SELECTORS = {"item": "li.post", "key": "@id", "link": "a@href", "text": ".words"}
SCRIPT = """
fetch('/api' + location.pathname).then(r => r.json()).then(html => { document.querySelector('main').innerHTML = html });
"""


@dataclass
class Round(Visits):
    """Visits whose state is settled in a real store, as between two visits."""

    store: SqlitePatrols

    def visit(self, source: Source) -> VisitReport:
        """Visit to the end, and write down what was learnt."""
        report = super().visit(source)
        before = self.store.state(source.id) or SourceState(source.id, datetime.now(UTC))
        self.store.set_state(replace(before, fetching=report.fetching or before.fetching))
        return report

    def ways(self, source: Source) -> dict[str, Way]:
        """What was learnt, by sort of page."""
        state = self.store.state(source.id)
        found = escalation.from_text(state.fetching if state else None)
        return {kind.partition(":")[0]: way for kind, way in found.items()}


def rounds(folder: Path, browser: Path | None = CHROMIUM, limits: Limits = LIMITS) -> Iterator[Round]:
    """A patrol of its own browser, in the store of a folder."""
    store = SqlitePatrols(folder / "l.db")
    fleet = Fleet(
        store, Keyed(b"k" * 32), EXTRACTORS, limits=limits, user_agent=AGENT, allowed=LOOPBACK, browser=browser
    )
    yield Round(fleet, store)
    fleet.close()
    store.close()


def auto(site: Site, path: str = "/board", **given: Any) -> Source:
    """A source that learns; its list has two posts at least."""
    return source(site.url + path, drawn="auto", selectors=SELECTORS, expect={"least": 2}, **given)


def html(inside: str, more: str = "") -> Answer:
    """A page of the site."""
    return Answer(f"<meta charset=utf-8><title>镇上</title><main>{inside}</main>{more}", headers=HTML)


def board(*numbers: int) -> str:
    """A list that leads to posts."""
    return "".join(f'<li class=post id=p{n}><a href="/t/{n}">第 {n} 帖的标题</a></li>' for n in numbers)


def by_script(site: Site, path: str, inside: str) -> None:
    """Serve a page that is empty until its script has run."""
    site.pages[path] = html("", "<script src=/app.js></script>")
    site.pages["/app.js"] = Answer(SCRIPT, headers={"Content-Type": "text/javascript"})
    site.pages["/api" + path] = Answer(json.dumps(inside), headers={"Content-Type": "application/json"})


def by_server(site: Site, path: str, inside: str) -> None:
    """Serve the same page whole."""
    site.pages[path] = html(inside, "<script src=/other.js></script>")
    site.pages["/other.js"] = Answer("", headers={"Content-Type": "text/javascript"})


def words(number: int) -> str:
    """The text of a post."""
    return f"第 {number} 帖：周六上午镇口集市照常，欢迎来逛。"


def town(site: Site, serve: Any, *numbers: int) -> None:
    """A board and its posts, served by ``serve``."""
    serve(site, "/board", board(*numbers))
    for number in numbers:
        serve(site, f"/t/{number}", f"<p class=words>{words(number)}</p>")


def asked_by_scripts(site: Site) -> list[str]:
    """What only a browser asks for."""
    return [path for path in site.paths() if path.endswith(".js") or path.startswith("/api/")]
