"""What the owner writes is understood, or every mistake is named with its cure."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from matinee.kernel.errors import NotFound, Refused
from matinee.topology import Topology, load, read
from tests.topology.maps import SMALL, small, tables, with_link, with_service


def complaint(tables: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refusal:
        read(tables)
    return str(refusal.value)


def test_a_link_is_called_by_its_ends_or_by_its_own_id() -> None:
    topology = read(with_link("user", "radarr", id="second-wish"))
    assert [link.id for link in topology.links] == ["user-radarr", "radarr-prowlarr", "second-wish"]


def test_the_target_answers_unless_said_otherwise() -> None:
    topology = read(with_link("prowlarr", "user", answerer="source"))
    assert [link.answering for link in topology.links] == ["radarr", "prowlarr", "prowlarr"]


def test_a_map_survives_being_dumped_and_validated_again() -> None:
    topology = small()
    assert Topology.model_validate(topology.model_dump(mode="json")) == topology


def test_nothing_can_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        small().services[0].title = "Somebody else"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (with_link("radarr", "prowlar"), "link radarr -> prowlar: there is no service or group 'prowlar'"),
        (with_link("radarr", "prowlar"), "did you mean 'prowlarr'?"),
        (with_link("radarr", "Search & Index"), "link 'radarr -> Search & Index': `target`"),
        (with_link("user", "radarr"), "two links are called 'user-radarr': give one of them an `id`"),
        (with_link("user", "user"), "both ends are the same"),
        (with_link("arrs", "radarr"), "one end stands inside the other"),
        (with_service(id="radarr", title="R", role="movies", group="arrs"), "two services are called 'radarr'"),
        (with_service(id="arrs", title="R", role="movies"), "'arrs' is a group and a service"),
        (with_service(id="end", title="R", role="movies"), "'end' is a word of the Mermaid language"),
        (with_service(id="x", title="X", role="movies", group="arr"), "there is no group 'arr'; did you mean 'arrs'?"),
        (with_service(id="x", title="X", role="movies", look="serch"), "no look 'serch'; did you mean 'search'?"),
        (with_service(id="x", title="X", role="moveis"), "service 'x': `role` is 'moveis'; did you mean 'movies'?"),
        (with_service(id="x", title="X", role="zzz"), "`role` is 'zzz'; it can be person, internet"),
        (with_service(id="x", title="X"), "service 'x': `role` is missing"),
        (with_service(id="x", title="X", role="movies", ulr="http://x"), "'x': unknown key 'ulr'; did you mean 'url'?"),
        (with_service(id="x", title="X", role="movies", url="nowhere"), "service 'x': `url` is 'nowhere'"),
        (with_service(id="x", title="a\nb", role="movies"), "service 'x': `title`"),
        (with_service(id="x-y", title="X", role="movies"), "service 'x-y': `id`"),
        (tables(groups=[{**SMALL["groups"][0], "host": "box1"}]), "there is no host 'box1'; did you mean 'box-1'?"),
        (tables(groups=[*SMALL["groups"], {"id": "lonely", "title": "L"}]), "group 'lonely' is empty"),
        (tables(flows=[{**SMALL["flows"][0], "links": ["radar-prowlarr"]}]), "did you mean 'radarr-prowlarr'?"),
        (tables(looks={"search": {"fill": "red", "stroke": "#000", "color": "#fff"}}), "[looks.search]: `fill`"),
        (tables(serivces=[]), "there is no table 'serivces'; did you mean 'services'?"),
        (tables(document={"titel": "x"}), "[document]: unknown key 'titel'; did you mean 'title'?"),
        (tables(hosts="box-1"), "[hosts]: `hosts`"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_cure(wrong: dict[str, Any], words: str) -> None:
    assert words in complaint(wrong)


def test_a_service_called_by_its_title_is_recognised() -> None:
    services = [*SMALL["services"], {"id": "qbit", "title": "qBittorrent", "role": "torrent", "group": "arrs"}]
    wrong = tables(services=services, links=[{"source": "radarr", "target": "qBittorrent", "protocol": "qbittorrent"}])
    assert "did you mean 'qbit'?" in complaint(wrong)


def test_all_mistakes_are_told_at_once() -> None:
    words = complaint(
        {**with_link("radarr", "nobody"), "flows": [{"name": "F", "path": "p", "protocol": "x", "links": ["a-b"]}]}
    )
    assert "'nobody'" in words and "'a-b'" in words


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        ({"groups": ["arr"], "outside": ["user"]}, "there is no group 'arr'; did you mean 'arrs'?"),
        ({"groups": ["arrs"], "outside": ["usr"]}, "there is no service 'usr' to stand outside; did you mean 'user'?"),
        ({"groups": ["arrs"], "outside": ["user", "radarr"]}, "'radarr' stands in the group 'arrs' already"),
        ({"groups": ["arrs", "arrs"], "outside": ["user"]}, "'arrs' is listed twice"),
        ({"groups": ["arrs"]}, "service 'user' stands in no group and no graph"),
        ({"outside": ["user"]}, "group 'arrs' stands in no graph"),
    ],
)
def test_a_graph_shows_what_exists_and_leaves_nothing_out(graph: dict[str, Any], words: str) -> None:
    assert words in complaint(tables(graphs=[{"id": "g", "title": "G", **graph}]))


def test_a_link_across_two_graphs_would_be_lost_and_is_refused() -> None:
    graphs = [{"id": "a", "title": "A", "groups": ["arrs"]}, {"id": "b", "title": "B", "outside": ["user"]}]
    assert "link user -> radarr: no graph shows both ends" in complaint(tables(graphs=graphs))


def test_other_peoples_tables_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "matinee.toml"
    file.write_text(
        '[server]\nport = 1\n[library]\nfolder = "x"\n[[services]]\nid = "a"\ntitle = "A"\nrole = "person"\n', "utf-8"
    )
    assert [service.id for service in load(file).services] == ["a"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"none\.toml: there is no such file"):
        load(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[[services\n", "utf-8")
    with pytest.raises(Refused, match=r"broken\.toml is not valid TOML"):
        load(broken)
    broken.write_bytes(b'title = "\xff"')
    with pytest.raises(Refused, match=r"broken\.toml is not valid TOML"):
        load(broken)
    with pytest.raises(Refused, match="cannot be read"):
        load(tmp_path)


def test_an_empty_map_is_a_map() -> None:
    assert read({}).services == ()
