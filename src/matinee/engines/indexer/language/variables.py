"""What a definition's templates may mention: the owner's answers as `.Config.…`, the question as `.Query.…`."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, tzinfo

from matinee.engines.indexer.language.categories import tracker_ids
from matinee.engines.indexer.language.definition import Definition, Setting
from matinee.engines.indexer.language.filters import apply_filters
from matinee.engines.indexer.language.scope import Scope, Value
from matinee.kernel.clock import Clock, now
from matinee.media.indexing import Question

Settings = Mapping[str, str | bool | None]

_YES = frozenset({"true", "yes", "on", "1", ".true"})
_SECRET = re.compile(r"(?i)pass|key|token|cookie|secret|auth|pin|2fa|otp|rss|uid|hash")


def site_link(definition: Definition, own: str | None = None) -> str:
    """Where the site is: the owner's address unless it is one that the site has left; it ends with a slash."""
    told = _slashed(own.strip()) if own and own.strip() else ""
    left = {_slashed(link) for link in definition.legacy_links}
    return told if told and told not in left else _slashed(definition.links[0])


def config_scope(
    definition: Definition, settings: Settings, link: str, *, clock: Clock = now, zone: tzinfo = UTC
) -> Scope:
    """The variables of every template: `.Config.sitelink` and a `.Config.…` for each setting.

    A choice that the definition no longer offers counts as none made; settings beside the definition's (a captcha's
    answer, a cookie) are there too.
    """
    options = {one.name: one.options for one in definition.settings if one.type == "select"}
    answers = {name: told for name, told in settings.items() if name not in options or told in options[name]}
    values = config_values(definition, link, answers)
    for name, told in answers.items():
        values.setdefault(f".Config.{name}", str(told) if told else None)
    return Scope(values, clock=clock, zone=zone)


def query_scope(definition: Definition, scope: Scope, question: Question) -> Scope:
    """The variables of one search on top of the settings: `.Query.…`, `.Categories` and `.Keywords`."""
    values: dict[str, Value] = {
        **query_values(question),
        ".Categories": tracker_ids(definition.caps.mappings, question.categories),
    }
    asked = scope.with_values(values)
    words = asked.get(".Query.Keywords") or ""
    asked[".Keywords"] = apply_filters(definition.search.keywords_filters, words, asked, encoding=definition.encoding)
    return asked


def secrets_of(definition: Definition, settings: Settings) -> Iterable[str]:
    """What must never be seen in a log or an error: passwords, and all that is named like a key or a cookie."""
    hidden = {one.name for one in definition.settings if one.type == "password"}
    for name, told in settings.items():
        if isinstance(told, str) and (name in hidden or _SECRET.search(name)):
            yield told


def _slashed(link: str) -> str:
    return link if link.endswith("/") else f"{link}/"


def config_values(definition: Definition, site: str, answers: Settings) -> dict[str, Value]:
    """`.Config.sitelink` and every setting; a setting without an answer has its default.

    A checkbox is ".True" or null, a select the key of the option (the first one by name where none is chosen),
    empty text is null.
    """
    found: dict[str, Value] = {".Config.sitelink": site}
    for setting in definition.settings:
        answer = answers.get(setting.name)
        found[f".Config.{setting.name}"] = _setting(setting, setting.default if answer is None else answer)
    return found


def _setting(setting: Setting, answer: str | bool | None) -> Value:
    if setting.type == "checkbox":
        return ".True" if str(answer).strip().lower() in _YES else None
    if setting.type == "multi-select":
        return tuple(str(answer).split(",")) if answer else setting.defaults
    if answer is None or answer == "":
        return min(setting.options, key=str.casefold) if setting.type == "select" and setting.options else None
    return str(answer)


def query_values(question: Question, *, api_key: str | None = None) -> dict[str, Value]:
    """Every `.Query.…` variable; what is not asked is null. `.Query.Keywords` is not filtered yet."""
    episode = episode_words(question.season, question.episode)
    year = _number(question.year)
    told: dict[str, Value] = {
        "Type": str(question.function),
        "Q": question.text or None,
        "Categories": tuple(str(one) for one in question.categories),
        "Limit": str(question.limit),
        "Offset": str(question.offset),
        "Extended": None,
        "APIKey": api_key,
        "Genre": question.genre,
        "Movie": None,
        "Year": year,
        "IMDBID": _imdb(question.imdb, "tt"),
        "IMDBIDShort": _imdb(question.imdb, ""),
        "TMDBID": _number(question.tmdb),
        "Series": None,
        "Ep": question.episode,
        "Season": _number(question.season),
        "TVDBID": _number(question.tvdb),
        "TVRageID": _number(question.rage),
        "TVMazeID": _number(question.tvmaze),
        "TraktID": _number(question.trakt),
        "DoubanID": _number(question.douban),
        "Episode": episode or None,
        "Album": question.album,
        "Artist": question.artist,
        "Label": question.label,
        "Track": question.track,
        "Author": question.author,
        "Title": question.title,
        "Publisher": question.publisher,
        "Keywords": _joined([question.text, year, episode]),
    }
    return {f".Query.{name}": value for name, value in told.items()}


def episode_words(season: int | None, episode: str | None) -> str:
    """`S01E02`, `S01` for a whole season, `2024.10.18` for a day; "" without a season."""
    if not season:
        return ""
    told = (episode or "").strip()
    if day := _day(season, told):
        return f"{day:%Y.%m.%d}"
    if not told:
        return f"S{season:02}"
    is_number = told.isascii() and told.isdigit()
    return f"S{season:02}E{int(told):02}" if is_number else f"S{season:02}E{told}"


def _day(year: int, told: str) -> date | None:
    month, slash, day = told.partition("/")
    if not slash or not (month.isdigit() and day.isdigit()):
        return None
    try:
        return date(year, int(month), int(day))
    except (ValueError, OverflowError):
        return None


def _imdb(told: str | None, prefix: str) -> str | None:
    digits = "".join(sign for sign in told or "" if sign.isascii() and sign.isdigit())
    return f"{prefix}{int(digits):07}" if digits and len(digits) < 20 else None


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _joined(words: Iterable[str | None]) -> str:
    return " ".join(word for word in words if word and word.strip())
