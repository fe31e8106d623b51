"""Which of the sources that are due may be visited now: few of one host, so that a slow one delays no other."""

from collections import Counter
from collections.abc import Iterable

from crawlers.hosts import domain_of
from crawlers.sources import Source

VISITS_OF_A_HOST = 2  # more of them would only wait for each other, where other hosts could be visited


def startable(due: Iterable[Source], underway: Iterable[Source], most: int) -> list[Source]:
    """Of the sources that are ``due``, in their order, at most ``most`` whose hosts are not taken by those underway.

    Hosts of one registrable domain count as one. What is behind the last one taken is not looked at.
    """
    visited = list(underway)
    taken = Counter(domain_of(source.url) for source in visited)
    names = {source.id for source in visited}
    found: list[Source] = []
    for source in due:
        if len(found) >= most:
            break
        host = domain_of(source.url)
        if source.id not in names and taken[host] < VISITS_OF_A_HOST:
            taken[host] += 1
            found.append(source)
    return found
