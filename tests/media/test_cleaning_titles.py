import pytest

from matinee.media.parse import clean_title, same_title
from matinee.media.parse.scene import is_scene_name, scene_name
from matinee.media.parse.slug import url_slug
from matinee.media.parse.titles import episode_title_key
from matinee.media.title import Kind

SCENE = "Tin.Comet.2012.1080p.BluRay.x264-GRP"


@pytest.mark.parametrize("kind", [Kind.MOVIE, Kind.SERIES])
@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("The Tin Comet", "thetincomet"),
        ("Comets and Trams of the Night", "cometstramsnight"),
        ("Comets & Trams", "cometstrams"),
        ("Comet of", "cometof"),
        ("Comet_and_Tram", "comettram"),
        ("The A Team", "theteam"),
        ("T.A.R.D.I.S.", "tardis"),
        ("Comet (2009)", "comet2009"),
        ("Comet's Tail", "cometstail"),
        ("24", "24"),
        ("Cométe", "comete"),
        ("彗星", "彗星"),
        ("?", "?"),
    ],
)
def test_those_who_manage_films_and_series_leave_out_small_words(kind: Kind, title: str, cleaned: str) -> None:
    assert clean_title(title, kind) == cleaned


@pytest.mark.parametrize(
    ("title", "of_a_movie", "of_a_series"),
    [
        ("Fünf Kometen", "fuenfkometen", "funfkometen"),
        ("Comet à Deux", "cometadeux", "cometdeux"),
        ("100% Comet", "100comet", "100percentcomet"),
    ],
)
def test_films_and_series_are_cleaned_by_rules_of_their_own(title: str, of_a_movie: str, of_a_series: str) -> None:
    assert (clean_title(title, Kind.MOVIE), clean_title(title, Kind.SERIES)) == (of_a_movie, of_a_series)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Fünf Kometen", "Fuenf.Kometen"),
        ("Fünf Kometen", "Funf Kometen"),
        ("Kometen på Øya", "Kometen paa Oeya"),
        ("A.I. Comet", "AI Comet"),
        ("Comets & Trams", "comets and trams"),
        ("The Comet", "Comet"),
    ],
)
def test_a_title_is_known_however_it_is_spelled(a: str, b: str) -> None:
    assert same_title(a, b)
    assert same_title(b, a)


@pytest.mark.parametrize(("a", "b"), [("Comets of Night", "Comets Night"), ("Duett", "Düett"), ("Fur", "Fuer")])
def test_matching_is_stricter_than_cleaning(a: str, b: str) -> None:
    assert same_title(a, b) == (a == "Duett")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Tin Comet", "tin-comet"),
        ("Tin Comet's Tail (2021)", "tin-comets-tail-2021"),
        ("Comète", "comete"),
        ("Comets & Trams", "comets-trams"),
        ("50/50", "5050"),
        ("comet----", "comet"),
        ("comet___tail", "comet_tail"),
    ],
)
def test_a_slug_has_plain_small_letters(title: str, slug: str) -> None:
    assert url_slug(title) == slug


def test_a_slug_may_keep_what_another_forbids() -> None:
    assert url_slug("50/50", dash_for_others=True) == "50-50"
    assert url_slug("comet--", trim="") == "comet-"
    assert url_slug("comet--", trim="", once="") == "comet--"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("The  Depot", "the depot"),
        ("The Depot (1)", "the depot"),
        ("The Depot: Again!", "the depot again"),
        ("Night.Tram.S01.Special.The.Depot.720p.HDTV.x264-GRP", "the depot"),
    ],
)
def test_an_episode_is_compared_by_the_words_of_its_title(title: str, key: str) -> None:
    assert episode_title_key(title) == key


def test_the_scene_names_title_quality_and_group() -> None:
    assert is_scene_name(SCENE)
    assert is_scene_name("Night.Tram.S01E02.720p.HDTV.x264-GRP", Kind.SERIES)
    assert is_scene_name("Tin.Comet.German.1080p.BluRay.x264-GRP", Kind.MOVIE)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (SCENE.replace(".", " "), None),
        ("Tin.Comet.2012.1080p.BluRay.x264", None),
        ("Tin.Comet.2012-GRP", None),
        ("Tin-Comet-GRP", None),
        ("Night.Tram.720p.HDTV.x264-GRP", Kind.SERIES),
        ("86de66b7ef385e2fa56a3e41b98481ea1658bfab", None),
    ],
)
def test_a_name_without_one_of_them_is_not_of_the_scene(name: str, kind: Kind | None) -> None:
    assert not is_scene_name(name, kind)
    assert scene_name(name, kind) is None


def test_a_scene_name_loses_its_suffix_and_wide_brackets() -> None:
    assert scene_name(f"{SCENE}.nzb") == SCENE
    assert scene_name("Tin.Comet.2012.【1080p】.BluRay.x264-GRP") == "Tin.Comet.2012.[1080p].BluRay.x264-GRP"
