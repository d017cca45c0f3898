"""Every token a format may hold, what it means, and where its value comes from."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matinee.media.language import find_language
from matinee.media.naming import mediainfo, titles
from matinee.media.naming.clean import one_line
from matinee.media.naming.episodes import padded, titles_told
from matinee.media.naming.mediainfo import Streams
from matinee.media.naming.subject import Airing, Subject
from matinee.media.naming.template import Token
from matinee.media.naming.truncate import cut_titles
from matinee.media.quality import name_in
from matinee.media.title import Kind

Tell = Callable[[Subject, Token], str]
MOVIE, SERIES = (Kind.MOVIE,), (Kind.SERIES,)
BOTH = (Kind.MOVIE, Kind.SERIES)


class Yields(StrEnum):
    """What gives way when a name is too long, in this order."""

    EPISODE = "episode"
    ORIGINAL = "original"
    TITLE = "title"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class TokenMeaning:
    """A token as it is offered: how it is written, what it tells, and an example."""

    token: str
    meaning: str
    example: str
    kinds: tuple[Kind, ...]
    tell: Tell
    yields: Yields | None = None
    in_folders: bool = True


def tokens(kind: Kind | None = None) -> tuple[TokenMeaning, ...]:
    """All tokens, or those of movies or of series."""
    return tuple(one for one in _TOKENS if kind is None or kind in one.kinds)


def meaning_of(token: Token, kind: Kind) -> TokenMeaning | None:
    """What a token means; None for one that does not exist there."""
    found = _BY_KEY.get(token.key)
    return found if found and kind in found.kinds else None


def episode_titles(subject: Subject, token: Token, room: int, clean: Callable[[str], str] = str) -> str:
    """The titles of the file's episodes in so many bytes, each cleaned for the disk."""
    is_plain = token.key == "episodecleantitle"
    told = titles_told(subject.episodes, lambda title: clean(titles.clean_title(title) if is_plain else title))
    return cut_titles(told, " and " if is_plain else " + ", room)


def _translated(subject: Subject, token: Token) -> str:
    """The title in the first language asked for that there is one in: `{Movie Title:FR|DE}`."""
    if not token.argument or token.length:
        return subject.told_title
    known = {_language(language): title for language, title in subject.file.translations.items()}
    asked = (_language(code) for code in token.argument.split("|"))
    return next((known[language] for language in asked if known.get(language)), subject.told_title)


def _language(told: str) -> str:
    language = find_language(told)
    return language.name if language else told.strip().casefold()


def _title(tell: Callable[[str], str]) -> Tell:
    return lambda subject, token: tell(_translated(subject, token))


def _dated(tell: Callable[[str], str]) -> Tell:
    return lambda subject, token: tell(titles.title_year(subject.told_title, subject.year))


def _undated(tell: Callable[[str], str]) -> Tell:
    return lambda subject, token: tell(titles.without_year(subject.told_title))


def _cleaned_undated(tell: Callable[[str], str]) -> Tell:
    """Cleaned while the year still stands behind, so that the last word is no last word."""

    def told(subject: Subject, token: Token) -> str:
        bare = titles.without_year(subject.told_title)
        behind = subject.told_title[len(bare) :]
        cleaned, year = tell(subject.told_title), titles.clean_title(behind)
        return cleaned.removesuffix(year).rstrip() if behind else cleaned

    return told


def _text(tell: Callable[[Subject], object]) -> Tell:
    return lambda subject, token: one_line(str(tell(subject) or ""))


def _first(subject: Subject, token: Token) -> str:
    return titles.first_character(subject.told_title)


def _season(subject: Subject, token: Token) -> str:
    return padded(subject.season, token)


def _episode(subject: Subject, token: Token) -> str:
    return padded(subject.episodes[0].number, token) if subject.episodes else ""


def _absolute(subject: Subject, token: Token) -> str:
    number = subject.episodes[0].absolute if subject.episodes else None
    return padded(number, token) if number is not None else ""


def _air_date(subject: Subject, token: Token) -> str:
    day = subject.episodes[0].air_date if subject.episodes else None
    return day.isoformat().replace("-", " ") if day else "Unknown"


def _episode_title(subject: Subject, token: Token) -> str:
    return episode_titles(subject, token, abs(token.length) or 10_000)


