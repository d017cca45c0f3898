"""Some uploads hide by turning the name around: `p027.10E10S.eltiT` is Title.S01E01.720p."""

import re

_TURNED = re.compile(r"(?:^|[\s._-])(?:[0-9]{2,3}E[0-9]{2,4}S|p0(?:27|801|84|612))(?=$|[\s._-])", re.I)


_MAY_BE_TURNED = re.compile(r"[0-9][Ss](?![^\W_])")


def turn_back(text: str) -> str:
    """The name as it was before it was turned around; that most are not shows quickly."""
    may_be = "p0" in text or "P0" in text or _MAY_BE_TURNED.search(text)
    return text[::-1] if may_be and _TURNED.search(text) else text
