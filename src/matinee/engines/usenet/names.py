"""What a file may be called: names from the internet are hostile, and some tell what a file is for."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

LONGEST_NAME = 200  # bytes; leaves room for endings on filesystems that allow 255

_QUOTED = re.compile(r'"([^"]+)"')
_LAST_NAME = re.compile(r"([^\s\"/\\]+\.[A-Za-z0-9]{2,5})(?=[\s\"(\[]|$)")
_VOLUME = re.compile(r"\.vol(\d{1,6})[+-](\d{1,6})\.par2$", re.IGNORECASE)
_TELLING = re.compile(
    r"\.(par2|rar|r\d\d|s\d\d|7z|zip|\d{3}|mkv|mp4|avi|m4v|ts|iso|srt|sub|idx|nfo|sfv|flac|mp3|m4b|epub|jpg|png|txt)$",
    re.IGNORECASE,
)
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Recovery:
    """A par2 volume by its name: the first recovery block in it and how many there are."""

    first: int
    blocks: int


def subject_name(subject: str, at: int) -> str:
    """The file's name as its subject tells it; one by number where it does not."""
    found = _QUOTED.search(subject) or _LAST_NAME.search(subject)
    return found[1].strip() if found else subject.strip() or f"file {at}"


def recovery_of(name: str) -> Recovery | None:
    """What a name like `x.vol03+04.par2` promises."""
    found = _VOLUME.search(name)
    return Recovery(int(found[1]), int(found[2])) if found else None


def is_telling(name: str) -> bool:
    """Whether the ending of the name says what is inside; an obfuscated one does not."""
    return _TELLING.search(name) is not None


def better_name(subject: str, header: str) -> str:
    """The yEnc header's name, except where only the subject's tells what is inside."""
    return subject if not header or (is_telling(subject) and not is_telling(header)) else header


def natural_order(name: str) -> list[tuple[int, str]]:
    """A key that sorts part2 before part10, and x.rar before x.r00."""
    plain = f"{name[:-4]}.r" if name.lower().endswith(".rar") else name
    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in _DIGITS.split(plain) if part]


def safe_name(told: str, at: int, taken: Container[str] = ()) -> str:
    """A plain file name without folders, control or invisible characters; another one when it is taken already.

    `taken` holds names in lower case.
    """
    plain = unicodedata.normalize("NFC", told.replace("\\", "/").rsplit("/", 1)[-1])
    plain = "".join("_" if one in '<>:"|?*' else one for one in plain if _is_harmless(one))
    plain = plain.strip(" .").removeprefix("-") or f"file {at}"
    plain = _shortened(f"_{plain}" if _DEVICES.match(plain) else plain, LONGEST_NAME)
    return plain if plain.lower() not in taken else _shortened(plain, LONGEST_NAME - 12, f".{at}")


def safe_folder(told: str) -> str:
    """A plain folder name; no ending is kept, so the whole of it may be cut."""
    return safe_name(told.replace("/", " ").replace("\\", " "), 1)


def _is_harmless(one: str) -> bool:
    return unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _shortened(name: str, longest: int, mark: str = "") -> str:
    """Cut the stem so that the ending, which tells what is inside, stays."""
    dot = name.rfind(".")
    stem, ending = (name[:dot], name[dot:]) if dot > 0 and len(name) - dot <= 20 else (name, "")
    room = longest - len(ending.encode()) - len(mark)
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + mark + ending
