"""What a visit looks at, hands on and remembers, seen from the site and from the one who is handed posts."""

from collections.abc import Mapping
from typing import Any

from core.errors import ExtractError
from crawlers.fleet import WHOLE_LOOK
from crawlers.sources import Source
from tests.crawlers.conftest import AGENT, Answer, Asked, Patrol, Site, source


def thread_entry(site: Site, name: str, **more: Any) -> Mapping[str, Any]:
    """An entry that leads to a page of its own."""
    return {"key": name, "url": f"{site.url}/{name}", **more}


def board(site: Site, **bounds: int) -> Source:
    """A source on ``/``, which rechecks nothing unless told to."""
    return source(site.url + "/", bounds={"recheck": 0, **bounds})


def test_posts_come_in_order_and_once(site: Site, patrol: Patrol) -> None:
    """Posts come in the order of the list and of their pages; a second visit finds nothing new, and asks less."""
    site.listing("/", thread_entry(site, "a"), thread_entry(site, "b"))
    site.thread("/a", ("a1", "one"), ("a2", "two"), following="/a2")
    site.thread("/a2", ("a3", "three"))
    site.thread("/b", ("b1", "four"))
    report = patrol.visit(board(site))
    assert patrol.handled == ["one", "two", "three", "four"]
    assert (report.new, report.edited, report.entries, report.problem) == (4, 0, 2, None)
    assert report.requests == 5
    assert [page.url for page in patrol.pages] == [site.url + path for path in ("/a", "/a", "/a2", "/b")]
    assert patrol.look(board(site)) == []
    assert site.paths() == ["/", "/a", "/a2", "/b", "/"]


def test_what_the_site_is_told(site: Site, patrol: Patrol) -> None:
    """The visitor says who it is, and sends no cookies and no referrer, not even what it was just given."""
    site.listing("/", thread_entry(site, "a"))
    site.pages["/a"] = Answer(status=302, headers={"Location": "/a2", "Set-Cookie": "who=you"})
    site.pages["/a2"] = Answer('{"posts": [["1", "x"]], "next": null}', headers={"Set-Cookie": "who=you"})
    patrol.look(board(site, recheck=1))
    patrol.look(board(site, recheck=1))
    for asked in site.asked:
        assert asked.headers["User-Agent"] == AGENT
        assert not {"cookie", "referer", "authorization"} & {name.lower() for name in asked.headers}
    assert patrol.pages[0].header("set-cookie") is None


def test_whole_entries_are_not_followed(site: Site, patrol: Patrol) -> None:
    """Entries that hold the whole post are handed on as they are; an edited one is handed on again."""
    site.listing("/", {"key": "1", "text": "selling"}, {"key": "2", "text": "asking"})
    assert patrol.look(board(site)) == ["selling", "asking"]
    site.listing("/", {"key": "1", "text": "selling, now on another line"}, {"key": "2", "text": "asking"})
    report = patrol.visit(board(site))
    assert (report.new, report.edited) == (0, 1)
    assert patrol.handled[2:] == ["selling, now on another line"]
    assert site.paths() == ["/", "/"]


def test_a_changed_entry_is_looked_behind_again(site: Site, patrol: Patrol) -> None:
    """More replies: the thread is read again, and only what is new in it is handed on."""
    site.listing("/", thread_entry(site, "a", changed="1"))
    site.thread("/a", ("a1", "first"))
    assert patrol.look(board(site)) == ["first"]
    site.listing("/", thread_entry(site, "a", changed="2"))
    site.thread("/a", ("a1", "first"), ("a2", "reply"))
    assert patrol.look(board(site)) == ["reply"]


def test_known_entries_are_rechecked_in_turn(site: Site, patrol: Patrol) -> None:
    """Each visit looks again at the entries that were not looked at for longest, and finds edits."""
    names = ["a", "b", "c"]
    site.listing("/", *(thread_entry(site, name) for name in names))
    for name in names:
        site.thread(f"/{name}", (name, "harmless"))
    patrol.look(board(site))
    site.thread("/b", ("b", "bait"))
    del site.asked[:]
    edits = [patrol.look(board(site, recheck=1)) for _ in range(4)]
    assert edits == [[], ["bait"], [], []]
    assert site.paths() == ["/", "/a", "/", "/b", "/", "/c", "/", "/a"]


