"""The picture shows everything, covers nothing, and can be read by everybody."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from matinee.topology import Topology, load, read
from matinee.topology.drawing import Drawing, drawings
from matinee.topology.picture import lettering
from matinee.topology.picture.across import spread
from matinee.topology.picture.labels import place_labels
from matinee.topology.picture.layout import Plan, Rect, plan
from matinee.topology.picture.order import crossings, order
from matinee.topology.picture.ranks import ranks
from matinee.topology.picture.sheet import Sheet
from matinee.topology.report import by_link
from matinee.topology.svg import write_svg
from tests.topology.maps import small, tables, with_link
from tests.topology.reports import green, red

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def homelab() -> Topology:
    return load(Path(__file__).parents[2] / "deploy" / "homelab.toml")


def painted(topology: Topology, **more: Any) -> etree._Element:
    return etree.fromstring(write_svg(topology, **more).encode())


def titles(picture: etree._Element, kind: str) -> dict[str, str]:
    return {
        str(element.get(f"data-{kind}")): str(element.findtext(f"{SVG}title"))
        for element in picture.iter(f"{SVG}g")
        if element.get(f"data-{kind}")
    }


def overlap(a: Rect, b: Rect) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def holds(outer: Rect, inner: Rect) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def assert_tidy(drawing: Drawing, places: Plan) -> None:
    """No box covers another, frames hold their own boxes and nobody else's, and all is on the paper."""
    home = {service.id: group.id for group, members in drawing.groups for service in members}
    paper = Rect(-0.5, -0.5, places.width + 1, places.height + 1)
    assert not any(overlap(a, b) for a, b in combinations(places.boxes.values(), 2))
    assert not any(overlap(a, b) for a, b in combinations(places.frames.values(), 2))
    for id, box in places.boxes.items():
        assert holds(paper, box)
        for group, frame in places.frames.items():
            assert holds(frame, box) if home.get(id) == group else not overlap(frame, box)
    assert set(places.lines) == {link.id for link in drawing.links}


def test_everything_is_in_the_picture_and_has_a_title(homelab: Topology) -> None:
    picture = painted(homelab)
    assert titles(picture, "service").keys() == {service.id for service in homelab.services}
    assert titles(picture, "group").keys() == {group.id for group in homelab.groups}
    assert titles(picture, "link")["openclaw-infra"] == (
        "OpenClaw + Claude CLI → Infrastructure Services — ct-docker-01: SSH + Docker SDK (docker)"
    )
    assert picture.findtext(f"{SVG}title") == "Service Connections - Media Pipeline & Integrations"


def test_the_picture_needs_nothing_from_elsewhere(homelab: Topology) -> None:
    text = write_svg(homelab)
    assert "href" not in text and "<script" not in text and "@import" not in text and "url(" not in text


def test_the_homelab_is_tidy(homelab: Topology) -> None:
    for drawing in drawings(homelab):
        assert_tidy(drawing, plan(drawing))


def test_lines_run_through_no_box(homelab: Topology) -> None:
    for drawing in drawings(homelab):
        places = plan(drawing)
        for link in drawing.links:
            for x, y in places.lines[link.id][1:-1]:
                point = Rect(x, y, 0.01, 0.01)
                assert not any(overlap(point, box) for box in places.boxes.values())


@pytest.mark.parametrize("signs", [False, True])
def test_labels_cover_neither_boxes_nor_each_other(homelab: Topology, signs: bool) -> None:
    for drawing in drawings(homelab):
        places = plan(drawing)
        rects = [label.rect for label in place_labels(drawing, places, signs=signs).values()]
        assert not any(overlap(rect, box) for rect in rects for box in places.boxes.values())
        assert not any(overlap(a, b) for a, b in combinations(rects, 2))


def test_few_lines_cross(homelab: Topology) -> None:
    found = []
    for drawing in drawings(homelab):
        sheet = Sheet(drawing)
        order(sheet)
        found.append(crossings(sheet))
    assert found[0] <= 6 and found[1] == 0


def test_the_state_is_said_in_colour_in_a_sign_and_in_words(homelab: Topology) -> None:
    states = by_link([red("radarr-prowlarr", "Prowlarr: wrong <key>"), green("sonarr-prowlarr", "Prowlarr 1.3")])
    picture = painted(homelab, states=states)
    classes = {str(g.get("data-link")): str(g.get("class")) for g in picture.iter(f"{SVG}g") if g.get("data-link")}
    assert classes["radarr-prowlarr"] == "link red"
    assert classes["sonarr-prowlarr"] == "link green"
    assert classes["qbit-gluetun"] == "link dotted grey"
    spoken = titles(picture, "link")
    assert spoken["radarr-prowlarr"].endswith("Red: Prowlarr: wrong <key>")
    assert spoken["sonarr-prowlarr"].endswith("Green: Prowlarr 1.3")
    assert spoken["qbit-gluetun"].endswith("Grey: not checked yet")
    signs = [text.text for text in picture.iter(f"{SVG}text") if text.get("class") == "sign"]
    assert signs.count("✓") == 2 and signs.count("?") == 32  # with the legend's own


