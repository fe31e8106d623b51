"""The kinds of HTML elements that extraction tells apart."""


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


VOID = _tags("area base br col embed hr img input link meta source track wbr")
SELF_CLOSING = _tags(
    "p li td th tr dd dt option tbody thead tfoot colgroup html head body"
)  # their next sibling ends them
UNSEEN = _tags(
    "script style noscript template head iframe object embed svg canvas select option button input textarea "
    "audio video dialog datalist map"
)
BLOCKS = _tags(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr html li main nav ol p pre section summary table tbody tfoot thead tr ul"
)
CELLS = _tags("td th")
INLINE = _tags("p span b strong i em u font a li ul ol h1 h2 h3 h4 h5 h6 blockquote small sub sup mark code pre dd dt")
POSTS = _tags("div table tbody tr li article section dl dd")  # what a post on a page can be
LAYOUT = _tags("body html main article table tbody")
NOT_WRITTEN = _tags("form fieldset html body font label noindex")  # only their content stands in evidence
ATTRIBUTES = _tags(
    "id class href src alt lang dir colspan rowspan datetime start data-src data-original data-lazy-src file zoomfile"
)
ADDRESSES = _tags("href src data-src data-original data-lazy-src file zoomfile")
STATES = _tags(  # classes that say how an element is shown, not what it is
    "odd even first last active current selected hot new top sticky stick pinned digest elite highlight alt common "
    "lock locked closed read unread visited on cur hover recommend solved fixed clearfix cl mt mb"
)