def test_paging_stops_at_known_entries(site: Site, patrol: Patrol) -> None:
    """The next list page is asked for until enough known entries stand in a row; sticky ones do not count."""
    pages = {"/": "abc", "/p2": "def", "/p3": "ghi"}

    def serve(sticky: str, first: str) -> None:
        for path, following in (("/", "/p2"), ("/p2", "/p3"), ("/p3", None)):
            names = (sticky if path == "/" else "") + (first if path == "/" else "") + pages[path]
            entries = [{"key": n, "text": n, "sticky": n in sticky} for n in names]
            site.listing(path, *entries, following=following)

    look = board(site, known_in_a_row=3)
    serve(sticky="s", first="")
    assert patrol.look(look) == list("sabcdefghi")
    del site.asked[:]
    assert patrol.look(look) == []
    assert site.paths() == ["/"]
    del site.asked[:]
    pages["/"] = ""
    serve(sticky="sab", first="")
    pages["/p2"] = "xyz"
    serve(sticky="sab", first="")
    assert patrol.look(look) == list("xyz")
    assert site.paths() == ["/", "/p2", "/p3"]


def test_paging_bounds_and_loops(site: Site, patrol: Patrol) -> None:
    """No more list pages and pages of a thread than allowed, and none twice."""
    site.listing("/", thread_entry(site, "a"), following="/p2")
    site.listing("/p2", following="/p3")
    site.listing("/p3", following="/p4")
    site.thread("/a", ("1", "x"), following="/a2")
    site.thread("/a2", ("2", "y"), following="/a")
    assert patrol.look(board(site, list_pages=3)) == ["x", "y"]
    assert site.paths() == ["/", "/a", "/a2", "/p2", "/p3"]
    other = source(site.url + "/", id="other", bounds={"post_pages": 1, "list_pages": 1})
    assert patrol.look(other) == ["x"]


def test_the_last_page_of_a_list(site: Site, patrol: Patrol) -> None:
    """A further page on which no list is found ends the list, as one entry does not repeat; selectors must match."""
    site.listing("/", thread_entry(site, "a"), following="/p2")
    site.pages["/p2"] = Answer("<p>one entry</p>")
    site.thread("/a", ("1", "x"))
    assert patrol.look(board(site)) == ["x"]
    chosen = source(site.url + "/", id="chosen", selectors={"item": "li"})
    report = patrol.visit(chosen)
    assert (type(report.problem), report.new) == (ExtractError, 1)
    site.pages["/"] = site.pages["/p2"]
    assert isinstance(patrol.visit(board(site)).problem, ExtractError)


def test_an_overflowing_page_is_reported(site: Site, patrol: Patrol) -> None:
    """If nothing known was met, more may be new than was seen."""
    site.listing("/", {"key": "1", "text": "a"}, {"key": "2", "text": "b"})
    assert patrol.visit(board(site)).overflowed
    site.listing("/", {"key": "3", "text": "c"}, {"key": "2", "text": "b"})
    assert not patrol.visit(board(site)).overflowed
    site.listing("/", {"key": "5", "text": "e"}, {"key": "4", "text": "d"})
    assert patrol.visit(board(site)).overflowed


def conditional(site: Site, path: str) -> None:
    """Give a page validators, and answer 304 to who sends them back."""
    page = site.pages[path]
    assert isinstance(page, Answer)
    tag = f'"{hash(page.body)}"'

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("If-None-Match") == tag:
            assert asked.headers.get("If-Modified-Since") == "Sun, 22 Nov 2026 12:00:00 GMT"
            return Answer(status=304)
        return Answer(page.body, headers={"ETag": tag, "Last-Modified": "Sun, 22 Nov 2026 12:00:00 GMT"})

    site.pages[path] = answer


def test_an_unmodified_list_costs_one_request(site: Site, patrol: Patrol) -> None:
    """A list page that says that it is as before holds nothing new; one that changed is read."""
    site.listing("/", {"key": "1", "text": "a"})
    conditional(site, "/")
    assert not patrol.visit(board(site)).not_modified
    report = patrol.visit(board(site))
    assert report.not_modified
    assert (report.entries, report.problem) == (0, None)
    site.listing("/", {"key": "2", "text": "b"})
    conditional(site, "/")
    assert patrol.look(board(site)) == ["b"]


