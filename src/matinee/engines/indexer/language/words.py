"""What can be done with words alone: cut them, clean them, keep the known ones."""

import html
import json
import re
import unicodedata

from matinee.engines.indexer.language.jsonpath import json_text, selected

_GENRE_SIGNS = re.compile(r'[, /)(.;\[\]"|:]+')
_NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f"<>|:*?\\/]')


def part(text: str, separator: str, number: int) -> str:
    """One of the parts between separators (its first sign counts); -1 is the last. Raises ValueError."""
    if not separator:
        raise ValueError("its separator is empty")
    parts = text.split(separator[0])
    if not -len(parts) <= number < len(parts):
        raise ValueError(f"there is no part {number} of {len(parts)}")
    return parts[number]


def trimmed(text: str, sign: str) -> str:
    """Without that sign at both ends; without white space where no sign is named."""
    return text.strip(sign[0]) if sign else text.strip()


def html_decoded(text: str) -> str:
    """`&amp;` as &."""
    return html.unescape(text)


def html_encoded(text: str) -> str:
    """& as `&amp;`, and the letters of Latin-1 beyond ASCII by their numbers."""
    escaped = html.escape(text, quote=True).replace("&#x27;", "&#39;")
    return "".join(f"&#{ord(sign)};" if 160 <= ord(sign) < 256 else sign for sign in escaped)


def file_name(text: str) -> str:
    """Signs that a file name may not hold become `_`."""
    return _NOT_IN_FILE_NAMES.sub("_", text) or "_"


def without_marks(text: str) -> str:
    """é as e: letters without their accents."""
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if unicodedata.category(sign) != "Mn"))


def valid_words(text: str, valid: str) -> str:
    """Those of the valid words that the text holds, in their own order, small letters, joined with ", "."""
    found = set(genre_words(text.lower()))
    return ", ".join(word for word in dict.fromkeys(genre_words(valid.lower())) if word in found)


def genre_words(text: str) -> list[str]:
    """The words between the signs that separate genres."""
    return [word for word in _GENRE_SIGNS.split(text) if word]


def joined_array(text: str, path: str, separator: str) -> str:
    """The values of an array in a JSON text. Raises ValueError where the text or the path leads to none."""
    try:
        found = selected(json.loads(text), path)
    except RecursionError:
        raise ValueError("the JSON is too deep") from None
    if not found:
        raise ValueError(f"{path!r:.80} leads to nothing")
    values = found[0] if len(found) == 1 and isinstance(found[0], list) else found
    return separator.join(json_text(value) for value in values)
