"""The words people count with: season and Staffel, episode and Folge, part and volume, in the languages of releases."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from matinee.media.parse.words import Word

_WORDS_BY_LANGUAGE: dict[str, tuple[str, str, str, str]] = {  # season, episode, part, of
    "English": ("season seasons", "e ep eps epi episode episodes", "part parts pt vol volume", "of"),
    "German": ("staffel staffeln", "folge folgen episoden", "teil band", "von"),
    "French": ("saison saisons", "épisode épisodes", "partie", "sur"),
    "Spanish": (
        "temporada temporadas",
        "cap capitulo capítulo capitulos capítulos episodio episodios",
        "parte",
        "de",
    ),
    "Portuguese": ("série", "episódio episódios", "volumen", "de"),
    "Italian": ("stagione stagioni", "episodi puntata", "parti", "di su"),
    "Dutch": ("seizoen seizoenen", "afl aflevering afleveringen", "deel", "van"),
    "Polish": ("sezon sezony", "odcinek odcinki odc", "część tom", "z"),
    "Czech and Slovak": ("sezóna sezóny sezona řada", "díl dil diel epizoda", "část", "ze"),
    "Nordic": ("sæson säsong sesong kausi", "avsnitt afsnit jakso", "del osa", "av"),
    "Hungarian": ("évad evad", "epizód rész", "kötet", ""),
    "Romanian": ("sezonul", "episodul episoade", "partea", "din"),
    "Turkish": ("sezonu", "bölüm bolum bölümü blm", "kısım", ""),
    "Russian": ("сезон сезоны сезона", "серия серии эпизод эпизоды эп", "часть том", "из"),
    "Ukrainian": ("сезони сезону", "серія серії серій епізод епізоди еп", "частина", "із з"),
    "Arabic and Persian": ("الموسم فصل", "الحلقة حلقة الحلقات قسمت", "الجزء", "من از"),
    "Hebrew": ("עונה", "פרק פרקים", "חלק", "מתוך"),
    "Vietnamese": ("mùa", "tập", "phần", ""),
    "Greek": ("σεζόν κύκλος", "επεισόδιο επ", "μέρος", "από"),
}
SEASON_WORDS, EPISODE_WORDS, PART_WORDS, OF_WORDS = (
    frozenset(word for words in kind for word in words.split())
    for kind in zip(*_WORDS_BY_LANGUAGE.values(), strict=True)
)
UNTIL_WORDS = frozenset({"to", "thru", "through", "bis", "à", "tot", "til", "till", "do", "по", "до"})
SPELLED = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}

_NUMBER_FIRST = SEASON_WORDS - {"season", "seasons"}
_ORDINAL = re.compile(r"([0-9]{1,2})(st|nd|rd|th|ª|º|a|e|ème|eme)?")
_BY_LETTER = re.compile(r"s([0-9]{1,3}|(?:19|20)[0-9]{2})")
_SEASON_GLUED = re.compile(r"([^\W\d_]{3,})([0-9]{1,2})")
_EPISODE_GLUED = re.compile(r"(?:e|ep|eps|episode|afl|folge|odc|cap)([0-9]{1,5})(?:e[0-9]{1,5})*(?:v[0-9])?")
_SHORT_SEASON = frozenset({"s", "se"})
SEASON_STARTS = SEASON_WORDS | _SHORT_SEASON


class Told(NamedTuple):
    """A number, and the word behind its phrase."""

    number: int
    until: int


def season_phrase(words: Sequence[Word], at: int) -> Told | None:
    """`S01`, `S 01`, `Season 1`, `Season1`, `2. Staffel`."""
    text = words[at].text
    if text.isalpha():
        return _season_in_words(words, at) if text in SEASON_STARTS else None
    if not text[0].isalpha():
        return _number_before_the_word(words, at)
    if text[0] == "s" and (found := _BY_LETTER.fullmatch(text)):
        return Told(int(found[1]), at + 1)
    glued = _SEASON_GLUED.fullmatch(text) if text[-1].isdigit() else None
    return Told(int(glued[2]), at + 1) if glued and glued[1] in SEASON_WORDS else None


def episode_phrase(words: Sequence[Word], at: int) -> Told | None:
    """`E02`, `Ep 02`, `Episode 2`, `Folge 2`, `5. Bölüm`."""
    if at >= len(words):
        return None
    text = words[at].text
    if text[-1].isdecimal() and text[0] in "eafoc" and (found := _EPISODE_GLUED.fullmatch(text)):
        return Told(int(found[1]), at + 1)
    if text in EPISODE_WORDS:
        return Told(int(words[at + 1].text), at + 2) if is_number(words, at + 1, 5) else None
    follows = at + 1 < len(words) and words[at + 1].text in EPISODE_WORDS and len(words[at + 1].text) > 2
    if not follows or not is_number(words, at, 3):
        return None
    has_its_own = is_number(words, at + 2, 4) and words[at + 2].gap in (" ", ".", "_")  # `Title 0 - Episode 5`
    return None if has_its_own else Told(int(text), at + 2)


def part_phrase(words: Sequence[Word], at: int, names: frozenset[str] = PART_WORDS) -> Told | None:
    """`Part 2`, `Part.Two`, `Pt02`."""
    if at >= len(words):
        return None
    text = words[at].text
    if text in names:
        number = number_at(words, at + 1)
        return Told(number, at + 2) if number is not None else None
    name = text.rstrip("0123456789")
    digits = text[len(name) :]
    return Told(int(digits), at + 1) if name in names and 0 < len(digits) < 3 else None


def number_at(words: Sequence[Word], at: int) -> int | None:
    """The number in digits (up to three) or spelled out."""
    if is_number(words, at, 3):
        return int(words[at].text)
    return SPELLED.get(words[at].text) if at < len(words) else None


def is_number(words: Sequence[Word], at: int, digits: int) -> bool:
    """Whether there stands a number of at most so many digits."""
    return at < len(words) and len(words[at].text) <= digits and words[at].text.isdecimal()


def is_year(text: str) -> bool:
    """Whether the word could be the year of a film or series."""
    return len(text) == 4 and text.isdecimal() and text[:2] in ("19", "20")


def _season_in_words(words: Sequence[Word], at: int) -> Told | None:
    if words[at].text in SEASON_WORDS:
        number = number_at(words, at + 1)
        return Told(number, at + 2) if number is not None else None
    return _short_season(words, at) if words[at].text in _SHORT_SEASON else None


def _short_season(words: Sequence[Word], at: int) -> Told | None:
    """`S 01` and `Se.3`; a lone letter needs both digits."""
    fits = is_number(words, at + 1, 2) and (words[at].text == "se" or len(words[at + 1].text) == 2)
    is_alone = words[at].gap[-1:] not in ("'", "’")  # `Ocean's 11`
    return Told(int(words[at + 1].text), at + 2) if fits and is_alone and len(words[at + 1].gap) == 1 else None


def _number_before_the_word(words: Sequence[Word], at: int) -> Told | None:
    """`2. Staffel` and `2nd Season`, but in `Title 2 Season 3` the word has its own number behind it."""
    if at + 1 >= len(words) or words[at + 1].text not in SEASON_WORDS:
        return None
    found = _ORDINAL.fullmatch(words[at].text)
    is_ordinal = bool(found and found[2])
    follows = not is_ordinal and is_number(words, at + 2, 3)
    if follows and not EPISODE_WORDS & {word.text for word in words[at + 3 : at + 5]}:
        return None
    if found and (found[2] or words[at + 1].text in _NUMBER_FIRST):
        return Told(int(found[1]), at + 2)
    return None
