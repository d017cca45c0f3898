"""What remains has readable names, and nothing nobody asked for."""

import pytest

from matinee.engines.usenet.post import Wishes
from matinee.engines.usenet.post.tidying import says_nothing
from tests.engines.usenet.post.parcels import FILM, Parcel


@pytest.mark.parametrize(
    "stem",
    [
        "0123456789abcdef0123456789abcdef",
        "abc.xyz.a4c567edbcbf27.BLA",
        "b1f0e2d3c4b5a6978877665544332211.00ff00ff00ff",
        "a8d7f6g5h4j3k2l1",
        "T306077803729385YhUDIJ0z",
    ],
)
def test_made_up_names_say_nothing(stem: str) -> None:
    assert says_nothing(stem)


@pytest.mark.parametrize(
    "stem", ["The Film 2026", "The.Film.2026.1080p.WEB.x264-LAB", "Metropolis", "300", "1917", "S01E02 Pilot", "up"]
)
def test_names_of_films_say_something(stem: str) -> None:
    assert not says_nothing(stem)


async def test_the_film_gets_the_name_of_the_job(parcel: Parcel) -> None:
    stem = "0123456789abcdef0123456789abcdef"
    parcel.put(f"{stem}.mkv", FILM)
    parcel.put(f"{stem}.en.srt", b"words")
    assert (await parcel.finish()).is_complete
    assert parcel.names() == ["The Film 2026.en.srt", "The Film 2026.mkv"]


async def test_a_name_that_says_something_stays(parcel: Parcel) -> None:
    parcel.put("Metropolis (1927).mkv", FILM)
    assert (await parcel.finish()).is_complete
    assert parcel.names() == ["Metropolis (1927).mkv"]


async def test_a_program_among_the_files_is_refused(parcel: Parcel) -> None:
    parcel.put("The.Film.mkv", FILM)
    parcel.put("codec.exe", b"MZ")
    result = await parcel.finish()
    assert not result.is_complete
    assert "codec.exe" in result.message
    assert (await parcel.finish(wishes=Wishes(refuses_unwanted=False))).is_complete


async def test_litter_and_samples_go_but_not_the_only_film(parcel: Parcel) -> None:
    parcel.put("The.Film.mkv", FILM)
    parcel.put("the.film-sample.mkv", FILM[:1000])
    parcel.put("The.Film.sfv", b"x")
    assert (await parcel.finish(wishes=Wishes(drops_samples=True))).is_complete
    assert parcel.names() == ["The.Film.mkv"]
    (parcel.folder / "The.Film.mkv").rename(parcel.folder / "The.Sample.mkv")
    parcel.known = {}
    assert (await parcel.finish(wishes=Wishes(drops_samples=True))).is_complete
    assert parcel.names() == ["The.Sample.mkv"]