def _proper(subject: Subject) -> str:
    if subject.revision.version < 2:
        return ""
    return f"v{subject.revision.version}" if subject.file.airing is Airing.ANIME else "Proper"


def _real(subject: Subject) -> str:
    return "REAL" if subject.revision.real else ""


def _quality(subject: Subject) -> str:
    return name_in(subject.quality, of_series=subject.of_series)


def _quality_full(subject: Subject) -> str:
    return " ".join(word for word in (_quality(subject), _proper(subject), _real(subject)) if word)


_EDITION_WORD = re.compile(r"[\w'’]+")
_SHOUTED = frozenset({"IMAX", "3D", "HDR", "SDR", "DV", "HDR10", "UHD", "4K", "TV", "DVD", "UK", "US", "USA"})


def _edition(subject: Subject) -> str:
    """Each word with a capital, except the names of formats."""
    return _EDITION_WORD.sub(_capital, one_line(subject.file.edition).replace("_", " _ ")).replace(" _ ", "_")


def _capital(word: re.Match[str]) -> str:
    told = word[0]
    if told.upper() in _SHOUTED:
        return told.upper()
    return told.lower() if told[0].isdigit() else told[0].upper() + told[1:].lower()


def _custom_formats(subject: Subject, token: Token) -> str:
    """All of them, those named, or all but those behind a dash."""
    names = [name.strip().casefold() for name in token.argument.removeprefix("-").split(",") if name.strip()]
    drops = token.argument.startswith("-")
    told = [name for name in subject.file.custom_formats if not names or (name.casefold() in names) is not drops]
    return " ".join(told)


def _custom_format(subject: Subject, token: Token) -> str:
    asked = token.argument.casefold()
    return next((name for name in subject.file.custom_formats if name.casefold() == asked), "")


def _streams(tell: Callable[[Subject, Token, Streams], str]) -> Tell:
    return lambda subject, token: tell(subject, token, subject.file.streams) if subject.file.streams else ""


def _video(subject: Subject, token: Token, streams: Streams) -> str:
    return mediainfo.video_codec(streams, subject.file.scene_name or "")


def _audio_languages(subject: Subject, token: Token, streams: Streams) -> str:
    return mediainfo.languages(streams.audio_languages, token.argument, silent_english=True)


def _simple(subject: Subject, token: Token, streams: Streams) -> str:
    return f"{_video(subject, token, streams)} {mediainfo.audio_codec(streams)}".strip()


def _full(subject: Subject, token: Token, streams: Streams) -> str:
    spoken = mediainfo.languages(streams.audio_languages, token.argument, silent_english=True)
    subtitles = mediainfo.languages(streams.subtitle_languages, token.argument)
    return f"{_simple(subject, token, streams)}{spoken} {subtitles}".strip()


_TITLE_MEANINGS: tuple[tuple[str, str, str, tuple[Kind, ...], Tell], ...] = (
    ("Title", "The title", "The Night Tram!", BOTH, _title(str)),
    ("CleanTitle", "The title in plain words", "The Night Tram!", BOTH, _title(titles.clean_title)),
    ("TitleThe", "The article behind", "Night Tram!, The", BOTH, _title(titles.title_the)),
    ("CleanTitleThe", "In plain words, the article behind", "Night Tram!, The", BOTH, _title(titles.clean_title_the)),
    ("TitleYear", "The title with its year", "The Night Tram! (2019)", SERIES, _dated(str)),
    ("CleanTitleYear", "In plain words with its year", "The Night Tram! 2019", SERIES, _dated(titles.clean_title)),
    ("TitleTheYear", "The article behind, with its year", "Night Tram!, The (2019)", SERIES, _dated(titles.title_the)),
    (
        "CleanTitleTheYear",
        "In plain words, the article behind, with its year",
        "Night Tram!, The 2019",
        SERIES,
        _dated(titles.clean_title_the),
    ),
    ("TitleWithoutYear", "The title without a year behind", "The Night Tram!", SERIES, _undated(str)),
    ("TitleTheWithoutYear", "The article behind, no year", "Night Tram!, The", SERIES, _undated(titles.title_the)),
    (
        "CleanTitleWithoutYear",
        "In plain words, no year",
        "The Night Tram!",
        SERIES,
        _cleaned_undated(titles.clean_title),
    ),
    (
        "CleanTitleTheWithoutYear",
        "In plain words, the article behind, no year",
        "Night Tram!, The",
        SERIES,
        _cleaned_undated(titles.clean_title_the),
    ),
    ("TitleFirstCharacter", "The letter it is filed under", "N", BOTH, _first),
)

