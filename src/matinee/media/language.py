"""A language has a name, and codes of two and three letters by which files and catalogues call it."""

from dataclasses import dataclass

ORIGINAL = "Original"
UNKNOWN = "Unknown"
MULTI = "Multi"
ANY = "Any"


@dataclass(frozen=True, slots=True)
class Language:
    """One language; `codes` are ISO 639-1 and 639-2 (both sorts), `countries` those whose name may follow a code."""

    name: str
    codes: tuple[str, ...]
    countries: tuple[str, ...] = ()


# name | codes | countries a code may name
_TABLE = """
English|en eng|gb us
French|fr fra fre|fr
Spanish|es spa esp|es
Spanish (Latino)|es spa|mx 419
German|de deu ger|de
Italian|it ita|it
Danish|da dan|dk
Dutch|nl nld dut|nl
Flemish|nl nld|be
Japanese|ja jpn|jp
Icelandic|is isl ice|is
Chinese|zh zho chi|cn
Russian|ru rus|ru
Polish|pl pol|pl
Vietnamese|vi vie|vn
Swedish|sv swe|se
Norwegian|no nor nb nob|no
Finnish|fi fin|fi
Turkish|tr tur|tr
Portuguese|pt por|pt
Portuguese (Brazil)|pt por|br
Greek|el ell gre|gr
Korean|ko kor|kr
Hungarian|hu hun|hu
Hebrew|he heb|il
Lithuanian|lt lit|lt
Czech|cs ces cze|cz
Hindi|hi hin|in
Romanian|ro ron rum rom mo|ro
Thai|th tha|th
Bulgarian|bg bul|bg
Arabic|ar ara|ae
Ukrainian|uk ukr|ua
Persian|fa fas per|ir
Bengali|bn ben|bd in
Slovak|sk slk slo|sk
Latvian|lv lav|lv
Catalan|ca cat|es
Croatian|hr hrv|hr
Serbian|sr srp|rs
Bosnian|bs bos|ba
Estonian|et est|ee
Tamil|ta tam|in
Indonesian|id ind|id
Telugu|te tel|in
Macedonian|mk mkd mac|mk
Slovenian|sl slv|si
Malayalam|ml mal|in
Kannada|kn kan|in
Albanian|sq sqi alb|al
Afrikaans|af afr|za
Marathi|mr mar|in
Tagalog|tl tgl|ph
Urdu|ur urd|pk
Romansh|rm roh|ch
Mongolian|mn mon khk mvf|mn
Georgian|ka kat geo|ge
Azerbaijani|az aze|az
Uzbek|uz uzb|uz
Malay|ms msa may|my
"""


def _read(line: str) -> Language:
    name, codes, countries = line.split("|")
    return Language(name, tuple(codes.split()), tuple(countries.split()))


LANGUAGES: tuple[Language, ...] = tuple(_read(line) for line in _TABLE.strip().splitlines())
_BY_CODE: dict[str, Language] = {code: one for one in reversed(LANGUAGES) for code in one.codes}
_BY_NAME: dict[str, Language] = {
    one.name.casefold(): one for one in (*LANGUAGES, Language(ORIGINAL, ()), Language(ANY, ()))
}
_BY_NAME |= {
    key: _BY_NAME[name]
    for name, keys in {
        "spanish (latino)": ("spanishlatino",),
        "portuguese (brazil)": ("portuguesebrazil", "portuguesebr"),
    }.items()
    for key in keys
}


def find_language(told: str) -> Language | None:
    """The language called so: `en`, `eng`, `pt-BR`, `English`, `PortugueseBR`; None for any other, as `fr-CA`."""
    text = told.strip().casefold().replace("_", "-")
    if text in _BY_NAME:
        return _BY_NAME[text]
    code, dash, country = text.partition("-")
    if not dash:
        return _BY_CODE.get(code)
    return next((one for one in LANGUAGES if code in one.codes and country in one.countries), None)


_KEYS = {"Spanish (Latino)": "SpanishLatino", "Portuguese (Brazil)": "PortugueseBrazil"}


def key_in(name: str, *, of_series: bool) -> str:
    """A language's name in one word, as those who manage movies, or series, write it."""
    if name == "Portuguese (Brazil)" and not of_series:
        return "PortugueseBR"
    return _KEYS.get(name, name)
