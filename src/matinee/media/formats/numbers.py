"""The numbers that Radarr and Sonarr write for sources, languages, flags and the like, and our words for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Product(StrEnum):
    """Whose numbers they are."""

    RADARR = "radarr"
    SONARR = "sonarr"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The words of one product by their numbers."""

    sources: Mapping[int, str]
    flags: Mapping[int, str]
    languages: Mapping[int, str]


def _table(text: str) -> Mapping[int, str]:
    """`1 cam; 2 telesync` as a table."""
    pairs = (part.strip().partition(" ") for part in text.split(";"))
    return {int(number): word for number, _, word in pairs}


MODIFIERS = _table("0 none; 1 regional; 2 screener; 3 rawhd; 4 brdisk; 5 remux")
RELEASE_TYPES = _table("1 episode; 2 multi; 3 season")

_RADARR_LANGUAGES = _table(
    "-2 Original; -1 Any; 0 Unknown; 1 English; 2 French; 3 Spanish; 4 German; 5 Italian; 6 Danish; 7 Dutch; "
    "8 Japanese; 9 Icelandic; 10 Chinese; 11 Russian; 12 Polish; 13 Vietnamese; 14 Swedish; 15 Norwegian; "
    "16 Finnish; 17 Turkish; 18 Portuguese; 19 Flemish; 20 Greek; 21 Korean; 22 Hungarian; 23 Hebrew; "
    "24 Lithuanian; 25 Czech; 26 Hindi; 27 Romanian; 28 Thai; 29 Bulgarian; 30 Portuguese (Brazil); 31 Arabic; "
    "32 Ukrainian; 33 Persian; 34 Bengali; 35 Slovak; 36 Latvian; 37 Spanish (Latino); 38 Catalan; 39 Croatian; "
    "40 Serbian; 41 Bosnian; 42 Estonian; 43 Tamil; 44 Indonesian; 45 Telugu; 46 Macedonian; 47 Slovenian; "
    "48 Malayalam; 49 Kannada; 50 Albanian; 51 Afrikaans; 52 Marathi; 53 Tagalog; 54 Urdu; 55 Romansh; "
    "56 Mongolian; 57 Georgian"
)
_SONARR_LANGUAGES = _table(
    "-2 Original; 0 Unknown; 1 English; 2 French; 3 Spanish; 4 German; 5 Italian; 6 Danish; 7 Dutch; "
    "8 Japanese; 9 Icelandic; 10 Chinese; 11 Russian; 12 Polish; 13 Vietnamese; 14 Swedish; 15 Norwegian; "
    "16 Finnish; 17 Turkish; 18 Portuguese; 19 Flemish; 20 Greek; 21 Korean; 22 Hungarian; 23 Hebrew; "
    "24 Lithuanian; 25 Czech; 26 Arabic; 27 Hindi; 28 Bulgarian; 29 Malayalam; 30 Ukrainian; 31 Slovak; "
    "32 Thai; 33 Portuguese (Brazil); 34 Spanish (Latino); 35 Romanian; 36 Latvian; 37 Persian; 38 Catalan; "
    "39 Croatian; 40 Serbian; 41 Bosnian; 42 Estonian; 43 Tamil; 44 Indonesian; 45 Macedonian; 46 Slovenian; "
    "47 Azerbaijani; 48 Uzbek; 49 Malay; 50 Urdu; 51 Romansh; 52 Georgian"
)

NUMBERS: Mapping[Product, Numbers] = {
    Product.RADARR: Numbers(
        sources=_table(
            "0 unknown; 1 cam; 2 telesync; 3 telecine; 4 workprint; 5 dvd; 6 tv; 7 webdl; 8 webrip; 9 bluray"
        ),
        flags=_table(
            "1 freeleech; 2 halfleech; 4 doubleupload; 8 goldenpopcorn; 16 approved; 32 internal; 128 scene; "
            "256 freeleech75; 512 freeleech25; 2048 nuked"
        ),
        languages=_RADARR_LANGUAGES,
    ),
    Product.SONARR: Numbers(
        sources=_table("0 unknown; 1 tv encode; 2 tv raw; 3 webdl; 4 webrip; 5 dvd; 6 bluray encode; 7 bluray remux"),
        flags=_table(
            "1 freeleech; 2 halfleech; 4 doubleupload; 8 internal; 16 scene; 32 freeleech75; 64 freeleech25; 128 nuked"
        ),
        languages=_SONARR_LANGUAGES,
    ),
}