def test_an_unmodified_list_is_read_whole_now_and_then(site: Site, patrol: Patrol) -> None:
    """Edits behind a list that never changes are found all the same."""
    site.listing("/", thread_entry(site, "a"))
    conditional(site, "/")
    site.thread("/a", ("1", "harmless"))
    patrol.look(board(site, recheck=1))
    site.thread("/a", ("1", "bait"))
    found = [patrol.look(board(site, recheck=1)) for _ in range(WHOLE_LOOK + 1)]
    assert found == [[]] * WHOLE_LOOK + [["bait"]]


def test_validators_wait_for_success(site: Site, patrol: Patrol) -> None:
    """While a post behind the list could not be had, the list is asked for whole."""
    site.listing("/", thread_entry(site, "a"))
    conditional(site, "/")
    site.pages["/a"] = Answer(status=500)
    assert patrol.visit(board(site)).problem is not None
    site.thread("/a", ("1", "at last"))
    assert patrol.look(board(site)) == ["at last"]
    assert patrol.visit(board(site)).not_modified


def test_rechecks_are_conditional(site: Site, patrol: Patrol) -> None:
    """A post's page that did not change is not sent again; a thread of several pages is, since its end may grow."""
    site.listing("/", thread_entry(site, "a"), thread_entry(site, "b"))
    site.thread("/a", ("1", "x"))
    conditional(site, "/a")
    site.thread("/b", ("2", "y"), following="/b2")
    conditional(site, "/b")
    site.thread("/b2", ("3", "z"))
    patrol.look(board(site))
    site.thread("/b2", ("3", "z"), ("4", "more"))
    assert patrol.look(board(site, recheck=2)) == ["more"]
    sent = {asked.path: asked.headers.get("If-None-Match") for asked in site.asked}
    assert sent["/a"] is not None
    assert sent["/b"] is None


def test_a_feed(site: Site, patrol: Patrol) -> None:
    """A feed is read by its own extractor, and an item without its whole text is followed."""
    site.listing("/feed", {"key": "1", "text": "whole"}, thread_entry(site, "a"))
    site.thread("/a", ("2", "followed"))
    assert patrol.look(source(site.url + "/feed", kind="feed")) == ["whole", "followed"]


def test_an_index_leads_to_the_list(site: Site, patrol: Patrol) -> None:
    """What it names is looked at each time, even where the index itself stays as it is; it counts as no list page."""
    site.index("/", "/list")
    conditional(site, "/")
    site.listing("/list", {"key": "1", "text": "a"}, following="/more")
    site.listing("/more", {"key": "2", "text": "b"})
    assert patrol.look(board(site, list_pages=1)) == ["a"]
    site.listing("/list", {"key": "3", "text": "c"}, {"key": "1", "text": "a"})
    assert patrol.look(board(site, list_pages=1)) == ["c"]
    site.listing("/list")
    assert "0 entries" in str(patrol.visit(board(site)).problem)
    site.index("/list", "/")
    assert patrol.visit(board(site)).problem is not None


def test_only_hashes_are_remembered(site: Site, patrol: Patrol) -> None:
    """Keys, digests and addresses are keyed hashes, kept apart by source, and the work is done in worker threads."""
    site.listing("/", {"key": "native-1", "text": "secret words"}, thread_entry(site, "a"))
    site.thread("/a", ("a1", "x"))
    conditional(site, "/")
    patrol.look(board(site))
    kept = f"{patrol.store.items} {patrol.store.kept.keys()}"
    assert not any(word in kept for word in ("native", "secret", "http"))
    assert len({key for _, key in patrol.store.items}) == len(patrol.store.items) == 3
    patrol.look(source(site.url + "/", id="other"))
    assert len({key for _, key in patrol.store.items}) == 6
    assert all(name.startswith("lurewatch-visit") for name in patrol.store.threads)


def test_fleets_come_and_go(site: Site, patrol: Patrol) -> None:
    """Visits at the same time, and fleets one after the other, share nothing but the reactor."""
    site.listing("/", {"key": "1", "text": "a"})
    futures = [patrol.fleet.visit(source(site.url + "/", id=f"town-{n}"), patrol.handle) for n in range(10)]
    assert [future.result(30).new for future in futures] == [1] * 10
    patrol.fleet.close()
    report = patrol.visit(board(site))
    assert report.skipped is not None
    assert report.requests == 0
