"""Takes a picture of a drawn page that shows the offer alone, from the document as it was drawn and hashed.

Scripts do not run again, nothing is fetched, and whatever is not the offer's own words is hidden: who holds the whole
document can take the same picture. Style sheets of the page are left out, since they can write words of others.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.async_api import BrowserContext, FloatRect, Route
from playwright.async_api import Page as Tab

from core.types import Page, Post

WIDTH, HEIGHT = 1280, 800
_TALLEST = 4000  # pixels of a picture; what is below is cut
_LINES = 60  # lines of an offer by which its element is looked for

_EQUIV = re.compile(rb"http-equiv", re.IGNORECASE)  # it could send the browser elsewhere

# Descends from the body, or from the element of the post's anchor, to the innermost element that holds as many lines
# of the offer; then hides every element outside of it, everything in it that is no text, and text of others.
_MARK = """([text, title, anchor, most]) => {
  const bare = (words) => words.replace(/\\s+/gu, "");
  const lines = text.split("\\n").map(bare).filter(Boolean).slice(0, most);
  const own = bare(text) + "\\u0000" + bare(title);
  const within = (words) => lines.filter((line) => words.includes(line)).length;
  const held = (element) => within(bare(element.textContent));
  const here = anchor && document.getElementById(anchor);
  let best = here && held(here) === lines.length ? here : document.body, count = best ? held(best) : 0;
  if (!count) return null;
  for (let next = best; next; ) {
    best = next;
    next = [...best.children].find((child) => held(child) === count);
  }
  document.querySelectorAll("style, link, script, noscript, template").forEach((element) => element.remove());
  const set = (element, name, value) => element.style && element.style.setProperty(name, value, "important");
  document.querySelectorAll("*").forEach((element) => set(element, "visibility", "hidden"));
  const opaque = "img,picture,svg,math,canvas,video,audio,iframe,object,embed,input,textarea,select,button,meter";
  for (const element of [best, ...best.querySelectorAll("*")]) {
    if (element.closest(opaque)) continue;
    set(element, "visibility", "visible");
    set(element, "background-image", "none");
    set(element, "list-style", "none");
  }
  const walker = document.createTreeWalker(best, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  let shown = 0;
  for (const node of texts) {
    const words = bare(node.data);
    if (!words) continue;
    if (own.includes(words)) { shown += 1; continue; }
    const veil = document.createElement("span");
    node.replaceWith(veil);
    veil.append(node);
    set(veil, "visibility", "hidden");
  }
  const box = best.getBoundingClientRect();
  return shown ? { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height } : null;
}"""


@dataclass  # no slots: Playwright marks handlers
class _Once:
    """Gives the document once, and nothing else ever."""

    page: Page
    given: bool = False

    async def answer(self, route: Route) -> None:
        if self.given or not route.request.is_navigation_request():
            await route.abort()
            return
        self.given = True
        body = _EQUIV.sub(b"data-equiv", self.page.body)
        await route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)


async def shoot(context: BrowserContext, post: Post, page: Page) -> bytes | None:
    """A PNG of the offer in a drawn page, None where its words are not found; raises Playwright's errors.

    ``context`` is one in which scripts do not run.
    """
    tab = await context.new_page()
    await tab.route("**/*", _Once(page).answer)
    await tab.goto(page.url, wait_until="domcontentloaded")
    clip = _clip(await tab.evaluate(_MARK, [post.text, post.title or "", _anchor(post.url), _LINES]))
    return await _taken(tab, clip) if clip else None


async def _taken(tab: Tab, clip: FloatRect) -> bytes:
    return await tab.screenshot(clip=clip, full_page=True, animations="disabled", type="png")


def _anchor(url: str) -> str:
    return unquote(urlsplit(url).fragment)


def _clip(box: dict[str, Any] | None) -> FloatRect | None:
    """The part of the page to take, within bounds; None where there is nothing to see."""
    if box is None or box["width"] < 1 or box["height"] < 1:
        return None
    x, y = max(0.0, box["x"]), max(0.0, box["y"])
    return FloatRect(x=x, y=y, width=min(box["width"], 2.0 * WIDTH), height=min(box["height"], float(_TALLEST)))
