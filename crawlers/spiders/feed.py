"""Reads RSS, Atom and JSON feeds, sitemaps and described JSON: a list page in another format."""

from core.types import Page
from crawlers.extract.types import Listing
from crawlers.spiders.listing import ListingSpider


class FeedSpider(ListingSpider):
    """Sources of the kinds ``feed`` and ``data``."""

    async def read(self, page: Page, shown: str) -> Listing:
        """The entries of a feed."""
        return await self.extract(self.shared.extractors.feed, page, shown, chosen=True)
