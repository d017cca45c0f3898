"""A subtitle file tells its language behind the film's name: `Film.eng.forced.srt`, `Film.ru-with songs.srt`."""

import re
from dataclasses import dataclass

from matinee.media.language import find_language
from matinee.media.parse.words import tidy

TAGS = frozenset({"forced", "foreign", "default", "cc", "psdh", "sdh", "hi", "commentary"})
_COPY = re.compile(r" - [0-9]+$")
_NUMBERED = re.compile(r"^[0-9]+_")  # `2_English.srt` in a folder of subtitles
_MARKED = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z]{2})?)-(.+)")
_REGION = re.compile(r"[A-Z]{2}|[0-9]{3}|Han[st]")


@dataclass(frozen=True, slots=True)
class SubtitleName:
    """What a subtitle's name tells: the language (None when none is told), tags as `forced`, and a title of its own.

    `raw_title` is the title with the number of a copy, as in `Songs - 1`.
    """

    language: str | None = None
    tags: tuple[str, ...] = ()
    title: str | None = None
    raw_title: str | None = None


def read_subtitle(name: str) -> SubtitleName:
    """Read the parts between the film's name and the suffix, in whichever order they stand."""
    stem = tidy(name.replace("\\", "/").rpartition("/")[2])
    tail = _tail(stem)
    spoken = _language_at(tail)
    if spoken is None:
        return SubtitleName()
    language, mark = _told(tail[spoken])
    rest = tail[:spoken] + tail[spoken + 1 :] + ([mark] if mark else [])
    raw_title = ".".join(part for part in rest if not _is_tag(part)) or None
    return SubtitleName(
        language=language,
        tags=tuple(_bare(part) for part in rest if _is_tag(part)),
        title=_COPY.sub("", raw_title) if raw_title else None,
        raw_title=raw_title,
    )


def _tail(stem: str) -> list[str]:
    """What stands behind the film's name, part by part; a file may be called by its language alone."""
    alone = _NUMBERED.sub("", stem)
    if len(alone) > 2 and find_language(alone):
        return [alone]
    parts = stem.split(".")
    if " " not in stem:
        return parts[_last_told(parts) :]
    closed = [at for at, part in enumerate(parts) if part.endswith(("]", ")")) and not _is_tag(part)]
    after = (closed[-1] if closed else 0) + 1
    return parts[max(after, len(parts) - 4) :]


def _last_told(parts: list[str]) -> int:
    """In `The.Film.2020-GRP.en.forced` only tags and languages at the very end are not the film's."""
    at = len(parts)
    while at > 1 and (_is_tag(parts[at - 1]) or _told(parts[at - 1])[0]):
        at -= 1
    return at


def _language_at(tail: list[str]) -> int | None:
    """The last language told; `hi` beside another is a tag, for the hard of hearing."""
    told = [at for at in range(len(tail)) if _told(tail[at])[0]]
    sure = [at for at in told if not _is_tag(tail[at])]
    return next(reversed(sure or told), None)


def _bare(part: str) -> str:
    return part.strip("[]()").casefold()


def _is_tag(part: str) -> bool:
    return _bare(part) in TAGS


def _told(part: str) -> tuple[str | None, str]:
    """A part's language and what is marked behind it: `ru-with songs`; a region is no mark."""
    found, mark = find_language(part), ""
    if found is None and (marked := _MARKED.fullmatch(part)):
        found, mark = find_language(marked[1]), marked[2]
    return (found.name, "" if _REGION.fullmatch(mark) else mark) if found else (None, "")
