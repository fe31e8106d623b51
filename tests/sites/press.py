"""Sites made of Markdown files: one by a generator, one by a script in the browser; both served from memory."""

import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from tests.crawlers.conftest import Answer, Site
from tests.sites.programs import INSTALLED, PYTHON
from tests.sites.texts import NAMES

ZONE = ZoneInfo("Asia/Shanghai")
_TYPES = {".html": "text/html", ".xml": "application/atom+xml", ".js": "text/javascript", ".md": "text/markdown"}
_CONFIG = """SITENAME = "河湾新闻"
SITEURL = FEED_DOMAIN = {url!r}
FEED_ALL_ATOM = "feeds/all.atom.xml"
TIMEZONE = "Asia/Shanghai"
DEFAULT_LANG = "zh"
DEFAULT_PAGINATION = 4
THEME = {theme!r}
"""
_INDEX = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>河湾公告</title></head>
<body><div id="app"></div><script>window.$docsify = {name: "河湾公告", noEmoji: true}</script>
<script src="/docsify.min.js"></script></body></html>"""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was written."""

    number: int
    title: str
    text: str
    at: datetime


class Press(Protocol):
    """Brings articles to a site."""

    def publish(self, articles: list[Article]) -> None:
        """Show these articles, and no others."""
        ...


@dataclass
class Pelican:
    """A news site that Pelican generates: pages of four articles each, and a feed with all of them."""

    site: Site
    home: Path
    theme: str = "notmyidea"

    def publish(self, articles: list[Article]) -> None:
        """Write the articles, generate the site and serve what came of it."""
        content = self.home / "content"
        content.mkdir(parents=True, exist_ok=True)
        (self.home / "conf.py").write_text(_CONFIG.format(url=self.site.url, theme=self.theme), "utf-8")
        for one in articles:
            author = NAMES[one.number % len(NAMES)]
            head = f"Title: {one.title}\nDate: {one.at:%Y-%m-%d %H:%M}\nAuthor: {author}\nSlug: p{one.number}\n"
            (content / f"p{one.number}.md").write_text(f"{head}\n{_paragraphs(one.text)}\n", "utf-8")
        command = [PYTHON, "-m", "pelican", content, "-o", self.home / "out", "-s", self.home / "conf.py", "-q"]
        subprocess.run(command, check=True, cwd=self.home, stdout=subprocess.DEVNULL, timeout=60)  # noqa: S603 - a site of ours
        for path in (self.home / "out").rglob("*.*ml"):
            self._serve(f"/{path.relative_to(self.home / 'out')}", path)
        self.site.pages["/"] = self.site.pages["/index.html"]

    def _serve(self, address: str, path: Path) -> None:
        self.site.pages[address] = Answer(path.read_bytes(), headers={"Content-Type": _TYPES[path.suffix]})


@dataclass
class Docsify:
    """A site that docsify draws in the browser: a list of two pages, the first article pinned."""

    site: Site

    def publish(self, articles: list[Article]) -> None:
        """Serve the script and the Markdown that it asks for."""
        script = INSTALLED / "docsify" / "node_modules" / "docsify" / "lib" / "docsify.min.js"
        html = {"Content-Type": "text/html; charset=utf-8"}
        self.site.pages["/"] = Answer(_INDEX, headers=html)
        self.site.pages["/docsify.min.js"] = Answer(script.read_bytes(), headers={"Content-Type": _TYPES[".js"]})
        pinned, *others = articles
        newest = [f"- **[{pinned.title}](p{pinned.number}.md)**", *map(_line, reversed(others))]
        half = len(newest) // 2
        self._serve("/README.md", "\n".join(newest[:half]) + "\n\n[下一页](more.md ':class=more')\n")
        self._serve("/more.md", "\n".join(newest[half:]) + "\n")
        for one in articles:
            author = NAMES[one.number % len(NAMES)]
            head = f"# {one.title}\n\n> {one.at:%Y-%m-%d %H:%M} {author}"
            self._serve(f"/p{one.number}.md", f"{head}\n\n{_paragraphs(one.text)}\n")

    def _serve(self, path: str, text: str) -> None:
        self.site.pages[path] = Answer(text, headers={"Content-Type": "text/markdown; charset=utf-8"})


def _line(article: Article) -> str:
    return f"- [{article.title}](p{article.number}.md)"


def _paragraphs(text: str) -> str:
    return text.replace("\n", "\n\n")
