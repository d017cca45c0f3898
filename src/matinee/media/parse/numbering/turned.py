"""Some uploads hide by turning the name around: `p027.10E10S.eltiT` is Title.S01E01.720p."""

import re

_TURNED = re.compile(r"(?:^|[\s._-])(?:[0-9]{2,3}E[0-9]{2,4}S|p0(?:27|801|84|612))(?=$|[\s._-])", re.I)


def turn_back(text: str) -> str:
    """The name as it was before it was turned around."""
    return text[::-1] if _TURNED.search(text) else text
