"""A generated news site, its feed, and a site drawn in the browser, each patrolled by its source file alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from core.errors import ExtractError
from tests.crawlers.conftest import CHROMIUM, Site
from tests.sites.press import ZONE, Article, Docsify, Pelican, Press
from tests.sites.programs import HERE, INSTALLED
from tests.sites.texts import NAMES, Words
from tests.sites.watching import Watch, show

needs_browser = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")

# What the other design asks for in the source file.
MENDED = {
    '"#featured article, #posts-list article"': "body article",
    "link: h1 a": "link: h2 a",
    "title: .entry-title, .hentry header h1": "title: article h2",
    "text: .entry-content > p": "text: article > p",
    "time: abbr.published@title": "time: article time@datetime",
}


@pytest.fixture
def site(installed: None) -> Iterator[Site]:
    """A site with no pages yet."""
    made = Site()
    yield made
    made.close()


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short name: the browser's sockets lie below it, and their paths must stay under 108 bytes."""
    return tmp_path_factory.mktemp("d")


@dataclass
class Desk:
    """Who writes the articles, and notes what a visit should see of them."""

    press: Press
    watch: Watch
    words: Words = field(default_factory=Words)
    articles: list[Article] = field(default_factory=list)

    def write(self, *, offer: bool = False) -> None:
        """A new article."""
        number = len(self.articles) + 1
        article = Article(number, f"第{number}篇", "", datetime.now(ZONE))
        self.articles.append(self._with_text(article, offer=offer))

    def edit(self, number: int, *, offer: bool) -> None:
        """Another text in the place of an article's."""
        self.articles[number - 1] = self._with_text(self.articles[number - 1], offer=offer)

    def _with_text(self, article: Article, *, offer: bool) -> Article:
        mark, text = self.words.offer() if offer else self.words.everyday(3)
        return replace(article, text=self.watch.wrote(mark, text, article.title))

    def publish(self) -> None:
        """Show all articles."""
        self.press.publish(self.articles)


def patrol(desk: Desk, articles: int) -> None:
    """Two visits, with new articles and edits between them; the figures and the data folder are as they should be."""
    for number in range(articles):
        desk.write(offer=number in (0, articles - 2))
    desk.publish()
    first = desk.watch.visit()
    assert (first.new, first.edited) == (articles, 0)
    desk.write()
    desk.write(offer=True)
    desk.edit(2, offer=True)
    desk.edit(3, offer=False)
    desk.publish()
    second = desk.watch.visit()
    assert (second.new, second.edited) == (2, 2)
    figures = desk.watch.figures()
    show(desk.watch.file.parent.name, figures)
    assert (figures.seen, figures.whole, figures.timed, figures.worst_delay) == (1.0, 1.0, 1.0, 1)
    offers = {one.text for one in desk.watch.appeared if one.mark not in desk.words.everyday_marks}
    assert desk.watch.flagged() == offers
    assert desk.watch.kept(*desk.words.everyday_marks, *NAMES) == {}
    assert desk.watch.kept(*offers).keys() == offers


@pytest.mark.parametrize("file", ["source.yml", "feed.yml"])
def test_a_generated_news_site(site: Site, home: Path, file: str) -> None:
    """By its list pages or by its feed: each article and edit is seen whole by the next visit."""
    watch = Watch(home, HERE / "pelican" / file)
    watch.source(site.url)
    patrol(Desk(Pelican(site, home / "site"), watch), 11)


def test_a_site_that_changes_its_design(site: Site, home: Path) -> None:
    """Is reported with the selector that fails; once that is mended, no old article is new, nor taken for edited."""
    watch = Watch(home, HERE / "pelican" / "source.yml")
    watch.source(site.url)
    press = Pelican(site, home / "site")
    desk = Desk(press, watch)
    for _ in range(6):
        desk.write()
    desk.publish()
    assert watch.visit().new == 6
    press.theme = "simple"
    desk.write()
    desk.publish()
    broken = watch.look()
    assert (broken.new, broken.edited) == (0, 0)
    assert isinstance(broken.problem, ExtractError)
    assert "selectors.item" in broken.problem.zh
    mended = watch.file.read_text("utf-8")
    for old, new in MENDED.items():
        assert old in mended
        mended = mended.replace(old, new)
    (home / "sources" / watch.file.name).write_text(mended.replace("URL", site.url), "utf-8")
    report = watch.visit()
    assert (report.new, report.edited) == (1, 0)


@needs_browser
def test_a_site_that_the_browser_draws(site: Site, home: Path) -> None:
    """Articles whose addresses differ after the # alone: each, and each edit, is seen whole by the next visit."""
    if not (INSTALLED / "docsify").exists():
        pytest.skip("no npm on this machine")
    watch = Watch(home, HERE / "docsify" / "source.yml")
    watch.source(site.url)
    patrol(Desk(Docsify(site), watch), 3)
