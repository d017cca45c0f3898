"""Languages stand in a name as words (German, VOSTFR, Castellano) or as the letters of the libraries (ger, ita)."""

from collections.abc import Sequence

from matinee.media.parse.words import Word

ORIGINAL = "Original"
MULTI = "Multi"

LANGUAGES: dict[str, str] = {
    word: name
    for name, words in {
        "English": "english eng",
        "German": "german deutsch ger deu",
        "French": "french vostfr truefrench vff vfq vfi vf2 fra fre",
        "Italian": "italian italiano ita",
        "Spanish": "spanish español espanol castellano esp spa",
        "Portuguese": "portuguese por dublado",
        "Dutch": "dutch nld",
        "Flemish": "flemish",
        "Danish": "danish dan",
        "Swedish": "swedish swe",
        "Norwegian": "norwegian nor",
        "Finnish": "finnish fin",
        "Icelandic": "icelandic",
        "Polish": "polish pol plpl dubpl lekpl",
        "Czech": "czech cze",
        "Slovak": "slovak svk",
        "Hungarian": "hungarian hun hundub",
        "Romanian": "romanian rodubbed",
        "Bulgarian": "bulgarian bgaudio",
        "Greek": "greek",
        "Turkish": "turkish",
        "Russian": "russian rus",
        "Ukrainian": "ukrainian ukr",
        "Hebrew": "hebrew hebdub hebdubbed",
        "Arabic": "arabic",
        "Persian": "persian",
        "Hindi": "hindi hin",
        "Tamil": "tamil",
        "Telugu": "telugu",
        "Japanese": "japanese jpn",
        "Korean": "korean kor",
        "Chinese": "chinese mandarin cantonese",
        "Thai": "thai",
        "Vietnamese": "vietnamese",
        "Lithuanian": "lithuanian",
        "Latvian": "latvian",
        "Estonian": "estonian",
        MULTI: "multi",
    }.items()
    for word in words.split()
}
_SUBTITLES = frozenset({"sub", "subs", "subbed", "subtitle", "subtitles"})


def read_languages(words: Sequence[Word], start: int, end: int) -> tuple[str, ...]:
    """The spoken languages named after the title, in order; `German DL` has the original beside the German."""
    begin = _first_language_before(words, start, end)
    told = [LANGUAGES[words[at].text] for at in range(begin, len(words)) if _is_spoken(words, at)]
    if "German" in told and any(_is_dual(words, at) for at in range(begin, len(words))):
        told.append(ORIGINAL)
    return tuple(dict.fromkeys(told))


def _first_language_before(words: Sequence[Word], start: int, end: int) -> int:
    """Language words right before the year or the picture's words belong to them, not to the title."""
    while end > start + 2 and words[end - 1].text in LANGUAGES:
        end -= 1
    return end


def _is_spoken(words: Sequence[Word], at: int) -> bool:
    is_of_subtitles = at + 1 < len(words) and words[at + 1].text in _SUBTITLES
    return words[at].text in LANGUAGES and not is_of_subtitles


def _is_dual(words: Sequence[Word], at: int) -> bool:
    return words[at].text == "ml" or (words[at].text == "dl" and words[at - 1].text != "web")
