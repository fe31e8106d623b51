"""The errors of extraction: they name source, selector and what to do, and hold no word or address of a page."""

from core.errors import ExtractError


def no_match(source_id: str, name: str, selector: str) -> ExtractError:
    """A selector that the source gives, and that finds nothing."""
    return ExtractError(
        f"来源 {source_id}：选择器 {name}（{selector}）在页面上一处也没有匹配。"
        f"网站可能已改版，请打开该页核对，并修改来源文件的 selectors.{name}。",
        f"Source {source_id}: the selector {name} ({selector}) matches nothing on the page. "
        f"The site may have changed: open the page and correct selectors.{name} in the source file.",
    )


def bad_selector(source_id: str, name: str, selector: str) -> ExtractError:
    """A selector that is not CSS."""
    return ExtractError(
        f"来源 {source_id}：选择器 {name}（{selector}）不是合法的 CSS。请修改来源文件的 selectors.{name}。",
        f"Source {source_id}: the selector {name} ({selector}) is not valid CSS. "
        f"Correct selectors.{name} in the source file.",
    )


def no_list(source_id: str) -> ExtractError:
    """A list page without selectors on which no list is found."""
    return ExtractError(
        f"来源 {source_id}：页面上没有找到列表。请核对网址，或在来源文件中写明 selectors.item 与 selectors.link；"
        "如列表由脚本生成，请设 drawn: true。",
        f"Source {source_id}: no list was found on the page. Check the url, or give selectors.item and selectors.link "
        "in the source file; set drawn: true if scripts make the list.",
    )


def no_text(source_id: str) -> ExtractError:
    """A post's page without selectors on which no text is found."""
    return ExtractError(
        f"来源 {source_id}：帖子页上没有找到正文。请在来源文件中写明 selectors.post 与 selectors.text；"
        "如正文由脚本生成，请设 drawn: true。",
        f"Source {source_id}: no text was found on the page of a post. Give selectors.post and selectors.text in the "
        "source file; set drawn: true if scripts make the text.",
    )


def not_a_feed(source_id: str, *, html: bool) -> ExtractError:
    """Something else where a feed was promised."""
    zh, en = ("网页（HTML）", "a web page (HTML)") if html else ("别的内容", "something else")
    return ExtractError(
        f"来源 {source_id}：应是 RSS、Atom 或 JSON Feed，得到的却是{zh}。请核对网址，或把 kind 改为 list 或 forum。",
        f"Source {source_id}: an RSS, Atom or JSON Feed was promised, but {en} came. "
        "Check the url, or change kind to list or forum.",
    )


def broken_feed(source_id: str) -> ExtractError:
    """A feed that cannot be read."""
    return ExtractError(
        f"来源 {source_id}：订阅源的格式已损坏，无法读取。请在浏览器中打开核对，或改用该栏目的列表页。",
        f"Source {source_id}: the feed is damaged and cannot be read. "
        "Open it in a browser to check, or use the section's list page instead.",
    )


def not_json(source_id: str) -> ExtractError:
    """Something else where JSON was promised."""
    return ExtractError(
        f"来源 {source_id}：应是 JSON，得到的却不是。请核对网址；JSON 在网页的脚本里时，请写明 data.script。",
        f"Source {source_id}: JSON was promised, but something else came. Check the url; "
        "where the JSON stands in a script of the page, give data.script.",
    )


def no_items(source_id: str, path: str) -> ExtractError:
    """JSON without a list, or without a post, where the source says that it is."""
    return ExtractError(
        f"来源 {source_id}：JSON 里 {path or '最外层'} 处没有条目。网站可能已改版，请核对 data 一节的各条路径。",
        f"Source {source_id}: no entries stand at {path or 'the top'} of the JSON. The site may have changed: "
        "check the paths in the section data.",
    )


def sitemap_index(source_id: str) -> ExtractError:
    """A list of sitemaps that does not say which of them changed last."""
    return ExtractError(
        f"来源 {source_id}：这是站点地图的目录，看不出其中哪一份最新。请打开它，把网址改成其中一份站点地图。",
        f"Source {source_id}: this is an index of sitemaps that does not tell which of them changed last. Open it, and "
        "give the address of one of the sitemaps in it.",
    )


def too_large(source_id: str, most: int) -> ExtractError:
    """A packed file that holds more than may be read."""
    return ExtractError(
        f"来源 {source_id}：这个压缩文件解开后超过 {most >> 20} MB，没有读。请改用较小的一份。",
        f"Source {source_id}: this packed file holds over {most >> 20} MB and was not read. Name a smaller one.",
    )
