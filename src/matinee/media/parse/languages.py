"""Languages stand in a name as words (German, VOSTFR, Castellano) or as the letters of the libraries (ger, ita)."""

import re
from collections.abc import Sequence

from matinee.media.language import MULTI, ORIGINAL
from matinee.media.parse.words import Word

__all__ = ["LANGUAGES", "MULTI", "ORIGINAL", "read_languages"]

# Spelled out, or so particular that nothing else can be meant.
LANGUAGES: dict[str, str] = {
    word: name
    for name, words in {
        "English": "english eng inglés ingles",
        "German": "german deutsch ger deu swissgerman austriangerman videomann",
        "French": "french vostfr truefrench vf vff vfq vfi vf2 fra fre français francais",
        "Italian": "italian italiano ita",
        "Spanish": "spanish español espanol castellano esp spa",
        "Spanish (Latino)": "latino",
        "Portuguese": "portuguese por português portugues",
        "Portuguese (Brazil)": "brazilian dublado ptbr",
        "Dutch": "dutch nederlands nld",
        "Flemish": "flemish",
        "Danish": "danish dansk",
        "Swedish": "swedish svenska swe",
        "Norwegian": "norwegian norsk",
        "Finnish": "finnish suomi",
        "Icelandic": "icelandic",
        "Polish": "polish polski plpl pldub dubpl lekpl pllek",
        "Czech": "czech česky cze",
        "Slovak": "slovak slovakian svk",
        "Hungarian": "hungarian magyar hun hundub",
        "Romanian": "romanian rodubbed",
        "Bulgarian": "bulgarian bgaudio",
        "Greek": "greek",
        "Turkish": "turkish türkçe turkce",
        "Russian": "russian rus",
        "Ukrainian": "ukrainian ukr",
        "Hebrew": "hebrew hebdub hebdubbed",
        "Arabic": "arabic",
        "Persian": "persian farsi",
        "Hindi": "hindi hin",
        "Bengali": "bengali",
        "Tamil": "tamil",
        "Telugu": "telugu",
        "Malayalam": "malayalam",
        "Kannada": "kannada",
        "Marathi": "marathi",
        "Urdu": "urdu",
        "Japanese": "japanese jpn jap",
        "Korean": "korean kor",
        "Chinese": "chinese mandarin cantonese chs cht big5",
        "Thai": "thai",
        "Vietnamese": "vietnamese vie",
        "Indonesian": "indonesian",
        "Malay": "malay",
        "Tagalog": "tagalog",
        "Lithuanian": "lithuanian",
        "Latvian": "latvian",
        "Estonian": "estonian",
        "Catalan": "catalan catalán català catala",
        "Croatian": "croatian",
        "Serbian": "serbian",
        "Bosnian": "bosnian",
        "Slovenian": "slovenian",
        "Macedonian": "macedonian",
        "Albanian": "albanian",
        "Afrikaans": "afrikaans",
        "Romansh": "romansh rumantsch romansch",
        "Mongolian": "mongolian khalkha",
        "Georgian": "georgian",
        "Azerbaijani": "azerbaijani",
        "Uzbek": "uzbek",
        ORIGINAL: "orig original",
        MULTI: "multi",
    }.items()
    for word in words.split()
}
# Short words of other tongues as well: they count next to talk of the picture only.
_SHORT: dict[str, str] = {
    "cat": "Catalan", "dan": "Danish", "nor": "Norwegian", "fin": "Finnish", "pol": "Polish", "tel": "Telugu",
    "tam": "Tamil", "lav": "Latvian", "lat": "Latvian", "lit": "Lithuanian", "est": "Estonian", "ing": "English",
    "heb": "Hebrew", "tha": "Thai", "tgl": "Tagalog", "urd": "Urdu", "mon": "Mongolian", "geo": "Georgian",
    "chi": "Chinese", "lv": "Latvian",
}  # fmt: skip
_WORDS = LANGUAGES.keys() | _SHORT.keys()
# Two letters count in capitals only, and in brackets those of the fansubbers.
_CAPITALS: dict[str, str] = {
    "EN": "English", "FR": "French", "ES": "Spanish", "IT": "Italian", "RU": "Russian", "PL": "Polish", "DE": "German",
    "LT": "Lithuanian", "LV": "Latvian", "CZ": "Czech", "SK": "Slovak", "BG": "Bulgarian", "HU": "Hungarian",
    "UA": "Ukrainian", "NL": "Dutch", "PT": "Portuguese", "RO": "Romanian", "GR": "Greek", "TR": "Turkish",
    "DK": "Danish", "JA": "Japanese", "KO": "Korean", "GB": "Chinese", "ZH": "Chinese", "KA": "Georgian",
}  # fmt: skip
_IN_BRACKETS = frozenset({"GB", "JA", "KO", "ZH"})
_COUNTRIES = {"azerbaijan": "Azerbaijani", "uzbekistan": "Uzbek"}
_DUBBED = frozenset({"dub", "dubbed", "dubbing"})
_PLAIN_GAPS = frozenset({" ", ".", "_", "-", ". "})
_PLURAL = frozenset({"subs", "subtitles"})
_LONGEST_RUN = 12  # languages one after the other
_SUBTITLES = frozenset({"sub", "subs", "subbed", "subtitle", "subtitles", "subtitled", "sublado", "napisy"})
_BETWEEN = (  # what may stand between a language and the picture
    frozenset({"bd", "dub", "dubbed", "lek", "lektor", "audio", "dual", "dl", "ml", "vo", "ws", "proper", "repack"})
    | {"real", "complete", "uncut", "internal", "readnfo", "rerip", "remastered", "extended", "uncensored", "unrated"}
    | {"aac", "ac3", "eac3", "dd", "ddp", "dts", "flac", "truehd", "atmos", "5", "1", "0", "7", "2"}
)
_CHINESE_SIGNS = frozenset("简簡繁國国粤粵")
_CHINESE = ("中文", "中字")
_COUNTED = re.compile(r"[0-9]x([^\W\d_]+)")


