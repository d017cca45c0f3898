"""The group that made a release signs after the last dash, or in brackets at either end."""

import re

from matinee.media.parse.picture import CODECS, SOURCES

_BEHIND_DASH = re.compile(r"[^\W_]+(?:\.[^\W_]+)?")
_AFTERTHOUGHT = re.compile(r"(?:\s*\[[^\[\]]*\])+$")
_LAST_BRACKETS = re.compile(r"\[([^\s\[\]]{2,20})\]$")
_FIRST_BRACKETS = re.compile(r"^\[([^\[\]]{2,30})\]")
_REPOSTED = re.compile(
    r"-(?:obfuscated|postbot|xpost|rakuv\w*|scrambled|nzbgeek|asrequested|buymore|[0-9]{1,2})$", re.I
)
_NO_GROUP = frozenset({"dl", "rip", "ray", "hd", "ma", "x", "r", "480p", "576p", "720p", "1080p", "2160p"})
_NO_GROUPS = _NO_GROUP | CODECS | SOURCES.keys()


def read_group(text: str) -> str | None:
    """The release group, None when nobody signed."""
    name = _without_reposters(text.rstrip(" .-"))
    for sign in (_behind_the_last_dash(name), _in_brackets(_LAST_BRACKETS, name), _in_brackets(_FIRST_BRACKETS, name)):
        if sign:
            return sign
    return None


def _without_reposters(name: str) -> str:
    """Others add their own name behind the group's."""
    while (shorter := _REPOSTED.sub("", name)) != name:
        name = shorter
    return name


def _behind_the_last_dash(name: str) -> str | None:
    signed = _AFTERTHOUGHT.sub("", name)
    before, dash, sign = signed.rpartition("-")
    if not dash or not _BEHIND_DASH.fullmatch(sign) or not re.search(r"[\w\])]\s?$", before):
        return None
    sign = sign.partition(".")[0]
    return None if sign.lower() in _NO_GROUPS or sign.isdigit() else sign


def _in_brackets(where: re.Pattern[str], name: str) -> str | None:
    found = where.search(name)
    is_picture = found and (
        found[1].lower() in _NO_GROUPS or re.search(r"[0-9]{3,4}p|^[0-9A-F]{8}$|^[0-9.]+$", found[1])
    )
    return found[1] if found and not is_picture else None
