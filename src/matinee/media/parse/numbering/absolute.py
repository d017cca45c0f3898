"""Anime counts through all seasons: `[Group] Title - 07`, `Title_12v2_[720p]`, `Title Ep01-12`, `Title - OVA 2`."""

from collections.abc import Callable, Sequence

from matinee.media.parse.numbering.apart import OPENING, SPECIALS, Told, closes, ends, is_dashed
from matinee.media.parse.numbering.eastern import read_eastern
from matinee.media.parse.numbering.found import Numbering
from matinee.media.parse.numbering.phrases import EPISODE_WORDS, episode_phrase, season_phrase
from matinee.media.parse.numbering.running import Run, read_further, read_run
from matinee.media.parse.numbering.special import read_special
from matinee.media.parse.words import Word

_PICTURES = frozenset({"360", "480", "540", "576", "720", "1080", "1440", "2160", "4320", "264", "265"})
_NUMBERED_OTHERWISE = frozenset(
    {"vol", "volume", "volumes", "disc", "disk", "discs", "cd", "dvd", "bd", "box", "movie", "film", "part", "cour"}
)


def read_absolute(text: str, words: Sequence[Word], start: int, technical: int) -> Numbering | None:
    """The numbers that stand apart most clearly; a title of numbers alone, as `86 - 01`, keeps its first."""
    if start >= len(words):
        return None
    told = Told(text, words, start, technical, text.startswith("["))
    for rule in RULES:
        if found := rule(told):
            return _with_brackets_around(told, found)
    return None


def _told_eastern(told: Told) -> Numbering | None:
    return None if told.text.isascii() else read_eastern(told.words, told.start)


def _behind_a_dash(told: Told) -> Numbering | None:
    """`Title - 07`; of several the first that nothing of the title follows, with two digits rather than one."""
    dashed = [at for at in range(told.start + 1, len(told.words)) if is_dashed(told.words[at])]
    begun = [_begun_before(told, at) for at in dashed]
    runs = [(at, run) for at in begun if (run := read_run(told.words, at)) and _is_count(told, at, run)]
    for fits in (_is_long_and_ends, _is_short_and_ends, _is_long_before_words):
        if found := next((one for one in runs if fits(told, one[1])), None):
            return _numbering(told, *found)
    return None


def _begun_before(told: Told, at: int) -> int:
    """`Title 01 - 12 [Batch]`: the dash is between the numbers."""
    run = read_run(told.words, at - 1) if at - 1 > told.start else None
    return at - 1 if run and run.is_range and run.until > at else at


def _is_long_and_ends(told: Told, run: Run) -> bool:
    return len(run.digits) > 1 and ends(told, run.until)


def _is_short_and_ends(told: Told, run: Run) -> bool:
    return ends(told, run.until)


def _is_long_before_words(told: Told, run: Run) -> bool:
    """`[Group] Title - 07 The Depot` and `Title - 07 The Depot`, but not `Title - 24 Hours`."""
    return len(run.digits) > 1 and (told.is_signed or run.digits.startswith("0"))


def _in_brackets(told: Told) -> Numbering | None:
    """`Title [07]`, `Title {07}`, `Title (01-12)`."""
    for at in range(told.start + 1, min(len(told.words), told.technical + 1)):
        mark = told.words[at].gap[-1:]
        if mark not in OPENING or not (run := read_run(told.words, at)) or not _is_count(told, at, run):
            continue
        if (closes(told, run.until) or _has_more(told, run)) and _is_enclosed_count(told, mark, run):
            return _numbering(told, at, run)
    return None


def _has_more(told: Told, run: Run) -> bool:
    """`(001-366 + Movies)`."""
    return run.is_range and run.until < len(told.words) and told.words[run.until].gap.strip() in ("+", "&", ",")


def _is_enclosed_count(told: Told, mark: str, run: Run) -> bool:
    if mark == "(":
        return (run.is_range or told.is_signed) and len(run.digits) > 1
    return len(run.digits) > 1 or told.is_signed


