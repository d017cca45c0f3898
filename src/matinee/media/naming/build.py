"""A format and a subject make a name: cleaned, tidied, and short enough for every disk."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from matinee.media.naming.clean import clean_name, unreserved
from matinee.media.naming.episodes import has_absolute, has_number, with_numbers
from matinee.media.naming.scheme import NamingScheme
from matinee.media.naming.subject import Airing, Subject
from matinee.media.naming.template import Piece, Token, dressed, read_format, split_folders, tokens_in, write
from matinee.media.naming.tokens import TokenMeaning, Yields, episode_titles, meaning_of
from matinee.media.naming.truncate import LONGEST, MARK, cut, cut_front, cut_to, size

Format = Literal["movie", "standard", "daily", "anime"]
_MEASURED = -1  # a room that is not yet known: one letter stands for the value
_SMALLEST = 4  # bytes: a letter and the mark behind it
_ANY_LENGTH = 10_000
_EMPTY_BRACKETS = re.compile(r"[- ._]*(?:\( *\)|\[ *\])")
_DASHES = re.compile(r"(?: -){2,}(?= )")
_LEADING = re.compile(r"[ .]*(?:[-_.] )*[ .]*")


def format_for(subject: Subject) -> Format:
    """Which format names the file. The specials of a daily series are numbered, not dated."""
    if not subject.of_series:
        return "movie"
    airing = subject.file.airing
    if airing is Airing.DAILY and subject.season > 0:
        return "daily"
    return "anime" if airing is Airing.ANIME else "standard"


def requires_episode_title(scheme: NamingScheme, subject: Subject) -> bool:
    """Whether a file must wait until its episode has a title."""
    keys = _keys(getattr(scheme, format_for(subject)), subject)
    return scheme.rename and bool(keys & {"episodetitle", "episodecleantitle"})


def requires_absolute_number(scheme: NamingScheme) -> bool:
    """Whether an anime's file must wait until its episode has an absolute number."""
    return has_absolute(read_format(scheme.anime, doubled_are_plain=True))


def file_parts(scheme: NamingScheme, subject: Subject, suffix: str = "") -> tuple[str, ...]:
    """The name of a file, and of folders before it where the format holds any; at least one part."""
    room = LONGEST - scheme.room_for_subtitles - size(suffix)
    if not scheme.rename and (kept := _kept(scheme, subject, room)):
        return (kept + suffix,)
    *folders, name = names(getattr(scheme, format_for(subject)), scheme, subject, room=room) or ("",)
    return (*folders, (name or _otherwise(subject)) + suffix)


def folder_parts(scheme: NamingScheme, subject: Subject) -> tuple[str, ...]:
    """The folder of a movie or a series, and those before it where the format holds any."""
    text = scheme.series_folder if subject.of_series else scheme.movie_folder
    told = tuple(name for name in names(text, scheme, subject, of_folder=True) if name)
    return told or (_otherwise(subject),)


def season_parts(scheme: NamingScheme, subject: Subject) -> tuple[str, ...]:
    """The folder of a season, or of the specials."""
    text = scheme.season_folder if subject.season else scheme.specials_folder
    told = tuple(name for name in names(text, scheme, subject, of_folder=True) if name)
    return told or (f"Season {subject.season:02}",)


def names(
    text: str, scheme: NamingScheme, subject: Subject, *, room: int = LONGEST, of_folder: bool = False
) -> tuple[str, ...]:
    """What a format makes of a subject, folder by folder; the last part has so much room. A part may be empty."""
    parts = split_folders(text)
    rooms = [LONGEST] * (len(parts) - 1) + [room]
    told = (_name(part, scheme, subject, most, of_folder) for part, most in zip(parts, rooms, strict=True))
    *folders, last = told if parts else ("",)
    return (*(folder for folder in folders if folder), last)


def _name(text: str, scheme: NamingScheme, subject: Subject, room: int, of_folder: bool) -> str:
    pieces = read_format(text, doubled_are_plain=subject.of_series)
    named = subject if of_folder else _with_original(pieces, subject)
    numbered = pieces if of_folder or not subject.of_series else with_numbers(pieces, named, scheme.style)
    return _fitted(numbered, scheme, named, room).replace(MARK, scheme.ellipsis)


