"""From a page of HTML to the entries of its list, or to the posts on it."""

from core.types import Page
from crawlers.extract import article, chosen_list, chosen_posts, lists, problems, threads
from crawlers.extract.sheet import Sheet
from crawlers.extract.types import Detail, Listing
from crawlers.sources import Kind, Source


def listing(page: Page, source: Source) -> Listing:
    """The entries of a list page: by ``selectors.item``, else by the structure that repeats.

    Raises ExtractError where the page is not as its source says.
    """
    sheet = Sheet.of(page, source)
    if sheet.gives("item"):
        return chosen_list.listing(sheet)
    if not source.whole:
        return lists.guess(sheet)
    found = threads.listing(sheet)
    if found is None:
        raise problems.no_list(source.id)
    return found


def detail(page: Page, source: Source) -> Detail:
    """The posts of a post's or thread's page: by ``selectors.post`` and ``text``, else by what repeats or reads so.

    Raises ExtractError where the page is not as its source says.
    """
    sheet = Sheet.of(page, source)
    if sheet.gives("post") or sheet.gives("text"):
        return chosen_posts.detail(sheet)
    thread = threads.detail(sheet) if source.kind is Kind.FORUM else None
    return thread or article.detail(sheet)


def frame(page: Page, source: Source) -> str | None:
    """The address of the frame that ``selectors.frame`` names, or None where the source names none.

    Raises ExtractError where the page has no such frame.
    """
    if not source.selectors.frame:
        return None
    sheet = Sheet.of(page, source)
    whole = sheet.tree.root
    nodes = sheet.nodes(whole if whole is not None else sheet.top, "frame")
    found = next((url for node in nodes if (url := sheet.link(node.attributes.get("src"))) is not None), None)
    if found is None:
        raise problems.no_match(source.id, "frame", source.selectors.frame)
    return found