def _behind_its_word(told: Told) -> Numbering | None:
    """`Ep07`, `Episode 07`, `Episodio 07`, `7. Bölüm`, `#07`."""
    for at in range(told.start + 1, len(told.words)):
        is_numbered = told.words[at].gap[-1:] in ("#", "＃", "№")
        is_abbreviated = told.words[at].gap[:1] == "." and told.words[at - 1].text in ("no", "nr")
        if (is_numbered or is_abbreviated) and (run := read_run(told.words, at)):
            return _numbering(told, at - is_abbreviated, run)
        if told.words[at].text in EPISODE_WORDS and at + 1 < len(told.words) and (run := read_run(told.words, at + 1)):
            return _numbering(told, at, run)
        if episode := episode_phrase(told.words, at):
            run = read_further(told.words, episode.until, episode.number, "0")
            return _numbering(told, at, run)
    return None


def _at_the_end(told: Told) -> Numbering | None:
    """`Title 07 [720p]`, `Title_07-08_(DVD)`, `Title 107 VOSTFR`: nothing but talk of the picture follows."""
    for at in range(told.start + 1, min(len(told.words), told.technical)):
        run = read_run(told.words, at) if told.words[at].text[0].isdecimal() else None
        if not run or not _is_count(told, at, run) or not (len(run.digits) > 1 or run.is_range):
            continue
        if _is_no_other_number(told, at, run):
            return _numbering(told, at, run)
    return None


def _is_no_other_number(told: Told, at: int, run: Run) -> bool:
    """At the very end of a name without a group only long numbers count, or those behind a season."""
    words = told.words
    if run.until < len(words):
        return ends(told, run.until) and (run.is_range or not is_dashed(words[run.until]))
    is_clear = told.is_signed or run.is_range or run.digits.startswith("0")
    return is_clear or len(run.digits) == 3 or season_phrase(words, at - 1) is not None


def _before_its_name(told: Told) -> Numbering | None:
    """`Title 107 - The Depot`; round numbers are of titles, and so are short ones where nobody signed."""
    for at in range(told.start + 1, min(len(told.words) - 1, told.technical - 1)):
        word = told.words[at]
        if not word.text[0].isdecimal() or not is_dashed(told.words[at + 1]) or word.text.endswith("00"):
            continue
        run = read_run(told.words, at)
        is_long = run is not None and (len(run.digits) > 2 or run.digits.startswith("0") or told.is_signed)
        if run and is_long and len(run.digits) > 1 and run.until == at + 1 and _is_count(told, at, run):
            return _numbering(told, at, run)
    return None


RULES: tuple[Callable[[Told], Numbering | None], ...] = (
    _told_eastern,
    read_special,
    _behind_a_dash,
    _in_brackets,
    _behind_its_word,
    _at_the_end,
    _before_its_name,
)


def _numbering(told: Told, at: int, run: Run) -> Numbering:
    found = Numbering(at, run.until, absolute=run.episodes, special_numbers=run.tenths)
    behind = told.words[run.until].text if run.until < len(told.words) else ""
    is_special = behind in SPECIALS and not run.is_range and ends(told, run.until + 1)
    return _with_enclosed_season(told, found._replace(is_special=True) if is_special else found)


def _with_enclosed_season(told: Told, found: Numbering) -> Numbering:
    """`Title (Season 2) - 33` tells the season beside the title; an open `S2` is part of what anime is called."""
    for at in range(max(told.start + 1, found.at - 2), found.at):
        season = season_phrase(told.words, at) if told.words[at].gap[-1:] in ("(", "[") else None
        if season and season.until == found.at and told.words[found.at].gap[:1] in (")", "]"):
            return found._replace(at=at, season=season.number)
    return found


def _with_brackets_around(told: Told, found: Numbering) -> Numbering:
    """A second number in brackets behind, as in `018 (116)`, counts something else."""
    at = found.until
    is_second = at < len(told.words) and told.words[at].gap[-1:] == "(" and told.words[at].text.isdecimal()
    return found._replace(until=at + 1) if is_second and len(told.words[at].text) < 4 else found


def _is_count(told: Told, at: int, run: Run) -> bool:
    """Behind talk of the picture stand numbers of all sorts; discs and films are numbered as well."""
    if told.words[at - 1].text in _NUMBERED_OTHERWISE and not is_dashed(told.words[at]):
        return False
    if at < told.technical:
        return run.digits not in _PICTURES or is_dashed(told.words[at])
    return len(run.digits) > 1 and run.digits not in _PICTURES and not run.tenths
