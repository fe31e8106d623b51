"""Tells a page that asks for proof of being human from a page with posts; such a page is an answer and never solved."""

import re

from core.types import Page
from crawlers.extract.decode import decode

_BYTES = 30_000  # such pages are small; a whole page of a forum may well name a captcha in its login form
_WORDS = (
    "验证码|驗證碼|人机验证|人機驗證|安全验证|安全驗證|滑动验证|滑動驗證|拖动滑块|拖動滑塊|点击完成验证|身份验证|"
    "访问过于频繁|请求过于频繁|访问太频繁|操作过于频繁|访问异常|异常流量|"
    "captcha|cf-chl-|challenge-platform|geetest|turnstile|acw_sc__v2|aliyun_waf|yidun|"
    "verify (?:that )?you are (?:a )?human|are you (?:a robot|human)|checking your browser|unusual traffic"
)
_MARK = re.compile(_WORDS, re.IGNORECASE)
_TITLE = re.compile(
    r"<title[^<>]*>\s*(?:"
    r"[^\s<]{0,8}?(?:安全验证|安全驗證|人机验证|人機驗證|滑动验证|滑動驗證|访问验证)(?:页面|中心|中|码)?"
    r"|(?:请输入|請輸入)?(?:验证码|驗證碼)|captcha"
    r"|just a moment\W*|attention required\b[^<]{0,20}|security check|(?:human )?verification"
    r")\s*</title",
    re.IGNORECASE,
)
_ASKS = re.compile(
    "请(?:先)?(?:完成|进行|通过)[^。，]{0,8}验证|請(?:先)?(?:完成|進行|通過)[^。，]{0,8}驗證|拖动[^。，]{0,6}滑块|"
    "点击按钮[^。，]{0,6}验证|确认您?不是机器人|是真人|"
    "(?:verify|confirm) (?:that )?you are (?:a )?human|you are not a robot|checking your browser",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"<(script|style|title|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE
)
_SHORT = 200  # characters that such a page shows; a post with a form below it soon shows more


def may_be_challenge(page: Page) -> bool:
    """Whether a page that holds nothing of what was expected is one: it is small, and some word or script says so."""
    if page.header("cf-mitigated") == "challenge":
        return True
    return len(page.body) < _BYTES and _MARK.search(decode(page).text) is not None


def is_challenge(page: Page) -> bool:
    """Whether a page is one by itself: its title says so, or it says hardly more than that one has to prove oneself.

    A post that sells codes, or one with a captcha in the form below it, is none.
    """
    if page.header("cf-mitigated") == "challenge":
        return True
    if len(page.body) >= _BYTES:
        return False
    text = decode(page).text
    if _MARK.search(text) is None and _TITLE.search(text) is None:
        return False
    shown = "".join(_UNSEEN.sub(" ", text).split())
    return len(shown) <= _SHORT and (_TITLE.search(text) or _ASKS.search(_UNSEEN.sub(" ", text))) is not None