def _with_original(pieces: tuple[Piece, ...], subject: Subject) -> Subject:
    """The name a file has now is told only where that cannot pile up with each renaming."""
    told = list(tokens_in(pieces))
    keys = {token.key for token in told}
    tells_which = (
        (has_number(pieces) or has_absolute(pieces) or "airdate" in keys) if subject.of_series else len(told) > 1
    )
    file = subject.file
    if tells_which and not file.is_new:
        return replace(subject, file=replace(file, file_name=None))
    return replace(subject, file=replace(file, scene_name=file.scene_name or file.file_name))


def _fitted(pieces: tuple[Piece, ...], scheme: NamingScheme, subject: Subject, room: int) -> str:
    """The name in its room: the episode's title gives way first, then what the release was called, then the title."""
    name = _told(pieces, scheme, subject, {})
    rooms: dict[Yields, int] = {}
    for yields in Yields:
        if size(name) <= room:
            return name
        count = sum(_yields(token, subject) is yields for token in tokens_in(pieces))
        if count:
            measured = size(_told(pieces, scheme, subject, {**rooms, yields: _MEASURED}))
            left = (room - measured + count) // count
            rooms[yields] = left if left >= _SMALLEST else 0
            name = _told(pieces, scheme, subject, rooms)
    return cut(name, room, MARK)


def _yields(token: Token, subject: Subject) -> Yields | None:
    meaning = meaning_of(token, subject.kind)
    return meaning.yields if meaning else None


def _told(pieces: tuple[Piece, ...], scheme: NamingScheme, subject: Subject, rooms: Mapping[Yields, int]) -> str:
    return _tidy(write(pieces, lambda token: _value(token, scheme, subject, rooms)))


def _value(token: Token, scheme: NamingScheme, subject: Subject, rooms: Mapping[Yields, int]) -> str:
    meaning = meaning_of(token, subject.kind)
    if meaning is None:
        return ""
    room = rooms.get(meaning.yields, _ANY_LENGTH) if meaning.yields else _ANY_LENGTH
    if room == _MEASURED:
        return dressed(token, "x")
    value = _cleaned(token, meaning, scheme, subject, room)
    if not value and meaning.yields is Yields.GROUP and token.is_bare:
        value = clean_name(scheme.unknown_group)
    return dressed(token, value)


def _cleaned(token: Token, meaning: TokenMeaning, scheme: NamingScheme, subject: Subject, room: int) -> str:
    def clean(text: str) -> str:
        return clean_name(text, scheme.colon, scheme.custom_colon, replace=scheme.replace_illegal)

    if meaning.yields is Yields.EPISODE:
        length = abs(token.length) or _ANY_LENGTH
        return episode_titles(subject, token, min(room, length), clean)
    told = clean(meaning.tell(subject, token))
    shortened = told if token.key.startswith("customformat") else cut_to(told, token.length)
    if size(shortened) <= room:
        return shortened
    return cut_front(told, room, MARK) if token.length < 0 else cut(told, room, MARK)


def _tidy(name: str) -> str:
    """No brackets around nothing, no separators at the ends."""
    told = _DASHES.sub(" -", _EMPTY_BRACKETS.sub("", name))
    return unreserved(re.sub(r" {2,}", " ", told)[_LEADING.match(told).end() :].rstrip("- ._"))  # type: ignore[union-attr]


def _kept(scheme: NamingScheme, subject: Subject, room: int) -> str:
    """The name a release came with, or the one the file has."""
    told = subject.file.scene_name or subject.file.file_name or ""
    cleaned = clean_name(told, scheme.colon, scheme.custom_colon, replace=scheme.replace_illegal)
    return unreserved(cut(cleaned.rstrip(" ."), room - 1, scheme.ellipsis))


def _otherwise(subject: Subject) -> str:
    return unreserved(cut(clean_name(subject.told_title) or "Untitled", LONGEST // 2))


def _keys(text: str, subject: Subject) -> set[str]:
    return {token.key for token in tokens_in(read_format(text, doubled_are_plain=subject.of_series))}