def read_languages(
    words: Sequence[Word], start: int, end: int, technical: int | None = None, *, counted: bool = False
) -> tuple[str, ...]:
    """The spoken languages named after the title, in order; `German DL` has the original beside the German.

    `start` and `end` are the title's first word and the one after it, `technical` is where talk of the picture begins.
    Between the number of an episode and that stands the episode's own title (`counted`): there a language counts
    only right before the picture.
    """
    technical = len(words) if technical is None else technical
    begin = _first_language_before(words, start, technical if counted else end)
    told: list[str] = []
    for at in range(begin, len(words)):
        text = words[at].text
        if text not in _WORDS and len(text) != 2 and text.isascii() and text not in _COUNTRIES and text[1:2] != "x":
            continue  # most words
        if (name := _spoken(words, at, technical)) and not _is_of_subtitles(words, at):
            told.append(name)
    if not told:
        return ()
    if "German" in told:
        told += _beside_german(words, begin)
    told.sort(key=_is_plain)
    return tuple(dict.fromkeys(told))


def _is_plain(name: str) -> bool:
    """`Spa(Latino)` is first of all the Spanish of Latin America."""
    return "(" not in name


def _first_language_before(words: Sequence[Word], start: int, end: int) -> int:
    """Language words right before the year, the numbers or the picture belong to these, not to the title."""
    while end > start + 2 and _goes_along(words, end - 1):
        end -= 1
    return end


def _goes_along(words: Sequence[Word], at: int) -> bool:
    text = words[at].text
    is_known = text in _WORDS or text in _BETWEEN or text in _SUBTITLES or words[at].raw in _CAPITALS
    return is_known or _is_country(words, at)


def _spoken(words: Sequence[Word], at: int, technical: int) -> str | None:
    word = words[at]
    text = word.text
    if name := LANGUAGES.get(text):
        return name
    if text in _SHORT:
        return _SHORT[text] if at >= technical or _leads_to(words, at, technical) else None
    if text == "br" and words[at - 1].text == "pt":
        return "Portuguese (Brazil)"
    if len(text) == 2 and word.raw in _CAPITALS:
        return None if _is_something_else(words, at) else _CAPITALS[word.raw]
    return _COUNTRIES[text] if _is_country(words, at) else _by_its_looks(text)


def _is_country(words: Sequence[Word], at: int) -> bool:
    """`[Uzbekistan Dubbed]`; the country alone is a place."""
    return words[at].text in _COUNTRIES and at + 1 < len(words) and words[at + 1].text in _DUBBED


def _is_something_else(words: Sequence[Word], at: int) -> bool:
    """`GB` is Chinese in a fansubber's brackets only, `[YTS.LT]` is a site, and `PT-BR` is of Brazil."""
    word, before = words[at], words[at - 1]
    if word.raw in _IN_BRACKETS:
        return word.gap[-1:] not in ("[", "(")
    if word.raw == "PT" and at + 1 < len(words) and words[at + 1].text == "br":
        return True
    return word.gap == "." and "[" in before.gap and before.raw not in _CAPITALS


def _by_its_looks(text: str) -> str | None:
    """`2xUkr` is spoken twice; signs of a script tell its language."""
    if text.isascii():
        found = _COUNTED.fullmatch(text) if text[0].isdigit() else None
        return LANGUAGES.get(found[1]) if found else None
    is_chinese = not _CHINESE_SIGNS.isdisjoint(text) or any(sign in text for sign in _CHINESE)
    return "Chinese" if is_chinese else None


def _leads_to(words: Sequence[Word], at: int, technical: int) -> bool:
    return technical - at <= _LONGEST_RUN and all(_goes_along(words, place) for place in range(at, technical))


def _is_of_subtitles(words: Sequence[Word], at: int) -> bool:
    """`Ger.Eng.Sub` and `SUB ITA ENG` tell what is written; `esp cat Subs` what is spoken and written."""
    first, last = at, at + 1
    while last < min(len(words), at + _LONGEST_RUN) and _is_named(words[last]) and words[last].gap in _PLAIN_GAPS:
        last += 1
    while first > max(0, at - _LONGEST_RUN) and _is_named(words[first - 1]) and words[first].gap in _PLAIN_GAPS:
        first -= 1
    if _tells_subtitles(words, last) and not (last + 1 < len(words) and _is_named(words[last + 1])):
        return words[last].text not in _PLURAL or last - first == 1
    return first > 0 and words[first].gap in _PLAIN_GAPS and words[first - 1].text in _SUBTITLES


def _is_named(word: Word) -> bool:
    return word.text in _WORDS or word.raw in _CAPITALS


def _tells_subtitles(words: Sequence[Word], at: int) -> bool:
    return at < len(words) and words[at].text in _SUBTITLES and words[at].gap in _PLAIN_GAPS


def _beside_german(words: Sequence[Word], begin: int) -> list[str]:
    """`DL` is the original as well, `ML` that and more."""
    for at in range(begin, len(words)):
        if words[at].text == "ml":
            return [ORIGINAL, "English"]
        if words[at].text == "dl" and words[at - 1].text != "web":
            return [ORIGINAL]
    return []
