import pytest

from matinee.media.parse.subtitles import SubtitleName, read_subtitle

ENGLISH = SubtitleName("English")
SONGS = SubtitleName("English", ("default", "forced"), "Songs", "Songs")


@pytest.mark.parametrize(
    "name",
    [
        "Tin Comet (2021).en.srt",
        "Tin Comet (2021) [1080p].ENG.srt",
        "Tin Comet - 2021.English.sub",
        "Tin.Comet.2021.1080p.BluRay.x264-GRP.eng.srt",
        "Night Tram - S01E02 - The Depot.eng.ass",
        "/films/Tin.Comet/Subs/2_English.srt",
        "C:\\films\\English.srt",
        "eng.srt",
    ],
)
def test_the_language_stands_behind_the_films_name(name: str) -> None:
    assert read_subtitle(name) == ENGLISH


@pytest.mark.parametrize(
    "tail",
    [
        "Songs.default.eng.forced",
        "eng.default.Songs.forced",
        "default.eng.Songs.forced",
        "default.forced.Songs.en",
        "Songs.eng.default.forced",
    ],
)
def test_tags_and_a_title_stand_in_any_order(tail: str) -> None:
    assert read_subtitle(f"Night Tram (2021) - S01E02 - [AAC 2.0].{tail}.ass") == SONGS


@pytest.mark.parametrize(
    ("tail", "tags"),
    [
        ("en.forced", ("forced",)),
        ("en.foreign", ("foreign",)),
        ("en.SDH", ("sdh",)),
        ("en.hi", ("hi",)),
        ("en.cc.default", ("cc", "default")),
        ("en-cc", ("cc",)),
        ("en.[forced]", ("forced",)),
        ("commentary.en", ("commentary",)),
    ],
)
def test_a_subtitle_tells_for_whom_it_is(tail: str, tags: tuple[str, ...]) -> None:
    assert read_subtitle(f"Tin Comet (2021).{tail}.srt") == SubtitleName("English", tags)


def test_hi_alone_is_hindi() -> None:
    assert read_subtitle("Tin Comet (2021).hi.srt") == SubtitleName("Hindi")


@pytest.mark.parametrize(
    ("tail", "title", "raw_title"),
    [
        ("Songs - 1.en", "Songs", "Songs - 1"),
        ("Songs 1.en", "Songs 1", "Songs 1"),
        ("Full Subtitles.eng", "Full Subtitles", "Full Subtitles"),
        ("en-with songs", "with songs", "with songs"),
    ],
)
def test_the_number_of_a_copy_is_no_part_of_the_title(tail: str, title: str, raw_title: str) -> None:
    read = read_subtitle(f"Tin Comet (2021) - [AAC 2.0].{tail}.ass")
    assert read == SubtitleName("English", (), title, raw_title)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("pt-BR", "Portuguese (Brazil)"),
        ("pt_BR", "Portuguese (Brazil)"),
        ("es-419", "Spanish (Latino)"),
        ("zh-Hans", "Chinese"),
        ("zh-TW", "Chinese"),
    ],
)
def test_a_region_is_no_title(code: str, language: str) -> None:
    assert read_subtitle(f"Tin Comet (2021).{code}.srt") == SubtitleName(language)
    assert read_subtitle(f"Tin.Comet.2021.{code}.forced.srt") == SubtitleName(language, ("forced",))


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".srt",
        "it.srt",
        "Tin Comet.sub",
        "Tin.Comet.2021.1080p.BluRay.x264-GRP.srt",
        "Tin Comet (2021) - [AAC 2.0].ass",
        "Tin Comet (2021) - [AAC 2.0].default.forced.ass",
        "Tin Comet (2021) - [AAC 2.0].Songs.ass",
    ],
)
def test_without_a_language_nothing_is_told(name: str) -> None:
    assert read_subtitle(name) == SubtitleName()
