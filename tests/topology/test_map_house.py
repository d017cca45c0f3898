"""The running house draws its own map."""

from dataclasses import replace
from pathlib import Path

import pytest

from matinee.topology.document import read_document, write_document
from matinee.topology.house import NO_TUNNEL_REASON, HouseParts, Part, house_checks, part_ids, running_house
from matinee.topology.probe import Prober
from matinee.topology.render import Format, render
from matinee.topology.report import LinkState

PARTS = HouseParts(
    metadata=(Part("TMDB", "https://api.themoviedb.org"), Part("TVmaze", "https://api.tvmaze.com")),
    indexers=(Part("Lab Indexer", "http://127.0.0.1:9117/api"), Part("Lab Indexer"), Part("Archive", "http://a/api")),
    torrent=Part("Matinee's torrent engine", "unix:///run/matinee/torrent.sock"),
    tunnel="none",
    library="/srv/media/library",
    downloads="/srv/media/downloads",
    portal_url="http://127.0.0.1:8000",
)


def test_every_part_and_every_link_is_on_the_map() -> None:
    assert [link.id for link in running_house(PARTS).links] == [
        "user-portal",
        "portal-pipeline",
        "pipeline-metadata_tmdb",
        "pipeline-metadata_tvmaze",
        "pipeline-indexer_lab_indexer",
        "pipeline-indexer_lab_indexer__2",
        "pipeline-indexer_archive",
        "pipeline-torrent",
        "torrent-tunnel",
        "tunnel-internet",
        "pipeline-library",
        "portal-library",
    ]


def test_the_callers_find_the_ids_of_their_parts() -> None:
    ids = part_ids("indexer", PARTS.indexers)
    assert ids == ("indexer_lab_indexer", "indexer_lab_indexer__2", "indexer_archive")
    assert part_ids("indexer", [Part("Ünï"), Part("ЖЖ"), Part("ЖЖ")]) == (
        "indexer_n",
        "indexer_unnamed",
        "indexer_unnamed__2",
    )


def test_the_houses_page_can_be_printed_and_read_back() -> None:
    house = running_house(PARTS)
    graph = read_document(write_document(house)).graphs["The Running House"]
    assert len(graph.nodes) == len(house.services) == 12
    assert len(graph.links) == len(house.links)
    forms: tuple[Format, ...] = ("mermaid", "json", "svg")
    assert all(render(house, form, {}) for form in forms)


def test_a_house_with_nothing_set_up_yet_has_a_map() -> None:
    bare = replace(PARTS, metadata=(), indexers=(), portal_url="", torrent=Part("qBittorrent"))
    house = running_house(bare)
    assert [group.id for group in house.groups] == ["matinee", "download", "serve"]
    assert "Pipeline -> nobody yet" in write_document(house)


@pytest.mark.parametrize("inside", [False, True])
def test_the_usenet_engine_has_its_links_and_its_flow(*, inside: bool) -> None:
    house = running_house(replace(PARTS, usenet=Part("Usenet Engine"), usenet_is_inside=inside))
    way = "usenet-tunnel" if inside else "usenet-internet"
    assert {"pipeline-usenet", way} <= {link.id for link in house.links}
    (flow,) = [flow for flow in house.flows if flow.name == "Usenet"]
    assert way in flow.links
    assert {link for flow in house.flows for link in flow.links} <= {link.id for link in house.links}
    assert "Usenet Engine" in write_document(house)


async def test_without_a_tunnel_the_map_is_red_and_says_why() -> None:
    reports = await Prober(running_house(PARTS), house_checks(PARTS)).probe()
    red = {report.link_id: report.reason for report in reports if report.state is LinkState.RED}
    assert red["torrent-tunnel"] == red["tunnel-internet"] == NO_TUNNEL_REASON


async def test_with_a_tunnel_its_device_is_asked() -> None:
    parts = replace(PARTS, tunnel="interface lo")
    prober = Prober(running_house(parts), house_checks(parts))
    report = await prober.probe_link("torrent-tunnel")
    if not Path("/sys/class/net/lo").exists():
        pytest.skip("no /sys/class/net/lo")
    assert report is not None and (report.state, report.seen) == (LinkState.GREEN, "lo is up")
    missing = replace(PARTS, tunnel="interface wg77")
    report = await Prober(running_house(missing), house_checks(missing)).probe_link("torrent-tunnel")
    assert report is not None and "wg77" in report.reason


async def test_an_unknown_tunnel_mode_is_never_taken_for_safe() -> None:
    parts = replace(PARTS, tunnel="magic")
    report = await Prober(running_house(parts), house_checks(parts)).probe_link("torrent-tunnel")
    assert report is not None and report.state is LinkState.RED and "'magic'" in report.reason


async def test_the_library_is_really_linked_to(tmp_path: Path) -> None:
    for folder in ("downloads", "library"):
        (tmp_path / folder).mkdir()
    parts = replace(PARTS, downloads=f"{tmp_path}/downloads", library=f"{tmp_path}/library")
    report = await Prober(running_house(parts), house_checks(parts)).probe_link("pipeline-library")
    assert report is not None and report.state is LinkState.GREEN
