"""A slug is a title as it stands in an address: `tin-comet-2021`."""

import re
import unicodedata

_ACCENTS = re.compile(r"[\u0300-\u036f]")
_SPACES = re.compile(r"\s")
_OTHER = re.compile(r"[^a-z0-9_-]")


def url_slug(title: str, *, dash_for_others: bool = False, trim: str = "-_", once: str = "-_") -> str:
    """The title in plain small letters; other signs go, or become a dash.

    Signs of `trim` do not end it, and of a run of `once` only the last sign stays.
    """
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", title.casefold() if title.isascii() else title.lower()))
    slug = _OTHER.sub("-" if dash_for_others else "", _SPACES.sub("-", folded))
    slug = slug.rstrip(trim) if trim else slug
    return re.sub(rf"([{re.escape(once)}]){{2,}}", r"\1", slug) if once else slug
