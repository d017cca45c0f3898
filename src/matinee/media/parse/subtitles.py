"""A subtitle file tells its language behind the film's name: `Film.eng.forced.srt`, `Film.ru-with songs.srt`."""

import re
from dataclasses import dataclass

from matinee.media.language import find_language
from matinee.media.parse.words import tidy

TAGS = frozenset({"forced", "foreign", "default", "cc", "psdh", "sdh", "hi", "commentary"})
_COPY = re.compile(r" - [0-9]+$")
_MARKED = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z]{2})?)-(.+)")


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
    parts = tidy(name.replace("\\", "/").rpartition("/")[2]).split(".")
    tail = parts[_film_ends_at(parts) :]
    spoken = next((at for at in range(len(tail) - 1, -1, -1) if _language_of(tail[at])), None)
    if spoken is None:
        return SubtitleName()
    rest = [part for at, part in enumerate(tail) if at != spoken]
    marked = _MARKED.fullmatch(tail[spoken]) if find_language(tail[spoken]) is None else None
    words = [part for part in rest if part.casefold() not in TAGS] + ([marked[2]] if marked else [])
    raw_title = ".".join(words) or None
    return SubtitleName(
        language=_language_of(tail[spoken]),
        tags=tuple(part.casefold() for part in rest if part.casefold() in TAGS),
        title=_COPY.sub("", raw_title) if raw_title else None,
        raw_title=raw_title,
    )


def _film_ends_at(parts: list[str]) -> int:
    """The film's own name ends with its brackets, or else with its first part."""
    closed = [at for at, part in enumerate(parts) if part.endswith(("]", ")"))]
    after = (closed[-1] if closed else 0) + 1
    return max(after, len(parts) - 4)


def _language_of(part: str) -> str | None:
    found = find_language(part)
    if found is None and (marked := _MARKED.fullmatch(part)):
        found = find_language(marked[1])
    return found.name if found else None
