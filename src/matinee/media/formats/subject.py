"""What a custom format looks at: a release's name as it was read, its size, and what the indexer told of it."""

from dataclasses import dataclass
from functools import lru_cache

from matinee.media.parse import ReleaseName
from matinee.media.parse.languages import MULTI, ORIGINAL
from matinee.media.quality import Source


@dataclass(frozen=True, slots=True)
class Subject:
    """A release or a file to be looked at; size in bytes, `original_language` that of the title where it is known."""

    name: ReleaseName
    size: int = 0
    flags: frozenset[str] = frozenset()
    original_language: str | None = None


def sources_of(subject: Subject) -> tuple[str, ...]:
    """The source's name, and behind it whether it was taken over untouched: `bluray`, `bluray remux`."""
    quality = subject.name.quality
    source = str(quality.source)
    if quality.source is Source.BLURAY:
        return source, f"{source} {'remux' if quality.modifier == 'remux' else 'encode'}"
    if quality.source is Source.TV:
        return source, f"{source} {'raw' if quality.modifier == 'rawhd' else 'encode'}"
    return (source,)


def modifier_of(subject: Subject) -> str:
    """What was done to the picture: `remux`, `screener`, … or `none`."""
    return subject.name.quality.modifier or ("brdisk" if subject.name.is_disc else "none")


def resolution_of(subject: Subject) -> str:
    """The number of lines as text, `0` when nothing tells it."""
    return str(subject.name.quality.resolution or subject.name.resolution)


def languages_of(subject: Subject) -> frozenset[str]:
    """The languages spoken, plainly spelled; a silent name speaks the title's original language."""
    told = frozenset(map(plain, subject.name.languages)) or frozenset({plain(ORIGINAL)})
    original = plain(subject.original_language or "")
    if original and (told & {plain(ORIGINAL), plain(MULTI)}):
        return told - {plain(ORIGINAL)} | {original}
    return told


def type_of(subject: Subject) -> str:
    """`season`, `multi` or `episode`; empty for a movie."""
    name = subject.name
    if name.is_season_pack or name.is_multi_season:
        return "season"
    if len(name.episodes) > 1 or len(name.absolute) > 1:
        return "multi"
    return "episode" if name.episodes or name.absolute or name.air_date else ""


@lru_cache(maxsize=4096)
def plain(word: str) -> str:
    """A name without its dress: `Portuguese (Brazil)` is `portuguesebrazil`."""
    return "".join(letter for letter in word.casefold() if letter.isalnum())
