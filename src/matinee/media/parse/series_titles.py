"""The title of a series stands before its numbers, dressed in dots, behind tags of groups and web sites."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from matinee.media.parse.numbering.daily import is_short_day
from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.scripts import is_latin
from matinee.media.parse.words import Word, title_start

_DOMAIN = r"(?:[a-z0-9-]+\.)+[a-z]{2,12}"
_TOP = (
    r"(?:com|org|net|info|biz|tv|io|co|me|cc|to|in|eu|de|fr|it|es|nl|ru|ua|pl|cz|hu|ro|uk|au|za|nz|us|ca|br|mx|jp|cn"
    r"|site|online|xyz|life|pro|club|mx|ws|ms|li|at|ch|se|no|dk|fi|gr|tr|is|app|dev|top|vip|world|email|best|fun)"
)
_SITE = re.compile(
    rf"^\s*(?:_(?:unpack|failed)_?\s*|[\"'](?=\S)|[\[({{]\s*(?:www\.{_DOMAIN}|(?:[a-z0-9-]+\.){{1,3}}{_TOP})\s*[\])}}][\s._-]*"
    rf"|www\.{_DOMAIN}\s*-?\s+-?\s*|(?:[a-z0-9-]+\.){{1,3}}{_TOP}\s+-\s+)",
    re.I,
)
_OPENINGS = frozenset("[({_\"' \t")
_TAGS = re.compile(r"^(?:[\s._-]*\[(?![^\[\]]{0,80}?s[0-9]{1,4}[ ._-]?e[0-9])[^\[\]]{0,80}\])+[\s._-]*", re.I)
_MINI_SERIES = re.compile(r"\s*[\[(]\s*mini-?\s?s[eé]ries?\s*[\])]", re.I)
_AKA = re.compile(r"\s+a\.?k\.?a\.?\s+", re.I)
_SLASH = re.compile(r"\s+[/|]\s+|\s*／\s*")
_ACRONYM = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){3,}")
_SPACES = re.compile(r"(?:\.(?! [\w(&])|[_\s])+")
_SEASON_AT_END = re.compile(r"(?<=\s)S0([1-9])$")
_ENDS_OF_YEARS = frozenset("0123456789)]")
_YEAR_AT_END = re.compile(r"(?<=.)[\s,-]+[\[(]?((?:19|20)[0-9]{2})[\])]?$")
_COMPLETE = re.compile(
    r"[\s,:-]+(?:(?:the\s+)?complete(?:\s+(?:mini-?)?series)?|(?:l')?int[eé]grale|completa"
    r"|(?:die\s+)?komplett?e?|complete?)$",
    re.I,
)
_OUTSIDE = " ~–—-:;,|/\\([{#+【「*"


class Titles(NamedTuple):
    """A title as the name tells it; the year at its end, if any, is told apart, too."""

    told: str
    plain: str
    year: int | None
    every: tuple[str, ...]


def without_site(text: str) -> str:
    """`[ www.site.com ] - Title` was only fetched there."""
    may_be = text[:1] in _OPENINGS or "www." in text[:8].lower() or " - " in text[:64] or "\t" in text[:64]
    return _SITE.sub("", text) if may_be else text


def series_start(text: str, words: Sequence[Word]) -> int:
    """Which word begins the title: tags of groups, of requests and a day of recording may stand before it."""
    start = title_start(text, words)
    if text[:1] == "[" and (tags := _TAGS.match(text)):
        behind = next((at for at, word in enumerate(words) if word.start >= tags.end()), 0)
        start = behind or start
    is_dated = start == 0 and len(words) > 2 and is_short_day(words[0].text) and words[1].gap in (" ", "_")
    return 1 if is_dated else start


def read_titles(text: str, words: Sequence[Word], start: int, numbering: Numbering, technical: int) -> Titles:
    """The title before the numbers, and the others told beside it."""
    begin = numbering.begins if numbering.begins is not None else start
    end = min(numbering.at, technical) if technical > begin else numbering.at
    whole = _between(text, words, begin, end) or _in_last_tag(text, words, begin, end)
    first = [_between(text, words, start, _first_end(words, start, begin))] if begin > start else []
    told, others = _choose(_plainly(whole))
    told = _SEASON_AT_END.sub(r"S\1", told) if told[-1:].isdigit() else told
    plain, year = _without_year(told)
    every = tuple(dict.fromkeys(title for title in (*first, *(others or (plain,))) if title))
    return Titles(told, plain, year, every)


def _plainly(title: str) -> str:
    """Without what says that all of it is there: `Complete Series`, `Intégrale`."""
    small = title.lower()
    if "mini" in small:
        title = _MINI_SERIES.sub("", title)
    return _COMPLETE.sub("", title) if "compl" in small or "ompl" in small or "grale" in small else title


def _between(text: str, words: Sequence[Word], begin: int, end: int) -> str:
    """The text of the words, with a bracket opened before and any mark behind the last."""
    if begin >= end or begin >= len(words):
        return ""
    opens = words[begin].gap[-1:] == "(" and begin == 0
    until = words[end].start if end < len(words) else len(text)
    return _undressed(text[words[begin].start - opens : until])


def _in_last_tag(text: str, words: Sequence[Word], begin: int, end: int) -> str:
    """`[Group][Title][S01E02]` has the title in brackets as well."""
    if begin != end or not 0 < end < len(words) or text[:1] != "[":
        return ""
    tags = re.findall(r"\[([^\[\]]+)\]", text[: words[end].start])
    return _undressed(tags[-1]) if len(tags) > 1 else ""


def _undressed(text: str) -> str:
    """Dots and underscores become spaces; those of an acronym stay, question marks go, as in any file's name."""
    text = text.replace("?", "") if "?" in text else text
    kept = _ACRONYM.sub(lambda found: found[0].replace(".", "\0"), text) if text.count(".") > 2 else text
    spaced = _with_spaces(kept).replace("\0", ".").lstrip(" -–:;,|/").rstrip(_OUTSIDE)
    if spaced.endswith("]") and "[" not in spaced:
        spaced = spaced.rstrip("] ")
    missing = spaced.count("(") - spaced.count(")")
    return spaced + ")" if missing == 1 else spaced


def _with_spaces(text: str) -> str:
    """A dot before a space stays, as that of `Dr. Title`."""
    if ". " in text:
        return _SPACES.sub(" ", text)
    return " ".join(text.replace(".", " ").replace("_", " ").split())


def _first_end(words: Sequence[Word], start: int, begin: int) -> int:
    """Where the first of two titles ends: at the bracket that opens the first numbers."""
    return next((at for at in range(start + 1, begin) if words[at].gap[-1:] == "("), begin)


def _choose(told: str) -> tuple[str, tuple[str, ...]]:
    """Of `Название / Title` the one in Latin letters, of `Title AKA Other` the whole."""
    is_double = "/" in told or "|" in told or "／" in told
    parts = [part.strip(_OUTSIDE) for part in _SLASH.split(told)] if is_double else []
    if len(parts) > 1:
        latin = [part for part in parts if is_latin(part)]
        is_both = 0 < len(latin) < len(parts)
        return (latin[-1] if is_both else told if latin else parts[0]), tuple(parts)
    return told, tuple(_AKA.split(told)) if " aka " in told.lower() else ()


def _without_year(told: str) -> tuple[str, int | None]:
    found = _YEAR_AT_END.search(told) if told[-1:] in _ENDS_OF_YEARS else None
    return (told[: found.start()], int(found[1])) if found else (told, None)
