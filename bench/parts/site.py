"""Sites of many pages for the benches: lists of links to posts, served from memory by one process."""

import asyncio
import multiprocessing
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

A_LIST = 50  # entries of a list page
A_SHORT_LIST = 3  # entries of a list with no further pages
_TEXT = "今天下午在老街口看见有人卖自家种的萝卜和芥菜，价钱比超市便宜一半，还能帮忙送到楼下，想要的早点去。"


def page(path: str, posts: int) -> str | None:
    """The HTML at ``path`` of a site with so many posts, None where there is no such page.

    ``/list/N?END``: the N-th list page of a section that ends before the post END; ``/short/N``: a list by itself.
    """
    kind, _, number = path.strip("/").partition("/")
    number, _, last = number.partition("?")
    at, end = int(number or 0), min(int(last or posts), posts)
    if kind == "list" and at * A_LIST < end:
        more = f'<a class="next" href="/list/{at + 1}?{end}">下一页</a>' if (at + 1) * A_LIST < end else ""
        return _list(range(at * A_LIST, min(end, (at + 1) * A_LIST)), more)
    if kind == "short":
        return _list(range(at * A_SHORT_LIST, (at + 1) * A_SHORT_LIST), "")
    if kind == "post" and at < posts:
        side = "".join(f'<li><a href="/post/{other}">相关帖子 {other}</a></li>' for other in range(20))
        return (
            f"<html><head><meta charset=utf-8><title>第 {at} 个帖子</title></head><body><nav>首页 版块</nav>"
            f'<h1>第 {at} 个帖子</h1><div class="content"><p>{_TEXT}</p><p>编号 {at}。{_TEXT}</p></div>'
            f"<ul>{side}</ul></body></html>"
        )
    return None


def _list(posts: range, more: str) -> str:
    entries = "".join(f'<li class="topic"><a href="/post/{post}">第 {post} 个帖子</a></li>' for post in posts)
    return f"<html><head><meta charset=utf-8></head><body><ul>{entries}</ul>{more}</body></html>"


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, posts: int) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            found = page(head.split(b" ", 2)[1].decode(), posts)
            body = (found or "").encode()
            status = b"200 OK" if found else b"404 Not Found"
            writer.write(
                b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
                % (status, len(body))
                + body
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _serve(posts: int, hosts: int, tell: Connection) -> None:
    def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Coroutine[None, None, None]:
        return _answer(reader, writer, posts)

    port = 0
    for at in range(hosts):
        server = await asyncio.start_server(answer, host(at), port)
        port = server.sockets[0].getsockname()[1]
    tell.send(port)
    await asyncio.sleep(1800)  # it ends by itself whatever becomes of the bench


def host(at: int) -> str:
    """The address of the host of this number."""
    return f"127.0.{at}.1"


def _run(posts: int, hosts: int, tell: Connection) -> None:
    asyncio.run(_serve(posts, hosts, tell))


@contextmanager
def serving(posts: int, hosts: int = 1) -> Iterator[str]:
    """The address of a site with so many posts at so many hosts, served by a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(posts, hosts, theirs), daemon=True)
    process.start()
    theirs.close()  # so that a server that dies is noticed
    try:
        yield f"http://{host(0)}:{ours.recv()}"
    finally:
        process.terminate()
        process.join()
