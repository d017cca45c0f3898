"""Some text was never the name of a release: a checksum, a password, letters of chance that hide what is inside."""

import re

_PASSWORD = re.compile(r"^\W*password\s*[-:=]", re.I)
_UNPACKING = re.compile(r"^_(?:unpack|failed)_?\s*", re.I)
_CHECKSUM = re.compile(r"^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{24,})\b", re.I)
_BACKUP = re.compile(r"^backup_[0-9]{3,}s[0-9]{2}-[0-9]{2}$", re.I)
_NUMBERED_UPLOAD = re.compile(r"^(?:[0-9]{6}_[0-9]{2}|[a-z]{12}[0-9]{3}|[A-Z]{11}[0-9]{3})$")
_CODE = re.compile(r"[0-9a-z]+", re.I)
_COUNTED = re.compile(r"[a-z]*s[0-9]{1,2}(?:e[0-9]{1,3})+")
_CHANGE = re.compile(r"[0-9]+|[A-Z]+|[a-z]+")
_HEXADECIMAL = re.compile(r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{10,}")
_PLACEHOLDERS = frozenset({"123", "abc", "b00bs", "abc.xyz"})
_SHORTEST_CODE = 15
_MOST_WORDS = 4  # a code hides alone or behind a short word, not in a sentence
_MOST_IN_ALL = 8


def is_no_release(text: str, count: int) -> bool:
    """Whether the text, without its file suffix, says nothing about a title; `count` is how many words it has."""
    if count > _MOST_IN_ALL and text[:8].lower() != "password":
        return False
    name = (_UNPACKING.sub("", text) if text[:1] == "_" else text).strip()
    if not name or name.lower() in _PLACEHOLDERS or _PASSWORD.search(name) or _CHECKSUM.match(name):
        return True
    if _BACKUP.match(name) or _NUMBERED_UPLOAD.match(name):
        return True
    if count > _MOST_WORDS + 1:  # a glued one counts as two
        return False
    words = _CODE.findall(name)
    return len(words) <= _MOST_WORDS and _is_mostly_code(name, words)


def _is_mostly_code(name: str, words: list[str]) -> bool:
    coded = sum(len(word) for word in words if _is_code(word))
    return coded * 2 > len(name)


def _is_code(word: str) -> bool:
    """Letters, capitals and digits change places as they never do in a word."""
    if _HEXADECIMAL.fullmatch(word.lower()):
        return True
    if len(word) < 10 or _COUNTED.fullmatch(word.lower()):
        return False
    changes = len(_CHANGE.findall(word))
    has_digits = any(letter.isdigit() for letter in word)
    return changes >= (5 if len(word) >= _SHORTEST_CODE else 6) and (has_digits or changes >= 9)
