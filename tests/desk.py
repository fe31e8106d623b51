"""A board with offers on it, and a folder in which the command runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crawlers.conftest import Answer, Site
from tests.running import Ran, lurewatch

OFFER = "专业代开各行业发票，税点优惠，验证后付款，需要的加微信 fapiao_{number:05d} 详谈，长期合作"
SOURCE = """id: {id}
name: {name}
url: {url}
kind: list
whole: true
politeness: {{delay: 0s}}
interval: {{least: 1s, most: 2s}}
selectors: {{item: li.post, key: '@id', text: .words, next: a.next@href}}
"""


@dataclass
class Desk:
    """A person's desk: a folder with sources, and the command."""

    home: Path
    site: Site

    @property
    def env(self) -> Mapping[str, str]:
        """The settings in use."""
        return {"LUREWATCH_SOURCES": str(self.home / "sources"), "LUREWATCH_ALLOW_PRIVATE": "127.0.0.0/8"}

    def source(self, name: str, path: str) -> None:
        """Write a source file for a page of the site."""
        folder = self.home / "sources"
        folder.mkdir(exist_ok=True)
        text = SOURCE.format(id=name, name=f"版块 {name}", url=self.site.url + path)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")

    def board(self, path: str, *texts: str, following: str = "") -> None:
        """Serve a page with one post a text."""
        posts = "".join(
            f'<li class="post" id="{path}{at}"><p class="words">{text}</p></li>' for at, text in enumerate(texts)
        )
        more = f'<a class="next" href="{following}">下一页</a>' if following else ""
        html = f"<html><head><meta charset=utf-8></head><body><ul>{posts}</ul>{more}</body></html>"
        self.site.pages[path] = Answer(html, headers={"Content-Type": "text/html; charset=utf-8"})

    def run(self, *args: str, given: bytes | None = None, **env: str) -> Ran:
        """Run the command at this desk."""
        return lurewatch(*args, home=self.home, env={**self.env, **env}, given=given)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty site."""
    site = Site()
    (tmp_path / "sources").mkdir()
    yield Desk(tmp_path, site)
    site.close()
