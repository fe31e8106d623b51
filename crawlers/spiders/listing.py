"""Walks the list pages of a board or section, and what their entries lead to, newest first."""

from collections.abc import Callable

from core.errors import ExtractError, FetchError, LurewatchError, Refused, TooMuch
from core.types import Page
from crawlers.answers import Gone
from crawlers.escalation import Sort
from crawlers.extract.types import Entry, Listing
from crawlers.hosts import domain_of
from crawlers.novelty import Novelty, Standing
from crawlers.politeness import Paused
from crawlers.sources import Source
from crawlers.spiders.base import PatrolSpider
from crawlers.spiders.ways import Reading


class ListingSpider(PatrolSpider):
    """Sources of the kinds ``list`` and ``forum``."""

    async def patrol(self) -> None:
        """List pages until enough known entries in a row, the last page, or the bound."""
        self._run = 0
        self._met_known = False
        self._failures = 0
        self._listed: set[str] = set()
        self._known: list[Standing] = []
        first = await self._list_pages()
        await self._recheck()
        if first is not None and self.visit.problem is None and self.source.revalidates and not first.drawn:
            self.items.keep_validators(self.source.url, first)

    @property
    def reader(self) -> Callable[[Page, Source], Listing]:
        """The function that reads a list page."""
        return self.shared.extractors.listing

    async def read(self, page: Page, shown: str) -> Listing:
        """The entries of a list page."""
        chosen = self.source.selectors.item is not None
        return await self.extract(self.reader, page, shown, chosen=chosen)

    async def _list_pages(self) -> Page | None:
        """Walk the list; gives its first page, or None if that was not modified."""
        bounds, url = self.source.bounds, self.source.url
        first: Page | None = None
        asked: set[str] = set()
        most = bounds.list_pages
        while url not in asked and len(asked) < most and self._run < bounds.known_in_a_row:
            asked.add(url)
            shown = self.shown(url, listing=True)
            ready = self.source.selectors.item
            least = self.source.expect.least if first is None else 1
            reading = Reading(Sort.LIST, self.reader, least)
            page = await self.fetch(url, shown, reading, ready, conditional=first is None and self.visit.conditional)
            if page is None:
                self.visit.not_modified = True
                return None
            try:
                listing = await self.read(page, shown)
            except ExtractError:
                if first is None or ready is not None:
                    raise
                break  # where the last page holds one entry, nothing repeats
            if listing.index and listing.next_url and len(asked) == 1:
                url, most = listing.next_url, most + 1  # its own validators are not kept: what it names may change
                continue
            if first is None:
                self._expect(len(listing.entries), page, shown)
            await self._entries(listing.entries, page)
            first = first or page
            url = listing.next_url or url
        self.visit.overflowed = self.visit.new > 0 and not self._met_known
        return first

    def _expect(self, entries: int, page: Page, shown: str) -> None:
        """Notes a list that is too short; raises ExtractError for one too long, whose entries may be anything."""
        least, most = self.source.expect.least, self.source.expect.most
        if least <= entries <= most:
            return
        problem = ExtractError(
            f"来源 {self.source.id} 的列表页有 {entries} 条，应在 {least} 到 {most} 之间。请检查来源文件的选择器。",
            f"The list page of source {self.source.id} has {entries} entries, expected {least} to {most}. "
            "Check the selectors in the source's file.",
        )
        if entries > most:
            raise problem
        self.visit.note(self.explained(problem, page, shown))

    async def _entries(self, entries: tuple[Entry, ...], page: Page) -> None:
        fresh = [entry for entry in entries if entry.key not in self._listed]
        self._listed.update(entry.key for entry in fresh)
        self.visit.entries += len(fresh)
        for standing in await self.store(self.items.standings, fresh):
            known = await self._entry(standing, page)
            if not standing.entry.sticky:
                self._run = self._run + 1 if known else 0
                self._met_known |= known

    async def _entry(self, standing: Standing, page: Page) -> bool:
        """Look behind an entry; gives whether it holds nothing new."""
        entry = standing.entry
        if entry.post is not None:
            return await self.take(entry.post, page) is Novelty.KNOWN
        if standing.novelty is Novelty.KNOWN:
            self._known.append(standing)
            return True
        await self._follow(entry)
        return False

    async def _recheck(self) -> None:
        """Look again at known entries, those first that nobody looked at for longest: their text may have changed."""
        oldest = sorted((known for known in self._known if known.looked_at), key=lambda known: str(known.looked_at))
        for standing in oldest[: self.source.bounds.recheck]:
            await self._follow(standing.entry, again=True)

    async def _follow(self, entry: Entry, *, again: bool = False) -> None:
        """The posts behind an entry; an error there is noted, and the visit goes on."""
        if entry.url is None or self._failures >= self.shared.limits.failures_in_a_row:
            return
        try:
            await self._pages_of(entry, entry.url, again=again)
        except (FetchError, ExtractError) as problem:
            if isinstance(problem, Paused) and domain_of(entry.url) == domain_of(self.source.url):
                raise
            self._failures += 1
            self.visit.dropped += 1
            self._dropped(entry, problem)
        else:
            self._failures = 0

    def _dropped(self, entry: Entry, problem: LurewatchError) -> None:
        """What will not be different next time is marked as looked at, so that it is not asked for ever again."""
        lasting = isinstance(problem, Gone | Refused | TooMuch) and not isinstance(problem, Paused)
        if not isinstance(problem, Gone | Refused) or self._failures >= self.shared.limits.failures_in_a_row:
            self.visit.note(problem)
        if lasting:
            self.items.looked_at(entry)

    async def _pages_of(self, entry: Entry, url: str, *, again: bool) -> None:
        shown = self.shown(url, listing=False)
        ready = self.source.selectors.post or self.source.selectors.text
        asked: set[str] = set()
        only: Page | None = None
        following: str | None = url
        while following is not None and following not in asked and len(asked) < self.source.bounds.post_pages:
            reading = Reading(Sort.POST, self.shared.extractors.detail)
            page = await self.fetch(following, shown, reading, ready, conditional=again and not asked)
            asked.add(following)
            if page is None:
                break
            detail = await self.posts(page, shown, chosen=ready is not None)
            following = detail.next_url
            only = page if following is None and len(asked) == 1 else None
        self.items.looked_at(entry)
        # Of a thread of several pages the first may stay as it is while the last one grows.
        if only is not None and self.source.revalidates and not self.source.learns:
            self.items.keep_validators(url, only)