def test_without_states_no_colour_pretends_to_know(homelab: Topology) -> None:
    picture = painted(homelab)
    assert {g.get("class") for g in picture.iter(f"{SVG}g") if g.get("data-link")} == {"link", "link dotted"}


def test_what_the_owner_writes_cannot_break_the_picture() -> None:
    evil = '</text><script>alert("1")</script>&'
    services = [{"id": id, "title": evil, "subtitle": evil, "role": "stack"} for id in "ab"]
    links = [{"source": "a", "target": "b", "label": evil, "protocol": "http"}]
    topology = read({"document": {"title": evil}, "services": services, "links": links})
    picture = painted(topology)
    assert not list(picture.iter(f"{SVG}script"))
    assert titles(picture, "service")["a"].startswith(evil)


def test_an_empty_map_is_an_empty_picture() -> None:
    assert painted(read({})) is not None


def test_long_names_are_cut_in_the_box_and_whole_in_the_title() -> None:
    long = "A" * 80
    picture = painted(
        small(services=[{"id": "a", "title": long, "role": "movies", "group": "arrs"}], links=[], flows=[])
    )
    assert titles(picture, "service")["a"] == long
    assert any(text.text == "A" * 29 + "…" for text in picture.iter(f"{SVG}text"))


def test_circles_and_links_between_frames_find_their_places() -> None:
    topology = read(with_link("prowlarr", "radarr", id="back") | {"flows": []})
    for drawing in drawings(topology):
        assert_tidy(drawing, plan(drawing))


def test_arrows_point_onward_except_those_that_close_a_circle() -> None:
    assert ranks("abc", [("a", "b"), ("b", "c"), ("c", "a")]) == {"a": 0, "b": 1, "c": 2}
    assert ranks("abcd", [("a", "b"), ("b", "c"), ("d", "c")]) == {"a": 0, "b": 1, "c": 2, "d": 1}
    assert ranks("", []) == {}


def test_centres_spread_no_further_than_they_must() -> None:
    assert spread([0, 100], [10, 10], [5]) == [0, 100]
    assert spread([0, 0], [10, 10], [5]) == [-7.5, 7.5]
    assert spread([], [], []) == []


def test_words_wrap_in_the_middle() -> None:
    assert lettering.wrapped("Search indexers", 12) == ("Search", "indexers")
    assert lettering.wrapped("Stream", 12) == ("Stream",)
    assert lettering.wrapped("Incomprehensibilities", 12) == ("Incomprehensibilities",)


@st.composite
def any_map(draw: st.DrawFn) -> Topology:
    """Any small map: some groups, some services in and out of them, any links between any two."""
    groups = [f"g{number}" for number in range(draw(st.integers(0, 4)))]
    homes: list[str | None] = [*groups, *draw(st.lists(st.sampled_from([None, *groups]), min_size=1, max_size=8))]
    services = [
        {"id": f"s{number}", "title": f"S {number}", "role": "stack"} | ({"group": home} if home else {})
        for number, home in enumerate(homes)
    ]
    ends = [*groups, *(str(service["id"]) for service in services)]
    inside = {(str(service["id"]), service.get("group")) for service in services}
    pairs = draw(st.lists(st.tuples(st.sampled_from(ends), st.sampled_from(ends)), max_size=14, unique=True))
    links = [
        {"source": a, "target": b, "protocol": "tcp", "label": "does something"}
        for a, b in pairs
        if a != b and (a, b) not in inside and (b, a) not in inside
    ]
    graph = {
        "id": "g",
        "title": "G",
        "direction": draw(st.sampled_from(["LR", "TB"])),
        "groups": groups,
        "outside": [service["id"] for service in services if "group" not in service],
    }
    return read(
        tables(
            groups=[{"id": id, "title": f"The Frame {id}"} for id in groups],
            services=services,
            links=links,
            flows=[],
            graphs=[graph],
        )
    )


@settings(max_examples=60, deadline=None)
@given(any_map())
def test_any_map_is_tidy(topology: Topology) -> None:
    (drawing,) = drawings(topology)
    assert_tidy(drawing, plan(drawing))
    assert painted(topology, states={}) is not None
