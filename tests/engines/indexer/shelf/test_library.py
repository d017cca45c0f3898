"""The shelf of definitions: filled from wherever the owner says, quick to look over, and never emptied by a silence."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from matinee.engines.indexer.shelf import library as shelf_library
from matinee.engines.indexer.shelf.library import Library
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.kernel.guard import Guard, PointsInside
from matinee.media.indexing import Function, Privacy
from tests.engines.indexer.shelf.packages import definition, package

SAMPLE = Path(__file__).parents[5] / "shared/definitions"
URL = "https://definitions.test/package.zip"
NIGHT = datetime(2026, 5, 1, tzinfo=UTC)


class Remote:
    """An address with a package that can change, and can fall silent."""

    def __init__(self, *ids: str) -> None:
        self.ids, self.asked, self.status = list(ids), 0, 200
        self.conditional: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        if self.status == 0:
            raise httpx2.ConnectError("silent", request=request)
        etag = f'"{len(self.ids)}"'
        self.conditional.append(request.headers.get("if-none-match", ""))
        if request.headers.get("if-none-match") == etag:
            return httpx2.Response(304)
        files = {f"package/{id}.yml": definition(id, id.title()) for id in self.ids}
        return httpx2.Response(self.status, content=package(files), headers={"etag": etag})


def library(source: str | Path | None, state: Path, *, remote: Remote | None = None, at: datetime = NIGHT) -> Library:
    return Library(source, state, transport=httpx2.MockTransport(remote) if remote else None, clock=lambda: at)


async def test_a_folder_is_a_shelf(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.yml").write_text(definition("aaa", "Zebra"))
    (tmp_path / "in/b.yml").write_text(
        definition("bbb", "Ant").replace("type: private", "type: private\nreplaces: [old-b]")
    )
    (tmp_path / "in/broken.yml").write_text("id: broken\nname: [")
    shelf = library(tmp_path / "in", tmp_path / "state")
    first = shelf.summaries()[0]
    assert [one.id for one in shelf.summaries()] == ["bbb", "aaa"]
    assert (first.name, first.privacy, first.language, first.links) == (
        "Ant", Privacy.PRIVATE, "en-US", ("https://tracker.test/",),
    )  # fmt: skip
    assert first.ids(Function.MOVIE) == {"imdbid"}
    assert first.ids(Function.TV) == frozenset()
    assert {2040, 5040, 3000} <= set(first.categories)
    assert list(shelf.refused()) == ["broken.yml"]
    assert shelf.get("bbb").name == "Ant"
    assert shelf.get("old-b") is shelf.get("bbb")
    assert dict(shelf.definitions()).keys() == {"aaa", "bbb"}
    with pytest.raises(NotFound, match="no indexer definition has the id 'ccc'"):
        shelf.get("ccc")
    with pytest.raises(KeyError):
        shelf.definitions()["ccc"]


def test_the_owners_own_definition_wins(tmp_path: Path) -> None:
    for folder, name in (("in", "Public"), ("in/Custom", "Beside"), ("state/custom", "Own")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.yml").write_text(definition("aaa", name))
    shelf = library(tmp_path / "in", tmp_path / "state")
    assert [(one.name, one.is_custom) for one in shelf.summaries()] == [("Own", True)]
    assert shelf.get("aaa").name == "Own"
    assert all("same id" in reason for reason in shelf.refused().values())


async def test_the_newest_version_of_a_definition_wins(tmp_path: Path) -> None:
    for version in ("v9", "v11", "v10"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a.yml").write_text(definition("aaa", version))
    assert library(tmp_path, tmp_path / "state").get("aaa").name == "v11"


async def test_a_zip_file_is_a_shelf(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(package({"package/a.yml": definition("aaa")}))
    shelf = library(tmp_path / "p.zip", tmp_path / "state")
    assert [one.id for one in shelf.summaries()] == ["aaa"]
    (tmp_path / "p.zip").write_bytes(package({"package/b.yml": definition("bbb")}))
    assert await shelf.refresh()
    assert not await shelf.refresh()
    assert [one.id for one in shelf.summaries()] == ["bbb"]


async def test_an_address_is_asked_once_a_day_whether_it_changed(tmp_path: Path) -> None:
    remote = Remote("aaa")
    assert await library(URL, tmp_path, remote=remote).refresh()
    assert not await library(URL, tmp_path, remote=remote, at=NIGHT + timedelta(hours=23)).refresh()
    assert remote.asked == 1
    assert not await library(URL, tmp_path, remote=remote, at=NIGHT + timedelta(hours=25)).refresh()
    assert remote.conditional == ["", '"1"']
    remote.ids.append("bbb")
    shelf = library(URL, tmp_path, remote=remote, at=NIGHT + timedelta(days=3))
    assert len(shelf.summaries()) == 1
    assert await shelf.refresh()
    assert [one.id for one in shelf.summaries()] == ["aaa", "bbb"]
    assert await shelf.refresh(at_once=True) is False


async def test_a_silent_address_leaves_the_last_package(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    remote = Remote("aaa")
    await library(URL, tmp_path, remote=remote).refresh()
    for remote.status in (0, 500, 404):
        shelf = library(URL, tmp_path, remote=remote, at=NIGHT + timedelta(days=2))
        assert not await shelf.refresh()
        assert [one.id for one in shelf.summaries()] == ["aaa"]
    assert "the last ones are used" in caplog.text


@pytest.mark.parametrize(("status", "kind"), [(0, Unreachable), (503, Unreachable), (404, Refused)])
async def test_a_silent_address_is_told_when_there_is_nothing_yet(
    tmp_path: Path, status: int, kind: type[Exception]
) -> None:
    remote = Remote("aaa")
    remote.status = status
    with pytest.raises(kind, match=r"the definitions at https://definitions.test/package.zip"):
        await library(URL, tmp_path, remote=remote).refresh()
    with pytest.raises(NotFound, match="not downloaded yet"):
        library(URL, tmp_path, remote=remote).summaries()


async def test_a_package_without_definitions_replaces_nothing(tmp_path: Path) -> None:
    remote = Remote("aaa")
    await library(URL, tmp_path, remote=remote).refresh()
    remote.ids = []
    shelf = library(URL, tmp_path, remote=remote, at=NIGHT + timedelta(days=2))
    assert not await shelf.refresh()
    assert [one.id for one in shelf.summaries()] == ["aaa"]


async def test_an_address_in_the_house_is_not_asked_unless_it_is_allowed(tmp_path: Path) -> None:
    remote, url = Remote("aaa"), "http://192.168.1.1/package.zip"
    transport = httpx2.MockTransport(remote)
    with pytest.raises(PointsInside):
        await Library(url, tmp_path, guard=Guard(), transport=transport).refresh()
    assert await Library(url, tmp_path, guard=Guard().allowing(url), transport=transport).refresh()
    assert remote.asked == 1


def test_a_list_is_remembered_by_what_the_files_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yml").write_text(definition("aaa"))
    (tmp_path / "broken.yml").write_text("id: [")
    first = library(tmp_path, tmp_path / "state")
    told = (first.summaries(), dict(first.refused()))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the file is read again")

    monkeypatch.setattr(shelf_library, "read_definition", never)
    again = library(tmp_path, tmp_path / "state")
    assert (again.summaries(), dict(again.refused())) == told
    (tmp_path / "state/summaries.json").write_text('{"shape": 0')
    with pytest.raises(AssertionError):
        library(tmp_path, tmp_path / "state").summaries()


def test_there_may_be_no_source_at_all(tmp_path: Path) -> None:
    assert library(None, tmp_path).summaries() == ()
    with pytest.raises(NotFound, match="no folder or zip"):
        library(tmp_path / "nowhere", tmp_path).summaries()


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample of public definitions is not here (../shared/definitions)")
def test_six_hundred_files_are_listed_within_seconds(tmp_path: Path) -> None:
    for copy in range(4):
        (tmp_path / f"in/{copy}").mkdir(parents=True)
        for path in SAMPLE.glob("*.yml"):
            text = path.read_text("utf-8").replace("\nid: ", f"\nid: c{copy}-", 1)
            (tmp_path / f"in/{copy}/{path.name}").write_text(text)
    began = time.perf_counter()
    cold = library(tmp_path / "in", tmp_path / "state").summaries()
    between = time.perf_counter()
    warm = library(tmp_path / "in", tmp_path / "state").summaries()
    ended = time.perf_counter()
    assert cold == warm
    assert len(cold) == 4 * len(list(SAMPLE.glob("*.yml")))
    print(f"{len(cold)} definitions: {between - began:.2f} s cold, {ended - between:.2f} s warm")
    assert between - began < 10  # measured: 1 s; a busy machine is given time
