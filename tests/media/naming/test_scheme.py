from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.kernel.errors import Refused
from matinee.media.naming import (
    DEFAULT,
    PRESETS,
    RADARR,
    SONARR,
    Airing,
    Colon,
    Named,
    NamingScheme,
    Numbered,
    Streams,
    Subject,
    preview,
    requires_absolute_number,
    requires_episode_title,
    tokens,
)
from matinee.media.title import Kind
from tests.media.naming.subjects import FILM, TRAM, told, with_file

NASTY = st.text(max_size=300) | st.lists(
    st.sampled_from(["..", ".", "/", "\\", "\0", "\ud800", "con", ":", " ", "é", "🎬", "(", ")", "{", "}", "-"])
).map("".join)


@pytest.mark.parametrize(
    ("field", "text", "cure"),
    [
        ("movie", "{Quality Full}", "needs '{Movie Title}'"),
        ("movie", "{Movie Titel}", "unknown token '{Movie Titel}'"),
        ("movie", "{Series Title}", "unknown token"),
        ("movie", "{Movie Title}: {Quality Full}", "no file can be called so"),
        ("movie", "{Movie Title} {imdb:-{ImdbId}}", "no file can be called so"),
        ("movie", "", "is empty"),
        ("movie", "x" * 600, "shorten it"),
        ("standard", "{Series Title} {season:00}", "S{season:00}E{episode:00}"),
        ("daily", "{Series Title}", "{Air-Date}"),
        ("anime", "{Series Title}", "{absolute:000}"),
        ("movie_folder", "../{Movie Title}", "without a name"),
        ("movie_folder", "{Movie TitleFirstCharacter}", "share one folder"),
        ("movie_folder", "{Movie Title} {Quality Full}", "belongs to a file"),
        ("season_folder", "Season", "{season:00}"),
        ("specials_folder", " / ", "is empty"),
        ("custom_colon", "/", "leave out"),
        ("ellipsis", "....", "use '…'"),
    ],
)
def test_a_wrong_scheme_is_refused_with_its_cure(field: str, text: str, cure: str) -> None:
    changed: dict[str, Any] = {field: text}
    with pytest.raises(Refused) as refusal:
        replace(DEFAULT, **changed)
    assert refusal.value.field == field
    assert cure in str(refusal.value)


def test_the_names_both_managers_give_are_presets() -> None:
    radarr, sonarr = replace(RADARR, rename=True), replace(SONARR, rename=True)
    assert str(preview(radarr, FILM)) == "The Tin Comet (2021)/The Tin Comet (2021) WEBDL-1080p.mkv"
    assert str(preview(sonarr, TRAM)) == "The Night Tram/Season 2/The Night Tram - S02E05 - The Depot WEBDL-1080p.mkv"
    assert set(PRESETS) == {"default", "radarr", "sonarr"}


def test_a_file_keeps_its_name_where_renaming_is_off() -> None:
    film = with_file(FILM, Named(scene_name="Tin.Comet.2021.1080p-FLUX", file_name="flux-tc"))
    assert preview(RADARR, film).name == "Tin.Comet.2021.1080p-FLUX.mkv"
    assert preview(RADARR, with_file(FILM, Named(file_name="flux-tc"))).name == "flux-tc.mkv"
    assert preview(RADARR, FILM).name == "The Tin Comet (2021) WEBDL-1080p.mkv"


def test_a_format_may_hold_folders() -> None:
    scheme = replace(DEFAULT, movie_folder="{Movie TitleFirstCharacter}/{Movie TitleThe}")
    assert preview(scheme, FILM).parts[:2] == ("T", "Tin Comet, The")


@pytest.mark.parametrize(
    ("colon", "name"),
    [
        (Colon.DELETE, "A B 310"),
        (Colon.DASH, "A- B 3-10"),
        (Colon.SPACE_DASH, "A - B 3 -10"),
        (Colon.SPACE_DASH_SPACE, "A - B 3 - 10"),
        (Colon.SMART, "A - B 3-10"),
        (Colon.CUSTOM, "A꞉ B 3꞉10"),
    ],
)
def test_a_colon_is_told_as_the_owner_likes_it(colon: Colon, name: str) -> None:
    scheme = replace(DEFAULT, colon=colon, custom_colon="꞉")
    assert told("{Movie Title}", replace(FILM, title="A: B 3:10"), scheme) == name


