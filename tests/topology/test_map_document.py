"""The owner's file prints the whole mission document again."""

from collections import Counter
from pathlib import Path

import pytest

from matinee.topology import Topology, load, read
from matinee.topology.document import Page, read_document, write_document
from matinee.topology.drawing import drawings
from matinee.topology.mermaid import write_mermaid
from matinee.topology.mermaid_reader import read_mermaid
from matinee.topology.report import by_link
from tests.topology.maps import small
from tests.topology.reports import green, red

ROOT = Path(__file__).parents[2]
MISSION = ROOT.parent / "shared" / "mission" / "service-connections.md"


@pytest.fixture(scope="module")
def homelab() -> Topology:
    return load(ROOT / "deploy" / "homelab.toml")


@pytest.fixture(scope="module")
def mission() -> str:
    if not MISSION.exists():
        pytest.skip("the mission document (../shared/mission/service-connections.md) is not here")
    return MISSION.read_text("utf-8")


def body(page: str) -> list[str]:
    return [line for line in page.splitlines(keepends=True) if not line.startswith("> Auto-generated")]


def test_the_printed_document_is_the_mission_document_byte_for_byte(homelab: Topology, mission: str) -> None:
    assert body(write_document(homelab)) == body(mission)


@pytest.mark.parametrize("part", ["direction", "groups", "nodes", "links", "looks", "wearers"])
def test_each_graph_says_the_same_as_the_mission_document(homelab: Topology, mission: str, part: str) -> None:
    printed, wanted = read_document(write_document(homelab)), read_document(mission)
    assert printed.graphs.keys() == wanted.graphs.keys()
    for title, graph in wanted.graphs.items():
        assert getattr(printed.graphs[title], part) == getattr(graph, part)


def test_the_flows_are_those_of_the_mission_document(homelab: Topology, mission: str) -> None:
    assert read_document(write_document(homelab)).flows == read_document(mission).flows


def test_the_house_is_complete_without_the_mission_document_at_hand(homelab: Topology) -> None:
    page = read_document(write_document(homelab))
    assert sizes(page) == {
        "Media Request Pipeline": (4, 12, 18, 5, 11),
        "Infrastructure Integrations": (5, 15, 15, 5, 15),
    }
    assert len(page.flows) == 11
    assert [host.id for host in homelab.hosts] == ["ct-docker-01", "ct-media-01", "dev-vm"]


def sizes(page: Page) -> dict[str, tuple[int, ...]]:
    return {
        title: (len(graph.groups), len(graph.nodes), len(graph.links), len(graph.looks), len(graph.wearers))
        for title, graph in page.graphs.items()
    }


def test_the_quirks_of_the_drawing_are_kept(homelab: Topology) -> None:
    pipeline, infrastructure = read_document(write_document(homelab)).graphs.values()
    assert ("user", "User / Family", "stadium") in pipeline.nodes
    assert ("internet", "Internet", "stadium") in pipeline.nodes
    assert "user" not in {node for node, _ in pipeline.wearers}
    assert ("internet", "external") in pipeline.wearers
    assert ("sabnzbd", "", "internet", "solid") in pipeline.links
    assert ("qbit", "All traffic via VPN", "gluetun", "dotted") in pipeline.links
    assert ("openclaw", "SSH + Docker SDK", "infra", "solid") in infrastructure.links
    assert "Infrastructure Services — ct-docker-01" in {title for _, title, _ in infrastructure.groups}
    assert Counter(style for graph in (pipeline, infrastructure) for *_, style in graph.links) == {
        "solid": 30,
        "dotted": 3,
    }


def test_every_flow_but_the_subtitles_knows_its_links(homelab: Topology) -> None:
    assert [flow.name for flow in homelab.flows if not flow.links] == ["Subtitle Fetch"]


def test_the_same_map_prints_the_same_bytes(homelab: Topology) -> None:
    assert write_document(homelab) == write_document(load(ROOT / "deploy" / "homelab.toml"))


def test_a_broken_link_is_red_and_explained(homelab: Topology) -> None:
    page = write_document(
        homelab, by_link([red("radarr-prowlarr", "Prowlarr: wrong key | see settings"), green("user-overseerr")])
    )
    assert "linkStyle 3 stroke:#e5383b" in page
    assert "| Radarr -> Prowlarr | torznab | Prowlarr: wrong key \\| see settings |" in page
    assert read_document(page).graphs == read_document(write_document(homelab)).graphs


def test_a_page_without_broken_links_has_no_table_of_them(homelab: Topology) -> None:
    assert write_document(homelab, by_link([green("user-overseerr")])) == write_document(homelab)


def test_what_mermaid_could_misread_is_written_so_that_it_cannot() -> None:
    title, label = 'The "Big" <b>Box</b> #1; &amp; Sons | [x]', 'say "hi" --> there'
    services = [{"id": "a", "title": title, "role": "stack"}, {"id": "b", "title": "B", "role": "stack"}]
    links = [{"source": "a", "target": "b", "label": label, "protocol": "tcp"}]
    topology = read({"services": services, "links": links})
    text = write_mermaid(topology, drawings(topology)[0])
    assert "<b>" not in text
    graph = read_mermaid(text)
    assert ("a", title, "box") in graph.nodes
    assert graph.links == {("a", label, "b", "solid")}


def test_a_map_without_graphs_is_printed_as_one() -> None:
    page = read_document(write_document(small()))
    assert [len(graph.nodes) for graph in page.graphs.values()] == [3]
    assert page.flows == (("Search", "Radarr -> Prowlarr", "HTTP"),)
