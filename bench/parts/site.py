"""A site of many pages for the benches: lists of links to posts, served from memory by one process."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

A_LIST = 50  # entries of a list page
_TEXT = "今天下午在老街口看见有人卖自家种的萝卜和芥菜，价钱比超市便宜一半，还能帮忙送到楼下，想要的早点去。"


def page(path: str, posts: int) -> str | None:
    """The HTML at ``path`` of a site with so many posts, None where there is no such page."""
    kind, _, number = path.strip("/").partition("/")
    at = int(number or 0)
    if kind == "list" and at * A_LIST < posts:
        entries = "".join(
            f'<li class="topic"><a href="/post/{post}">第 {post} 个帖子</a></li>'
            for post in range(at * A_LIST, min(posts, (at + 1) * A_LIST))
        )
        more = f'<a class="next" href="/list/{at + 1}">下一页</a>' if (at + 1) * A_LIST < posts else ""
        return f"<html><head><meta charset=utf-8></head><body><ul>{entries}</ul>{more}</body></html>"
    if kind == "post" and at < posts:
        side = "".join(f'<li><a href="/post/{other}">相关帖子 {other}</a></li>' for other in range(20))
        return (
            f"<html><head><meta charset=utf-8><title>第 {at} 个帖子</title></head><body><nav>首页 版块</nav>"
            f'<h1>第 {at} 个帖子</h1><div class="content"><p>{_TEXT}</p><p>编号 {at}。{_TEXT}</p></div>'
            f"<ul>{side}</ul></body></html>"
        )
    return None


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


async def _serve(posts: int, tell: Connection) -> None:
    server = await asyncio.start_server(lambda reader, writer: _answer(reader, writer, posts), "127.0.0.1", 0)
    tell.send(server.sockets[0].getsockname()[1])
    async with server:
        await asyncio.sleep(1800)  # it ends by itself whatever becomes of the bench


def _run(posts: int, tell: Connection) -> None:
    asyncio.run(_serve(posts, tell))


@contextmanager
def serving(posts: int) -> Iterator[str]:
    """The address of a site with so many posts, served by a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(posts, theirs), daemon=True)
    process.start()
    theirs.close()  # so that a server that dies is noticed
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()
