"""Reads RSS, Atom and JSON feeds, sitemaps and described JSON: a list page in another format."""

from collections.abc import Callable

from core.types import Page
from crawlers.extract.types import Listing
from crawlers.sources import Source
from crawlers.spiders.listing import ListingSpider


class FeedSpider(ListingSpider):
    """Sources of the kinds ``feed`` and ``data``."""

    @property
    def reader(self) -> Callable[[Page, Source], Listing]:
        """The function that reads a feed."""
        return self.shared.extractors.feed

    async def read(self, page: Page, shown: str) -> Listing:
        """The entries of a feed."""
        return await self.extract(self.reader, page, shown, chosen=True)
