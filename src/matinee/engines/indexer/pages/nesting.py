"""A hostile page piles up elements without end; that is seen before it is built."""

import re

DEEPEST = 1_000  # elements inside each other on any page that is read
_FEW_TAGS = 8_000  # with fewer even the deepest page is built in a moment
_SHORT = 300_000  # characters; a page as short has no tag that is a burden
_WORK = 150_000_000  # open elements met, summed over all tags: about a second
_COPIES = 2_000_000  # elements that the library adds by itself
_MOST_ATTRIBUTES = 5_000  # of one element
_LONG_TAG = 10_000  # characters

_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|textarea|title|xmp|iframe|noembed|noframes)\b.*?(?:</\1|\Z)"
    r"|<(/?)([a-z][^\s/>]*)(?:[^>=]|=\s*\"[^\"]*\"|=\s*'[^']*'|=)*",
    re.IGNORECASE | re.DOTALL,
)
_FORMATTING = re.compile(r"<(/?)(b|big|code|em|font|i|s|small|strike|strong|tt|u)(?=[\s/>])([^>]*)", re.IGNORECASE)
# The same beginnings with attributes, in both cases by hand and the first letter asked before all: so it is quick.
_DRESSED = re.compile(
    "<(?=[bBcCeEfFiIsStTuU])(?:[bBiIsSuU]|[eE][mM]|[tT]{2}|[bB][iI][gG]|[cC][oO][dD][eE]|[fF][oO][nN][tT]|[sS][mM][aA][lL]{2}"
    r"|[sS][tT][rR](?:[iI][kK][eE]|[oO][nN][gG]))[\s/]([^>]+)"
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_BETWEEN = re.compile(r"[\s/]+")
_NEVER_OPEN = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
# These close those before them, so they do not pile up outside of drawings and formulas.
_CLOSE_EACH_OTHER = frozenset(
    ("p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "optgroup")
)


def is_a_burden(text: str) -> bool:
    """Whether building the page would take seconds or much memory; a good page is told so in a moment."""
    tags = text.count("<")
    if _copies_itself(text, tags):
        return True
    return (tags > _FEW_TAGS or len(text) > _SHORT) and _piles_up(text)


def _copies_itself(text: str, tags: int) -> bool:
    """Whether letters left bold or slanted would be made so again in each of too many paragraphs.

    Of equal ones the library keeps three.
    """
    if len(set(_DRESSED.findall(text))) * 3 * tags < _COPIES:
        return False
    opened: dict[tuple[str, str], int] = {}
    names: dict[str, list[str]] = {}
    left, most = 0, 0
    for slash, name, attributes in _FORMATTING.findall(text):
        stack = names.setdefault(name.lower(), [])
        if slash:
            if stack:
                opened[name.lower(), stack.pop()] -= 1
                left -= 1
        elif opened.get((name.lower(), attributes), 0) < 3:
            opened[name.lower(), attributes] = opened.get((name.lower(), attributes), 0) + 1
            stack.append(attributes)
            left += 1
            most = max(most, left)
    return most * tags > _COPIES


def _piles_up(text: str) -> bool:
    """Whether too many elements would be open at once, or one would have too many attributes."""
    lowered = text.lower()
    ignored = _NEVER_OPEN if "<svg" in lowered or "<math" in lowered else _NEVER_OPEN | _CLOSE_EACH_OTHER
    opened: list[str] = []
    work = 0
    for found in _TAG.finditer(lowered):
        name = found[3]
        if name is None:
            continue
        if found.end() - found.start() > _LONG_TAG and _attributes(found[0]) > _MOST_ATTRIBUTES:
            return True
        if name in ignored:
            continue
        if not found[2]:
            opened.append(name)
            work += len(opened)
            if work > _WORK:
                return True
        elif opened and opened[-1] == name:
            opened.pop()
    return False


def _attributes(tag: str) -> int:
    return len(_BETWEEN.findall(_QUOTED.sub("", tag)))
