import pytest

from matinee.media.language import ANY, LANGUAGES, MULTI, ORIGINAL, find_language, key_in
from matinee.media.parse import read_name
from matinee.media.title import Kind


def spoken(name: str, kind: Kind = Kind.MOVIE) -> set[str]:
    return set(read_name(name, kind).languages)


@pytest.mark.parametrize("language", [one.name for one in LANGUAGES if "(" not in one.name])
def test_every_language_is_read_by_its_name(language: str) -> None:
    assert spoken(f"Tin.Comet.2021.{language}.1080p.WEB-GRP") == {language}
    assert spoken(f"Night.Tram.S01E02.{language.upper()}.HDTV.XviD-GRP", Kind.SERIES) == {language}
    assert spoken(f"The {language} Comet 2021 1080p") == set()
    assert spoken(f"The.{language}.Tram.S01E02.1080p.WEB-GRP", Kind.SERIES) == set()


@pytest.mark.parametrize(
    ("told", "languages"),
    [
        ("VOSTFR", {"French"}),
        ("TRUEFRENCH", {"French"}),
        ("VFF", {"French"}),
        ("MULTi.VF2", {"French", MULTI}),
        ("iTA.ENG", {"Italian", "English"}),
        ("ENG-ITA-FRE", {"Italian", "English", "French"}),
        ("Hun/Ger/Ita", {"Hungarian", "German", "Italian"}),
        ("Castellano", {"Spanish"}),
        ("LATiNO", {"Spanish (Latino)"}),
        ("Dublado", {"Portuguese (Brazil)"}),
        ("PT-BR", {"Portuguese (Brazil)"}),
        ("PT", {"Portuguese"}),
        ("PLDUB", {"Polish"}),
        ("PL-LEK", {"Polish"}),
        ("DUB-PL", {"Polish"}),
        ("BG.AUDIO", {"Bulgarian"}),
        ("HebDubbed", {"Hebrew"}),
        ("RoDubbed", {"Romanian"}),
        ("HUNDUB", {"Hungarian"}),
        ("LT.LV.RU", {"Lithuanian", "Latvian", "Russian"}),
        ("TAM.TEL.HIN", {"Tamil", "Telugu", "Hindi"}),
        ("SwissGerman", {"German"}),
        ("Uzbekistan.Dubbed", {"Uzbek"}),
        ("Uzbekistan", set()),
        ("En", set()),
        ("SUBFRENCH", set()),
    ],
)
def test_languages_have_many_spellings(told: str, languages: set[str]) -> None:
    assert spoken(f"Tin.Comet.2021.{told}.1080p.WEB-GRP") == languages


@pytest.mark.parametrize(
    ("told", "languages"),
    [
        ("German.DL", {"German", ORIGINAL}),
        ("German.EAC3.DL", {"German", ORIGINAL}),
        ("German.ML", {"German", ORIGINAL, "English"}),
        ("German.WEB.DL", {"German"}),
        ("German.WEB-DL", {"German"}),
        ("Orig", {ORIGINAL}),
    ],
)
def test_german_dl_has_the_original_beside_it(told: str, languages: set[str]) -> None:
    assert spoken(f"Tin.Comet.2021.{told}.1080p-GRP") == languages
    assert spoken(f"Night.Tram.S01E02.{told}.1080p-GRP", Kind.SERIES) == languages


@pytest.mark.parametrize(
    ("told", "languages"),
    [
        ("PL-SUB", set()),
        ("SUB-PL", set()),
        ("German.Subbed", set()),
        ("English.Subs", set()),
        ("Ger.Eng.Sub.AAC", set()),
        ("ITA.AC3.SUB.ITA.ENG", {"Italian"}),
        ("2xUkr/Eng | Sub Rus", {"Ukrainian", "English"}),
        ("esp cat Subs", {"Spanish", "Catalan"}),
        ("Eng Fre Multi Subs", {"English", "French", MULTI}),
    ],
)
def test_what_is_only_written_is_not_spoken(told: str, languages: set[str]) -> None:
    assert spoken(f"Tin.Comet.2021.{told}.1080p.WEB-GRP") == languages


@pytest.mark.parametrize(
    ("told", "languages"),
    [
        ("CHS", {"Chinese"}),
        ("BIG5", {"Chinese"}),
        ("GB", {"Chinese"}),
        ("繁中", {"Chinese"}),
        ("中文字幕", {"Chinese"}),
        ("CHT&JPN", {"Chinese", "Japanese"}),
        ("JA", {"Japanese"}),
    ],
)
def test_fansubbers_write_languages_in_brackets(told: str, languages: set[str]) -> None:
    assert spoken(f"[GRP] Night Tram - 01 [{told}][1080p]", Kind.SERIES) == languages


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("Night.Tram.S01E02.The.French.Line.1080p.WEB", set()),
        ("Night.Tram.S01E02.German.Shepherd.1080p.WEB", set()),
        ("Night.Tram.S01E02.The.Depot.German.1080p.WEB", {"German"}),
        ("Night.Tram.S01E02.The.Depot.1080p.WEB.GERMAN", {"German"}),
    ],
)
def test_an_episodes_own_title_tells_no_language(name: str, languages: set[str]) -> None:
    assert spoken(name, Kind.SERIES) == languages


def test_a_site_is_no_language() -> None:
    assert spoken("Tin.Comet.2021.720p.BluRay.x264.-[YTS.LT]") == set()


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("en", "English"),
        ("ENG", "English"),
        ("english", "English"),
        ("ger", "German"),
        ("deu", "German"),
        ("pt", "Portuguese"),
        ("pt-BR", "Portuguese (Brazil)"),
        ("pt_br", "Portuguese (Brazil)"),
        ("PortugueseBR", "Portuguese (Brazil)"),
        ("es-MX", "Spanish (Latino)"),
        ("es-419", "Spanish (Latino)"),
        ("nl-BE", "Flemish"),
        ("nob", "Norwegian"),
        ("original", ORIGINAL),
        ("any", ANY),
    ],
)
def test_a_language_is_found_by_code_and_name(told: str, name: str) -> None:
    found = find_language(told)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("told", ["", "enus", "fr-CA", "de-AU", "xx", "und", "-", "Klingon"])
def test_what_is_no_language_is_not_found(told: str) -> None:
    assert find_language(told) is None


def test_every_name_and_key_is_found_again() -> None:
    for one in LANGUAGES:
        assert find_language(one.name) == one
        for of_series in (True, False):
            assert find_language(key_in(one.name, of_series=of_series)) == one
