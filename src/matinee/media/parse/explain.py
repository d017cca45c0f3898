"""Why a name was read as it was: each word is left out once, and what changes is what the word decides."""

from collections.abc import Callable
from dataclasses import dataclass

from matinee.media.parse import ReleaseName, read_name
from matinee.media.parse.words import Word, words_of
from matinee.media.title import Kind

MOST_WORDS = 60  # of a name that are explained

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ToldWord:
    """A word as it stands in the name, the part of the reading it decides, and that part with and without it."""

    text: str
    start: int
    end: int
    part: str
    value: str = ""
    without: str = ""


def explain_name(name: str, kind: Kind | None = None) -> tuple[ReleaseName, tuple[ToldWord, ...]]:
    """The name as read, and each of its words (60 at most) with what it decides."""
    read = read_name(name, kind)
    return read, tuple(_told(name, read, word) for word in words_of(name)[:MOST_WORDS])


def _told(name: str, read: ReleaseName, word: Word) -> ToldWord:
    """The first part that changes counts: where a title ends is only a consequence of what follows it."""
    start, end = word.start, word.end
    other = read_name(_without(name, word), read.kind)
    for part, show in PARTS.items():
        if show(read) != show(other):
            return ToldWord(name[start:end], start, end, part, show(read), show(other))
    return ToldWord(name[start:end], start, end, NOTHING)


def _without(name: str, word: Word) -> str:
    """The name without the word and what joins it to the one before; a bracket that it opened or closed stays."""
    joint = "".join(letter for letter in word.gap if letter in "[](){}")
    return name[: word.start - len(word.gap)] + joint + name[word.end :]


def told_episodes(name: ReleaseName) -> str:
    """`S01E02`, `S01E02-E04`, `season 1`, `seasons 1 to 3`, `episode 112`, `2026-11-24`; empty for a movie."""
    if name.air_date:
        return name.air_date.isoformat()
    if name.absolute or name.special_numbers:
        numbers = [str(number) for number in name.absolute] + [f"{n / 10:g}" for n in name.special_numbers]
        return "episode " + ", ".join(numbers)
    if name.season is None:
        return ""
    if name.last_season is not None:
        return f"seasons {name.season} to {name.last_season}"
    if not name.episodes:
        return f"season {name.season}"
    first, last = name.episodes[0], name.episodes[-1]
    return f"S{name.season:02}E{first:02}" + (f"-E{last:02}" if last != first else "")


def told_revision(name: ReleaseName) -> str:
    """`version 2`, `version 2, real`; empty for a first one."""
    version = f"version {name.revision.version}" if name.revision.version != 1 else ""
    return ", ".join(word for word in (version, "real" if name.revision.real else "") if word)


def _told_ids(name: ReleaseName) -> str:
    ids = name.ids
    told = (("tmdb", ids.tmdb), ("imdb", ids.imdb), ("tvdb", ids.tvdb), ("tvmaze", ids.tvmaze))
    return ", ".join(f"{catalogue} {number}" for catalogue, number in told if number)


PARTS: dict[str, Callable[[ReleaseName], str]] = {
    "episode": told_episodes,
    "year": lambda name: str(name.year or ""),
    "quality": lambda name: name.quality.name,
    "revision": told_revision,
    "language": lambda name: ", ".join(name.languages),
    "group": lambda name: name.group or "",
    "edition": lambda name: name.edition,
    "subtitles": lambda name: name.hardcoded_subtitles or "",
    "hash": lambda name: name.hash or "",
    "id": _told_ids,
    "title": lambda name: name.title,
}
