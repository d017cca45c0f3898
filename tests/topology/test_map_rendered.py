"""The map as facts, and the one door to all its forms."""

import json
from pathlib import Path

import pytest

from matinee.topology import Topology, load
from matinee.topology.as_json import as_json
from matinee.topology.document import write_document
from matinee.topology.render import Format, render
from matinee.topology.report import LinkState, by_link, state_of
from tests.topology.maps import SMALL, small, tables
from tests.topology.reports import green, grey, red

HOMELAB = Path(__file__).parents[2] / "deploy" / "homelab.toml"


@pytest.fixture(scope="module")
def homelab() -> Topology:
    return load(HOMELAB)


def test_the_facts_name_everything(homelab: Topology) -> None:
    facts = as_json(homelab)
    assert set(facts) == {"document", "looks", "hosts", "groups", "services", "links", "flows", "graphs"}
    assert [len(facts[name]) for name in ("hosts", "groups", "services", "links", "flows", "graphs")] == [
        3,
        9,
        27,
        33,
        11,
        2,
    ]
    radarr = next(service for service in facts["services"] if service["id"] == "radarr")
    assert radarr["host"] == "ct-media-01" and radarr["look"] == "search" and radarr["filled_by"] == "radarr"


def test_a_link_carries_what_its_last_check_found() -> None:
    facts = as_json(small(), by_link([red("user-radarr", "Radarr: wrong key")]))
    asked, unasked = facts["links"]
    assert asked == {
        "id": "user-radarr",
        "source": "user",
        "target": "radarr",
        "label": "Wish",
        "protocol": "http",
        "style": "solid",
        "topic": None,
        "state": "red",
        "reason": "Radarr: wrong key",
        "seen": "",
        "checked_at": "2026-11-24T20:15:00+00:00",
        "took_ms": 12,
    }
    assert (unasked["state"], unasked["reason"], unasked["checked_at"]) == ("grey", "not checked yet", None)


def test_no_login_leaves_with_an_address() -> None:
    services = [{**service, "url": "http://root:hunter2@box/x?apikey=abc"} for service in SMALL["services"]]
    hosts = [{"id": "box-1", "reach": "ssh://root:hunter2@box-1"}]
    text = render(small(services=services, hosts=hosts), "json")
    assert "hunter2" not in text and "abc" not in text
    assert "http://box/x" in text


def test_the_facts_are_valid_json(homelab: Topology) -> None:
    assert json.loads(render(homelab, "json")) == as_json(homelab)


def test_every_form_is_the_same_for_the_same_state(homelab: Topology) -> None:
    states = by_link([red("radarr-qbit"), green("n8n-n8n_db")])
    forms: tuple[Format, ...] = ("md", "mermaid", "json", "svg")
    for form in forms:
        assert render(homelab, form, states) == render(load(HOMELAB), form, states)


def test_the_page_and_the_graphs_come_through_the_same_door(homelab: Topology) -> None:
    assert render(homelab, "md") == write_document(homelab)
    assert render(homelab, "mermaid").count("flowchart ") == 2


def test_a_flow_is_as_well_as_its_worst_link() -> None:
    states = by_link([green("a"), red("b"), grey("c")])
    assert state_of(["a"], states) is LinkState.GREEN
    assert state_of(["a", "b", "c"], states) is LinkState.RED
    assert state_of(["a", "c"], states) is LinkState.GREY
    assert state_of(["a", "never asked"], states) is LinkState.GREY
    assert state_of([], states) is LinkState.GREY


def test_the_tables_of_the_tests_are_not_changed_by_the_tests() -> None:
    assert tables() == SMALL
