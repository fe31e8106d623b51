"""Tells by tag, class and id what an element is for: a person, a quotation, the frame of the page, the text itself."""

import re

from crawlers.extract.dom import Node, head
from crawlers.extract.tags import LAYOUT

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])")


_PERSON = _words(
    r"author|postprofile|profile|avatars?|username|nickname|nick|uname|byline|userinfo|usercard|userpic|userhead|userpanel|authi|postuser"
    r"|postauthor|zuozhe|touxiang|yonghu\w*|pstatus"
    r"|(?:user|member|poster|owner)[-_](?:name|info|card|pic|head|face|link|panel|details?|profile|meta|box|side|left)"
)
_PERSON_ALONE = re.compile(r"(?:^|\s)(?:user|pls|face|profile|member|uid)(?:\s|$)")
_SIGNATURE = _words(r"signature|signatures|sightml|qianming|(?:user|post)[-_]?sign|bbs[-_]?sign|sigline")
_SIGNATURE_ALONE = re.compile(r"(?:^|\s)(?:sign|sig)(?:\s|$)")
_QUOTE = _words(r"quote|quoted|quotes|quotation|blockquote|yinyong|quotebox|quotebody|replyquote|postquote|gmail_quote")
_FRAME = _words(
    r"breadcrumbs?|crumbs?|pager|pagination|paging|pagebar|pagenav|toolbar|sidebar|side-bar|footer|foot|nav|navbar"
    r"|navigation|menu|copyright|friend-?links?|login|topbar|related|recommend\w*|ranking|ranklist|sitemap|xiangguan"
    r"|tuijian|daohang"
)
_BESIDE = _words(
    r"comments?|commentlist|pinglun|replies|replylist|reply-list|shares?|sharing|social|prev-?next|hot-?news|hot-?list"
    r"|read-?more|tags|disclaimer|mianze|guestbook"
)
_MAIN = _words(
    r"content|contents|message|msg|body|text|postmessage|post-?content|post-?body|postbody|t_f|t_msgfont|neirong"
    r"|zhengwen|zoom|trs[-_]editor|d_post_content|txt|desc|description|article"
)
_NEGATED = re.compile(r"(?:no|has|with|without|is|show|hide)[-_]?(?=[a-z])\w*")
_ATTRIBUTED = re.compile(
    r"发表于|写道|说道|的大作中提到|原帖由|引用|回复\s*#?\d|\bsaid\b|\bwrote\b|楼主?[:：]", re.IGNORECASE
)
_PROFILE = re.compile(
    r"积分|威望|金币|金钱|注册(?:时间|日期)|注册[:：]|发帖数?[:：\s]|帖子数?[:：\s]|等级|级别|精华|最后登录|在线时间|UID|经验值|来自[:：]"
)
_LABELS = re.compile(
    r"发表(?:于|时间)?|发布(?:于|时间)?|回[复覆](?:时间)?|时间|日期|第|[楼层]主?|引用|举报|只看该?(?:作者|楼主)|评分|编辑|删除|收藏|分享|点?赞"
    r"|倒序|浏览|查看|打印|人气|阅读|点击|次数?|来自|沙发|板凳|地板|\d+|[年月日#]|今天|昨天|前天|刚刚|分钟前|小时前|天前"
)
_DATE = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d\s*(?:分钟|小时|天)前|(?:昨天|前天|今天)\s*\d{1,2}:"
)
_LETTER = re.compile(r"[^\W\d_]")
_A_NAME = 5  # letters that may be a name beside a time
_DATELINE = 60  # characters
_LONG_NAME = 120  # characters; a person's block is shorter than this, a text in a box named after its author is not
# Where people are shown, and no posts; "uid=" is that of a person only where it is all that is asked for.
_PERSON_ADDRESS = re.compile(
    r"/(?:members?|memberlist|profiles?|users?|people|authors?)(?:[/.?]|$)|space-uid-|mod=space|\?uid=\d+$"
)
_PERSON_ATTRIBUTES = (("itemprop", "author"), ("rel", "author"))


def names_of(node: Node) -> str:
    """Class and id of an element in lower case, camelCase taken apart; negations such as no-sidebar removed."""
    marks = node.attributes
    both = f"{marks.get('class') or ''} {marks.get('id') or ''}"
    if both == " ":
        return ""
    return _NEGATED.sub("", _CAMEL.sub("-", both).lower()).strip()


def leads_to_person(url: str) -> bool:
    """Whether an address is that of somebody's page."""
    return bool(_PERSON_ADDRESS.search(url))


def is_person(node: Node) -> bool:
    """Whether the element shows who wrote: name, picture, profile, a link to it, signature, who edited."""
    marks = node.attributes
    if not marks:
        return False
    if node.tag == "a" and leads_to_person((marks.get("href") or "")[:300]) and _is_short(node):
        return True
    if any((marks.get(key) or "").lower() == value for key, value in _PERSON_ATTRIBUTES):
        return True
    names = names_of(node)
    if not names:
        return False
    if _SIGNATURE.search(names) or _SIGNATURE_ALONE.search(names):
        return True
    return bool(_PERSON.search(names) or _PERSON_ALONE.search(names)) and _is_short(node)


def is_quote(node: Node) -> bool:
    """Whether the element repeats somebody's words."""
    return node.tag == "blockquote" or bool(_QUOTE.search(names_of(node)))


def is_attributed(node: Node) -> bool:
    """Whether a quotation says whose words it repeats."""
    return bool(_ATTRIBUTED.search(head(node, _LONG_NAME))) or node.css_first("cite") is not None


def is_frame(node: Node) -> bool:
    """Whether the element belongs to the frame around the content: navigation, footers, paging, links elsewhere."""
    if node.tag in LAYOUT:
        return False
    return node.tag in ("nav", "footer", "aside") or bool(_FRAME.search(names_of(node)))


def is_beside(node: Node) -> bool:
    """Whether the element stands beside an article: the frame, comments, sharing; never what holds the heading."""
    if node.tag in LAYOUT:
        return False
    return (is_frame(node) or bool(_BESIDE.search(names_of(node)))) and node.css_first("h1") is None


def is_main(node: Node) -> bool:
    """Whether class or id say that this holds the text."""
    return bool(_MAIN.search(names_of(node)))


def is_profile(node: Node) -> bool:
    """Whether the text is that of a member's card: points, rank, when registered."""
    return len(set(_PROFILE.findall(head(node, _LONG_NAME * 3)))) > 1


def letters(text: str) -> int:
    """How many letters a text has beside times, numbers and what one can do on a page."""
    return len(_LETTER.findall(_LABELS.sub("", text)))


def is_label(node: Node) -> bool:
    """Whether the text is nothing but a time, a number and what one can do, with a name perhaps."""
    said = head(node, _LONG_NAME)
    return len(said) < _LONG_NAME and letters(said) < _A_NAME


def is_dateline(node: Node) -> bool:
    """Whether the text is a label that tells a date, as it stands above or below a text."""
    said = head(node, _DATELINE + 1)
    return len(said) <= _DATELINE and (node.tag == "time" or (bool(_DATE.search(said)) and is_label(node)))


def is_card(node: Node) -> bool:
    """Whether the element is the cell of a table or list of terms that shows nothing but a member's card."""
    small = node.tag in ("td", "dl", "ul") and len(head(node, _LONG_NAME + 1)) <= _LONG_NAME
    return small and is_profile(node) and node.css_first("table, div") is None


def _is_short(node: Node) -> bool:
    return len("".join(head(node, _LONG_NAME * 3).split())) <= _LONG_NAME