def test_what_no_filesystem_holds_is_replaced_or_removed() -> None:
    film = replace(FILM, title="What? A/B*")
    assert told("{Movie Title}", film) == "What! A+B"
    assert told("{Movie Title}", film, replace(DEFAULT, replace_illegal=False)) == "What AB"


def test_the_episodes_title_gives_way_before_the_series_own() -> None:
    series = replace(TRAM, title="T" * 180, episodes=(Numbered(1, 1, "E" * 180),))
    name = preview(DEFAULT, series).name
    assert name.startswith("T" * 180 + " - S01E01 - EE")
    assert name.endswith("E… WEBDL-1080p.mkv")
    assert len(name.encode()) == 255 - DEFAULT.room_for_subtitles
    longer = preview(DEFAULT, replace(series, title="T" * 300)).name
    assert longer.endswith("T… - S01E01 WEBDL-1080p.mkv")
    assert len(longer.encode()) == 255 - DEFAULT.room_for_subtitles


def test_what_must_be_known_before_naming() -> None:
    assert requires_episode_title(DEFAULT, TRAM)
    assert not requires_episode_title(replace(DEFAULT, standard="S{season:00}E{episode:00}"), TRAM)
    assert not requires_episode_title(replace(DEFAULT, rename=False), TRAM)
    assert requires_absolute_number(replace(DEFAULT, anime="{Series Title} - {absolute:000}"))
    assert not requires_absolute_number(DEFAULT)


@pytest.mark.parametrize("kind", Kind)
def test_every_token_is_explained_and_may_be_used(kind: Kind) -> None:
    for one in tokens(kind):
        assert one.meaning
        assert one.example
        token = one.token.replace("NAME", "AMZN")
        if kind is Kind.MOVIE:
            assert NamingScheme(movie="{Movie Title} " + token)
        else:
            assert NamingScheme(standard="{Series Title} S{season:00}E{episode:00} " + token)


EVERYTHING = {
    "movie": "{Original Title}/{Movie CleanTitle:30} {edition-{Edition Tags}} {MediaInfo Full}-{Release Group:-9}",
    "movie_folder": "{Movie TitleFirstCharacter}\\{Movie.TitleThe} {imdb-{ImdbId}} {[Movie Collection]}",
    "standard": "{Series CleanTitleTheYear}.S{season:00}E{episode:00}{_Episode.CleanTitle_}{Custom Formats}",
    "anime": "{Series.TitleYear}.{absolute:000}.{Episode Title} {[Release Hash]} {Original Filename}",
    "series_folder": "{Series TitleTheWithoutYear} {{{TvdbId}}}",
    "season_folder": "{Series Title} Season {season}",
}


@given(
    st.tuples(NASTY, NASTY, NASTY),
    st.sampled_from(Kind),
    st.sampled_from(Airing),
    st.sampled_from([DEFAULT, RADARR, SONARR, NamingScheme(**EVERYTHING)]),  # type: ignore[arg-type]
    st.lists(st.builds(Numbered, st.integers(0, 99), st.integers(0, 9999), NASTY), min_size=1, max_size=9),
)
def test_no_scheme_leaves_its_folder_or_breaks_a_filesystem(
    words: tuple[str, str, str], kind: Kind, airing: Airing, scheme: NamingScheme, episodes: list[Numbered]
) -> None:
    title, name, group = words
    file = Named(group, group, name, name, title, (group, name), Streams(name, group), airing=airing, collection=name)
    path = preview(scheme, Subject(kind, title, 2021, episodes=tuple(episodes), file=file))
    assert not path.is_absolute()
    assert len(path.parts) >= (2 if kind is Kind.MOVIE else 3)
    for part in path.parts:
        assert 0 < len(part.encode()) <= 255
        assert not part.endswith(" ")
        assert part not in (".", "..")
        assert not set(part) & set('\\/:*?"<>|\0\n')
    assert path == PurePosixPath(*path.parts)
