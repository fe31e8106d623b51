"""A corpus so small that it is learnt in a moment: words of three sorts, put together at random but repeatably."""

import json
import random
from collections.abc import Iterable
from pathlib import Path

WORDS = {
    "gambling": "百家乐 龙虎斗 彩金 首存 返水 注册送 真人荷官 秒提款 盘口 串关 下注 六合彩 特码 开户链接 庄闲 捕鱼",
    "forged_documents": "办证 刻章 毕业证 学位证 钢印 水印 发票 代开 税点 验证后付款 驾驶证 不动产证 盖公章 扫描件",
    "none": "公园 早饭 孩子 作业 天气 菜价 邻居 公交 图书馆 借书 排队 挂号 下雨 看电影 散步 面条 种花 搬家 修水管 请教",
}
_CONTACT = "，加微信 {name}_{number}"
_EACH = 10  # words of a text


def texts(category: str, count: int, seed: int = 0) -> list[str]:
    """So many different texts of a category; offers say how to reach the seller."""
    chance = random.Random(f"{category}{seed}")  # noqa: S311 - repeatable on purpose
    words = WORDS[category].split()
    found = []
    for _ in range(count):
        said = "，".join(chance.sample(words, _EACH))
        contact = _CONTACT.format(name=category[:6], number=chance.randrange(10_000, 99_999))
        found.append(said if category == "none" else said + contact)
    return found


def write_rows(path: Path, rows: Iterable[tuple[str, str]], **more: str) -> Path:
    """A file of (text, category) as the corpus has them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"text": text, "category": category, **more}, ensure_ascii=False) for text, category in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_corpus(folder: Path, count: int = 24, seed: int = 0) -> Path:
    """A corpus of so many texts of each category."""
    for category in WORDS:
        rows = [(text, category) for text in texts(category, count, seed)]
        write_rows(folder / f"{category}.jsonl", rows, style="sms", provenance="desk-t")
    return folder
