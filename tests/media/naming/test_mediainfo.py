import pytest

from matinee.media.naming import Named, Streams
from matinee.media.naming.mediainfo import audio_codec, channels, languages, short_code, video_codec
from tests.media.naming.subjects import FILM, told, with_file

HDR = Streams(
    "hevc", "eac3", "Dolby Digital Plus + Dolby Atmos", 6, 10, "DV HDR10", True, ("eng", "ger"), ("fre", "nob", "")
)


def test_picture_and_sound_are_told() -> None:
    film = with_file(FILM, Named(scene_name="Tin.Comet.2160p.x265-FLUX", streams=HDR))
    assert told("{MediaInfo Full}", film) == "x265 EAC3 Atmos[EN+DE] [FR+NB]"
    assert told("{MediaInfo.Simple} {MediaInfo AudioChannels}", film) == "x265.EAC3.Atmos 5.1"
    range_ = (
        "{MediaInfo VideoBitDepth}bit {MediaInfo VideoDynamicRange} {MediaInfo VideoDynamicRangeType} {MediaInfo 3D}"
    )
    assert told(range_, film) == "10bit HDR DV HDR10 3D"
    assert told("{Movie Title}{ [MediaInfo Full]}", FILM) == "The Tin Comet"


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("", "[EN+NL+DE]"), ("NL+EN", "[NL+EN]"), ("-NL", "[EN+DE]"), ("DE+", "[DE+-]"), ("FR", "")],
)
def test_languages_are_picked_ordered_and_dropped(wanted: str, name: str) -> None:
    assert languages(("eng", "nld", "und", "ger", "deu"), wanted) == name


def test_english_alone_goes_without_saying() -> None:
    assert languages(("eng",), silent_english=True) == ""
    assert languages(("eng",)) == "[EN]"


@pytest.mark.parametrize(
    ("code", "short"),
    [("swe", "SV"), ("chi", "ZH"), ("nob", "NB"), ("nno", "NN"), ("gsw", "DE"), ("pt-BR", "PT"), ("French", "FR"),
     ("tlh", "TLH"), ("und", "")],
)  # fmt: skip
def test_every_language_has_its_short_code(code: str, short: str) -> None:
    assert short_code(code) == short


def test_codecs_go_by_their_common_names() -> None:
    assert video_codec(Streams("h264")) == "h264"
    assert audio_codec(Streams(audio_codec="dts", audio_profile="DTS-HD MA")) == "DTS-HD MA"
    assert audio_codec(Streams(audio_codec="pcm_s16le")) == "PCM"
    assert [channels(Streams(channels=count)) for count in (0, 1, 2, 6, 7.1)] == ["", "1.0", "2.0", "5.1", "7.1"]
