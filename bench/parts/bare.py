"""The peer of ``crawl.py``: a bare Scrapy spider that follows the same links and yields title and text."""

import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class Bare(scrapy.Spider):
    """Follows list pages and posts; its items go nowhere."""

    name = "bare"
    first: Sequence[str] = ()

    async def start(self) -> AsyncIterator[Any]:
        """The first list pages."""
        for url in self.first:
            yield scrapy.Request(url)

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        """Follow every post of a list page, and the next one."""
        for link in response.css("li.topic a::attr(href)").getall():
            yield response.follow(link, self.parse_post)
        for link in response.css("a.next::attr(href)").getall():
            yield response.follow(link, self.parse)

    def parse_post(self, response: Response) -> dict[str, str]:
        """Title and text."""
        return {"title": response.css("h1::text").get(""), "text": " ".join(response.css(".content ::text").getall())}


def main() -> None:
    """Crawl from the list pages that stdin names, a line each, and print the seconds that it took."""
    settings = {
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "COOKIES_ENABLED": False,
    }
    process = CrawlerProcess(settings)
    process.crawl(Bare, first=sys.stdin.read().split())
    began = time.perf_counter()
    process.start()
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
