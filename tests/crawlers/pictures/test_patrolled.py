"""Pictures on patrol: an offer that stands only in one is flagged with its proof, and no other picture is kept."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from warcio.archiveiterator import ArchiveIterator

from crawlers.pictures.decode import decode
from tests.crawlers.conftest import Answer, Site
from tests.crawlers.pictures.drawing import draw
from tests.crawlers.pictures.test_decode import BAD
from tests.running import Ran, lurewatch, places_with

CODE = "https://u.wechat.example/a7731b"
OFFER = draw(
    ("专业代开各行业发票，税点优惠", "验证后付款，长期合作", "需要的加微信 fapiao_77310"), CODE, size=34, quality=80
)
MARK = "金丝雀斑斓蹁跹"
PLAIN = draw((MARK, "周末带孩子去水库钓鱼"), "https://canary.example/7731", size=34)
SOURCE = """id: {id}
name: 图片版
url: {url}/{id}
kind: list
whole: true
pictures: {pictures}
politeness: {{delay: 0s}}
selectors: {{item: li.post, key: '@id', text: .words}}
"""


@dataclass
class Patrolled:
    """What a patrol left."""

    home: Path
    site: Site
    ran: Ran
    flags: list[dict[str, object]]

    def records(self, at: int = 0) -> list[tuple[str, str, bytes]]:
        """Target, type and payload of each resource in the evidence of a flag."""
        evidence = self.flags[at]["evidence"]
        assert isinstance(evidence, dict)
        with (self.home / "data" / str(evidence["path"])).open("rb") as file:
            return [
                (
                    record.rec_headers.get_header("WARC-Target-URI"),
                    record.rec_headers.get_header("Content-Type"),
                    record.content_stream().read(),
                )
                for record in ArchiveIterator(file)
                if record.rec_type == "resource"
            ]


def _post(key: str, text: str, *images: str) -> str:
    pictures = "".join(f'<img src="{image}">' for image in images)
    person = '<div class="author"><img src="/face.png">小王</div>'
    return f'<li class="post" id="{key}">{person}<div class="words">{text}{pictures}</div></li>'


def _serve(site: Site) -> None:
    """A board of pictures, good and bad; the one on another path is shut to programs."""
    bad = list(BAD.values())
    for at, (data, _) in enumerate(bad):
        site.pages[f"/bad/{at}"] = Answer(data, headers={"Content-Type": "image/png"})
    site.pages["/p/offer.jpg"] = Answer(OFFER.data, headers={"Content-Type": "text/plain"})
    site.pages["/p/plain.png"] = Answer(PLAIN.data, headers={"Content-Type": "image/png"})
    site.pages["/private/offer.jpg"] = Answer(OFFER.data, headers={"Content-Type": "image/jpeg"})
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /private/\n")
    posts = [
        _post("plain", "周末去哪里玩", "/p/plain.png"),
        _post("offer", "看图", "/p/offer.jpg", "/bad/3"),
        *(_post(f"bad{at}", f"坏图 {at}", f"/bad/{at}") for at in range(0, len(bad), 3)),
        _post(
            "shut", "看图二", "/private/offer.jpg", "/nowhere.png", "data:image/png;base64,AAAA", "data:image/png,%%"
        ),
        _post("many", "图很多", *(f"/p/plain.png?{at}" for at in range(9))),
    ]
    for path in ("/pictures", "/without"):
        html = f"<html><head><meta charset=utf-8></head><body><ul>{''.join(posts)}</ul></body></html>"
        site.pages[path] = Answer(html, headers={"Content-Type": "text/html; charset=utf-8"})
    for at in range(9):
        site.pages[f"/p/plain.png?{at}"] = site.pages["/p/plain.png"]


@pytest.fixture(scope="module")
def patrolled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patrolled]:
    """A patrol of the board, by a source that reads pictures and by one that does not."""
    home, site = tmp_path_factory.mktemp("pictures"), Site()
    _serve(site)
    (home / "sources").mkdir()
    for name, asked in (("pictures", "true"), ("without", "false")):
        (home / "sources" / f"{name}.yml").write_text(SOURCE.format(id=name, url=site.url, pictures=asked), "utf-8")
    env = {"LUREWATCH_SOURCES": str(home / "sources"), "LUREWATCH_ALLOW_PRIVATE": "127.0.0.0/8"}
    ran = lurewatch("--verbose", "patrol", "--once", "--json", home=home, env=env)
    flags = lurewatch("export", "flags", home=home, env=env)
    yield Patrolled(home, site, ran, [json.loads(line) for line in flags.out.splitlines()])
    site.close()


def test_an_offer_that_only_a_picture_shows(patrolled: Patrolled) -> None:
    """It is flagged, once, by the source that reads pictures; its contacts stand in the picture, the code is one."""
    assert patrolled.ran.code == 0, patrolled.ran.err
    (flag,) = patrolled.flags
    assert (flag["source"], flag["text"]) == ("pictures", "看图")
    shown = str(flag["shown"])
    contacts = flag["contacts"]
    assert isinstance(contacts, list)
    assert {one["field"] for one in contacts} == {"pictures"}
    assert {("wechat", "fapiao_77310"), ("url", CODE)} <= {(one["kind"], one["value"]) for one in contacts}
    assert all("fapiao_77310" in shown[slice(*one["span"])] for one in contacts if one["kind"] == "wechat")


def test_it_is_shown_to_who_reviews(patrolled: Patrolled) -> None:
    """The words of its picture stand beside its text, and are found by a search."""
    id_ = str(patrolled.flags[0]["id"])
    said = lurewatch("review", "show", id_, home=patrolled.home).out
    assert "图中文字" in said
    assert "fapiao_77310" in said
    assert id_[:8] in lurewatch("search", "税点优惠", home=patrolled.home).out


def test_its_proof(patrolled: Patrolled) -> None:
    """The picture as it was served, and a copy with frames where the words and the code stand, and nowhere else."""
    target = f"{patrolled.site.url}/p/offer.jpg"
    records = {name: (mime, data) for name, mime, data in patrolled.records()}
    assert records[target] == ("image/jpeg", OFFER.data)
    mime, framed = records[f"urn:framed:{target}"]
    assert mime == "image/jpeg"
    with Image.open(BytesIO(framed)) as copy:
        difference = ImageChops.difference(decode(OFFER.data), copy.convert("RGB")).convert("L")
    changed = sum(difference.histogram()[60:]) / (difference.width * difference.height)
    assert 0.002 < changed < 0.1
    assert len(records) == 3  # the offer's HTML beside them: the picture that is broken is none


def test_verified_and_packed(patrolled: Patrolled) -> None:
    """Evidence with pictures verifies, and goes into a package."""
    assert lurewatch("evidence", "verify", "--all", home=patrolled.home).code == 0
    out = patrolled.home / "x.wacz"
    assert lurewatch("evidence", "export", "--all", "--out", str(out), home=patrolled.home).code == 0
    out.unlink()


def test_no_other_picture_is_kept(patrolled: Patrolled) -> None:
    """Of pictures that were read and not flagged there are neither bytes nor words, nor codes, anywhere."""
    for mark in (MARK, "canary.example/7731", "水库钓鱼"):
        assert places_with(mark, patrolled.home) == []
        assert mark not in patrolled.ran.out + patrolled.ran.err
    middle = PLAIN.data[len(PLAIN.data) // 2 :][:64]
    for path in patrolled.home.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert middle not in held + (gzip.decompress(held) if path.suffix == ".gz" else b"")


def test_what_is_not_asked_for(patrolled: Patrolled) -> None:
    """A face, a path that robots.txt shuts, more than six of a post, any picture for a source that does not say so."""
    asked = patrolled.site.paths()
    assert "/private/offer.jpg" not in asked
    assert "/face.png" not in asked
    assert sum(path.startswith("/p/plain.png?") for path in asked) == 6
    assert asked.count("/p/offer.jpg") == 1


def test_what_was_read_and_what_not_is_told(patrolled: Patrolled) -> None:
    """The visit counts both; nothing is lost for a picture that is bad, and every post is looked at."""
    rows = {row["source"]: row for row in map(json.loads, patrolled.ran.out.splitlines())}
    bad = len(range(0, len(BAD), 3))
    assert (rows["pictures"]["pictures"], rows["pictures"]["unread"]) == (8, 1 + bad + 4 + 3)
    assert rows["pictures"]["new"] == rows["without"]["new"] == 4 + bad
    assert rows["pictures"]["problem"] is None
    assert (rows["without"]["pictures"], rows["without"]["unread"]) == (0, 0)
