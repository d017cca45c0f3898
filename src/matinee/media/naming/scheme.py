"""A naming scheme is how the owner wants files and folders to be called; a wrong one is refused with its cure."""

from dataclasses import dataclass

from matinee.kernel.errors import Refused
from matinee.media.naming.clean import ILLEGAL, Colon
from matinee.media.naming.episodes import Style, has_absolute, has_number
from matinee.media.naming.template import LONGEST_FORMAT, Piece, Token, read_format, split_folders, tokens_in, words_in
from matinee.media.naming.tokens import meaning_of, tokens
from matinee.media.naming.truncate import ELLIPSIS, ROOM_FOR_SUBTITLES
from matinee.media.title import Kind


@dataclass(frozen=True, slots=True)
class NamingScheme:
    """Formats of files and folders, checked on making: Refused names the field and the cure.

    `rename` off keeps the name a release came with. `unknown_group` stands for a group nobody knows.
    `room_for_subtitles` are bytes kept free behind a file's name.
    """

    rename: bool = True
    movie: str = "{Movie Title}{ (Release Year)} {Quality Full}"
    standard: str = "{Series Title} - S{season:00}E{episode:00}{ - Episode Title} {Quality Full}"
    daily: str = "{Series Title} - {Air-Date}{ - Episode Title} {Quality Full}"
    anime: str = "{Series Title} - S{season:00}E{episode:00}{ - Episode Title} {Quality Full}"
    movie_folder: str = "{Movie Title}{ (Release Year)}"
    series_folder: str = "{Series Title}"
    season_folder: str = "Season {season:00}"
    specials_folder: str = "Specials"
    style: Style = Style.PREFIXED_RANGE
    colon: Colon = Colon.SMART
    custom_colon: str = ""
    replace_illegal: bool = True
    unknown_group: str = ""
    ellipsis: str = ELLIPSIS
    room_for_subtitles: int = ROOM_FOR_SUBTITLES

    def __post_init__(self) -> None:
        _check(self)


_FOLDERS = ("movie_folder", "series_folder", "season_folder", "specials_folder")
_FILES = ("movie", "standard", "daily", "anime")
_NAMES_A_FILE = frozenset({"originaltitle", "originalfilename"})


def _check(scheme: NamingScheme) -> None:
    for field in (*_FILES, *_FOLDERS):
        _check_format(field, getattr(scheme, field))
    if set(scheme.custom_colon) & set(ILLEGAL) or not scheme.custom_colon.isprintable():
        raise Refused(f"A colon cannot become '{scheme.custom_colon}': leave out {ILLEGAL}", field="custom_colon")
    if len(scheme.ellipsis.encode()) > len(ELLIPSIS.encode()) or set(scheme.ellipsis) & set(ILLEGAL):
        raise Refused(f"'{scheme.ellipsis}' is no ellipsis: use '…' or '...'", field="ellipsis")
    if not 0 <= scheme.room_for_subtitles <= 100:
        raise Refused("The room for subtitles is between 0 and 100 bytes", field="room_for_subtitles")


def _check_format(field: str, text: str) -> None:
    kind = Kind.MOVIE if field.startswith("movie") else Kind.SERIES
    if text.count("{") != text.count("}"):
        raise Refused(f"The format '{field}' has a brace that is not closed: write '{{' and '}}' in pairs", field=field)
    parts = split_folders(text)
    if not parts:
        raise Refused(f"The format '{field}' is empty: write at least one token", field=field)
    if len(text) > LONGEST_FORMAT:
        raise Refused(f"The format '{field}' is over {LONGEST_FORMAT} characters: shorten it", field=field)
    pieces = [read_format(part, doubled_are_plain=kind is Kind.SERIES) for part in parts]
    for part in pieces:
        _check_literal(field, part)
        for token in tokens_in(part):
            _check_token(field, token, kind)
    (_check_folder if field in _FOLDERS else _check_file)(field, pieces)


def _check_literal(field: str, pieces: tuple[Piece, ...]) -> None:
    told = sorted({letter for letter in words_in(pieces) if letter in ILLEGAL or not letter.isprintable()})
    if told:
        raise Refused(f"The format '{field}' holds {' '.join(map(repr, told))}: no file can be called so", field=field)
    if not any(tokens_in(pieces)) and not words_in(pieces).strip(" ._-"):
        raise Refused(f"The format '{field}' has a folder without a name: give it one", field=field)


def _check_token(field: str, token: Token, kind: Kind) -> None:
    meaning = meaning_of(token, kind)
    if meaning is None:
        known = ", ".join(one.token for one in tokens(kind)[:6])
        raise Refused(f"The format '{field}' holds the unknown token '{{{token.name}}}': use {known}, …", field=field)
    if field in _FOLDERS and not meaning.in_folders:
        raise Refused(f"'{meaning.token}' belongs to a file, not to '{field}': take it out", field=field)


def _check_folder(field: str, pieces: list[tuple[Piece, ...]]) -> None:
    keys = {token.key for part in pieces for token in tokens_in(part)}
    if field == "season_folder" and "season" not in keys:
        raise Refused("A season's folder needs '{season:00}', or all seasons share it", field=field)
    if field in ("movie_folder", "series_folder") and not _tells_title(keys):
        raise Refused(f"The format '{field}' needs a title or an id, or all share one folder", field=field)


def _tells_title(keys: set[str]) -> bool:
    return any("title" in key or key.endswith("id") for key in keys if not key.endswith("firstcharacter"))


def _check_file(field: str, pieces: list[tuple[Piece, ...]]) -> None:
    """Without what tells two files apart, one would overwrite the other."""
    last = pieces[-1]
    keys = {token.key for token in tokens_in(last)}
    if keys & _NAMES_A_FILE:
        return
    if field == "movie" and not _tells_title(keys):
        raise Refused("A movie's format needs '{Movie Title}' or '{Original Title}'", field=field)
    if field == "standard" and not has_number(last):
        raise Refused("An episode's format needs 'S{season:00}E{episode:00}' or '{Original Title}'", field=field)
    if field == "daily" and not has_number(last) and "airdate" not in keys:
        raise Refused("A daily format needs '{Air-Date}' or 'S{season:00}E{episode:00}'", field=field)
    if field == "anime" and not has_number(last) and not has_absolute(last):
        raise Refused("An anime's format needs '{absolute:000}' or 'S{season:00}E{episode:00}'", field=field)


DEFAULT = NamingScheme()
RADARR = NamingScheme(
    rename=False,
    movie="{Movie Title} ({Release Year}) {Quality Full}",
    movie_folder="{Movie Title} ({Release Year})",
    unknown_group="Radarr",
    ellipsis="...",
    room_for_subtitles=0,
)
SONARR = NamingScheme(
    rename=False,
    standard="{Series Title} - S{season:00}E{episode:00} - {Episode Title} {Quality Full}",
    daily="{Series Title} - {Air-Date} - {Episode Title} {Quality Full}",
    anime="{Series Title} - S{season:00}E{episode:00} - {Episode Title} {Quality Full}",
    season_folder="Season {season}",
    unknown_group="Sonarr",
    ellipsis="...",
    room_for_subtitles=0,
)
PRESETS = {"default": DEFAULT, "radarr": RADARR, "sonarr": SONARR}