_TOKENS: tuple[TokenMeaning, ...] = (
    *(
        TokenMeaning(f"{{{kind.value.title()} {name}}}", meaning, example, (kind,), tell, Yields.TITLE)
        for kind in Kind
        for name, meaning, example, kinds, tell in _TITLE_MEANINGS
        if kind in kinds
    ),
    TokenMeaning(
        "{Movie OriginalTitle}", "The title in its own language", "Nattbåten", MOVIE,
        _text(lambda s: s.original_title), Yields.TITLE,
    ),
    TokenMeaning(
        "{Movie CleanOriginalTitle}", "The same in plain words", "Nattbaten", MOVIE,
        _text(lambda s: titles.clean_title(one_line(s.original_title))), Yields.TITLE,
    ),
    TokenMeaning(
        "{Movie Collection}", "The collection it belongs to", "The Comet Collection", MOVIE,
        _text(lambda s: s.file.collection),
    ),
    TokenMeaning(
        "{Movie CollectionThe}", "The collection, the article behind", "Comet Collection, The", MOVIE,
        _text(lambda s: titles.title_the(one_line(s.file.collection))),
    ),
    TokenMeaning(
        "{Movie CleanCollectionThe}", "The collection in plain words, the article behind", "Comet Collection, The",
        MOVIE, _text(lambda s: titles.clean_title_the(one_line(s.file.collection))),
    ),
    TokenMeaning(
        "{Movie Certification}", "From which age on", "PG-13", MOVIE, _text(lambda s: s.file.certification)
    ),
    TokenMeaning("{Release Year}", "The year it came out", "2021", MOVIE, _text(lambda s: s.year)),
    TokenMeaning("{Series Year}", "The year it began", "2019", SERIES, _text(lambda s: s.year)),
    TokenMeaning("{ImdbId}", "Its number at IMDb", "tt12345", BOTH, _text(lambda s: s.ids.imdb)),
    TokenMeaning("{TmdbId}", "Its number at TMDB", "603", BOTH, _text(lambda s: s.ids.tmdb)),
    TokenMeaning("{TvdbId}", "Its number at TheTVDB", "12345", SERIES, _text(lambda s: s.ids.tvdb)),
    TokenMeaning("{TvMazeId}", "Its number at TVmaze", "54321", SERIES, _text(lambda s: s.ids.tvmaze)),
    TokenMeaning("{season:00}", "The season, in so many digits", "01", SERIES, _season),
    TokenMeaning("{episode:00}", "The episode, in so many digits", "02", SERIES, _episode, in_folders=False),
    TokenMeaning(
        "{absolute:000}", "The number from the first episode on", "012", SERIES, _absolute, in_folders=False
    ),
    TokenMeaning("{Air-Date}", "The day it aired", "2021-03-04", SERIES, _air_date, in_folders=False),
    TokenMeaning(
        "{Episode Title}", "The title of the episode, or of all in the file", "The Depot", SERIES,
        _episode_title, Yields.EPISODE, in_folders=False,
    ),
    TokenMeaning(
        "{Episode CleanTitle}", "The same in plain words", "The Depot", SERIES, _episode_title, Yields.EPISODE,
        in_folders=False,
    ),
    TokenMeaning(
        "{Quality Full}", "Quality and correction", "WEBDL-1080p Proper", BOTH, _text(_quality_full), in_folders=False
    ),
    TokenMeaning("{Quality Title}", "The quality", "WEBDL-1080p", BOTH, _text(_quality), in_folders=False),
    TokenMeaning("{Quality Proper}", "A correction", "Proper", BOTH, _text(_proper), in_folders=False),
    TokenMeaning("{Quality Real}", "A correction of a correction", "REAL", BOTH, _text(_real), in_folders=False),
    TokenMeaning(
        "{Edition Tags}", "The edition", "Director's Cut", MOVIE, _text(_edition), in_folders=False
    ),
    TokenMeaning(
        "{MediaInfo Simple}", "Picture and sound", "x265 DTS", BOTH, _streams(_simple), in_folders=False
    ),
    TokenMeaning(
        "{MediaInfo Full}", "Picture, sound and languages", "x265 DTS[EN+DE] [DE]", BOTH, _streams(_full),
        in_folders=False,
    ),
    *(
        TokenMeaning(token, "The codec of the picture", "x265", BOTH, _streams(_video), in_folders=False)
        for token in ("{MediaInfo VideoCodec}", "{MediaInfo Video}")
    ),
    TokenMeaning(
        "{MediaInfo VideoBitDepth}", "Bits a colour", "10", BOTH,
        _streams(lambda s, t, streams: str(streams.bit_depth or "")), in_folders=False,
    ),
    TokenMeaning(
        "{MediaInfo VideoDynamicRange}", "Whether it is HDR", "HDR", BOTH,
        _streams(lambda s, t, streams: "HDR" if streams.dynamic_range else ""), in_folders=False,
    ),
    TokenMeaning(
        "{MediaInfo VideoDynamicRangeType}", "Which HDR it is", "DV HDR10", BOTH,
        _streams(lambda s, t, streams: streams.dynamic_range), in_folders=False,
    ),
    TokenMeaning(
        "{MediaInfo 3D}", "Whether it is in three dimensions", "3D", BOTH,
        _streams(lambda s, t, streams: "3D" if streams.is_3d else ""), in_folders=False,
    ),
    *(
        TokenMeaning(
            token, "The codec of the sound", "DTS-HD MA", BOTH,
            _streams(lambda s, t, streams: mediainfo.audio_codec(streams)), in_folders=False,
        )
        for token in ("{MediaInfo AudioCodec}", "{MediaInfo Audio}")
    ),
    TokenMeaning(
        "{MediaInfo AudioChannels}", "The channels of the sound", "5.1", BOTH,
        _streams(lambda s, t, streams: mediainfo.channels(streams)), in_folders=False,
    ),
    TokenMeaning(
        "{MediaInfo AudioLanguages}", "What is spoken, unless it is English alone", "[EN+DE]", BOTH,
        _streams(_audio_languages), in_folders=False,
    ),
    TokenMeaning(
        "{MediaInfo AudioLanguagesAll}", "What is spoken", "[EN]", BOTH,
        _streams(lambda s, t, streams: mediainfo.languages(streams.audio_languages, t.argument)), in_folders=False,
    ),
    *(
        TokenMeaning(
            token, "The subtitles inside", "[DE]", BOTH,
            _streams(lambda s, t, streams: mediainfo.languages(streams.subtitle_languages, t.argument)),
            in_folders=False,
        )
        for token in ("{MediaInfo SubtitleLanguages}", "{MediaInfo SubtitleLanguagesAll}")
    ),
    TokenMeaning(
        "{Release Group}", "Who made the release", "FLUX", BOTH, _text(lambda s: s.file.release_group), Yields.GROUP,
        in_folders=False,
    ),
    TokenMeaning(
        "{Release Hash}", "The checksum in an anime's name", "ABCD1234", SERIES,
        _text(lambda s: s.file.release_hash), in_folders=False,
    ),
    TokenMeaning(
        "{Original Title}", "The name of the release", "Night.Tram.S01E02.1080p.WEB.H264-FLUX", BOTH,
        _text(lambda s: s.file.scene_name), Yields.ORIGINAL, in_folders=False,
    ),
    TokenMeaning(
        "{Original Filename}", "The name the file came with", "night.tram.102", BOTH,
        _text(lambda s: s.file.file_name), Yields.ORIGINAL, in_folders=False,
    ),
    TokenMeaning(
        "{Custom Formats}", "All custom formats that are to be told", "AMZN HDR", BOTH, _custom_formats,
        in_folders=False,
    ),
    TokenMeaning(
        "{Custom Format:NAME}", "One custom format, if it fits", "AMZN", BOTH, _custom_format, in_folders=False
    ),
)  # fmt: skip
_BY_KEY: Mapping[str, TokenMeaning] = {
    re.sub(r"[^a-z0-9]", "", one.token.partition(":")[0].lower()): one for one in _TOKENS
}
