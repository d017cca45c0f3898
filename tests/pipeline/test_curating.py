import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.formats import Subject
from matinee.media.formats.numbers import Product
from matinee.media.parse import read_name
from matinee.pipeline.curating import LARGEST_PAPER, Outcome, Paper, Told, fetch_papers, papers_at, take_in
from matinee.pipeline.taste import Tastes
from matinee.store.profiles import read_formats, read_profiles


@pytest.fixture
async def tastes(opened: Database) -> Tastes:
    made = Tastes(opened)
    await made.open()
    return made


def a_format(name: str, expression: str = "web", **more: Any) -> dict[str, Any]:
    look = {"name": "n", "implementation": "ReleaseTitleSpecification", "fields": {"value": expression}}
    return {"name": name, "specifications": [look], **more}


def a_profile(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "cutoff": "WEBDL-1080p", "items": [{"name": "WEBDL-1080p", "allowed": True}], **more}


def paper(path: str, told: Any) -> Paper:
    return Paper(path, json.dumps(told).encode())


def outcomes(told: list[Told]) -> dict[str, Outcome]:
    return {one.path: one.outcome for one in told}


def answering(answer: Callable[[httpx2.Request], httpx2.Response]) -> httpx2.MockTransport:
    return httpx2.MockTransport(answer)


async def test_one_bad_file_never_loses_the_others(tastes: Tastes) -> None:
    told = await take_in(
        tastes,
        [
            paper("cf/good.json", a_format("Good")),
            Paper("cf/broken.json", b"{"),
            paper("cf/odd.json", {"something": "else"}),
            paper("cf/slow.json", a_format("Slow", "(a+)+b")),
            Paper("cf/locked.json", fault="it cannot be read: Permission denied"),
            paper("cf/better.json", a_format("Better", "web-dl")),
        ],
    )
    assert outcomes(told) == {
        "cf/good.json": Outcome.ADDED,
        "cf/better.json": Outcome.ADDED,
        "cf/broken.json": Outcome.REFUSED,
        "cf/odd.json": Outcome.REFUSED,
        "cf/slow.json": Outcome.REFUSED,
        "cf/locked.json": Outcome.REFUSED,
    }
    assert all(one.why for one in told if one.outcome is Outcome.REFUSED)
    assert {"Good", "Better"} <= {one.name for one in tastes.now.formats.formats}


async def test_a_taste_that_changes_holds_at_once(tastes: Tastes) -> None:
    before = tastes.now
    await take_in(tastes, [paper("x.json", a_format("Lab only", "-lab$"))])
    subject = Subject(read_name("Tin.Comet.2021.1080p.WEB-DL.H.264-LAB"))
    assert "Lab only" in tastes.now.formats.matches(subject)
    assert "Lab only" not in before.formats.matches(subject)
    assert tastes.now.version == before.version + 1


async def test_what_is_taken_in_again_is_renewed(tastes: Tastes) -> None:
    first = a_format("Web", trash_id="1")
    renamed = a_format("WEB", "dl", trash_id="1", trash_scores={"default": 3})
    await take_in(tastes, [paper("a.json", first)])
    (told,) = await take_in(tastes, [paper("a.json", renamed)])
    assert told.outcome is Outcome.RENEWED
    (kept,) = [one for one in tastes.now.formats.formats if one.trash_id == "1"]
    assert (kept.name, kept.proposed) == ("WEB", {"default": 3})


async def test_two_formats_of_one_name_for_two_products_are_both_kept(tastes: Tastes) -> None:
    papers = [
        paper("json/radarr/cf/x.json", a_format("Tier", "a", trash_id="1")),
        paper("json/sonarr/cf/x.json", a_format("Tier", "b", trash_id="2")),
    ]
    for expected in (Outcome.ADDED, Outcome.RENEWED):
        assert set(outcomes(await take_in(tastes, papers)).values()) == {expected}
    names = {one.name for one in tastes.now.formats.formats if one.trash_id in ("1", "2")}
    assert names == {"Tier", "Tier (Sonarr)"}


async def test_the_folder_tells_whose_numbers_they_are(tastes: Tastes) -> None:
    look = {"name": "n", "implementation": "SourceSpecification", "fields": {"value": 7}}
    for folder in ("radarr", "sonarr"):
        told = {"name": folder, "specifications": [look]}
        await take_in(tastes, [paper(f"{folder}/x.json", told)])
    sources = {one.name: one.conditions[0].value for one in tastes.now.formats.formats}
    assert (sources["radarr"], sources["sonarr"]) == ("webdl", "bluray remux")


async def test_a_profile_is_scored_by_the_formats_that_come_with_it(tastes: Tastes) -> None:
    papers = [
        paper("p.json", a_profile("Guide", formatItems={"Web": "1", "Missing": "2"})),
        paper("f.json", a_format("Web", trash_id="1", trash_scores={"default": 12})),
    ]
    told = {one.path: one for one in await take_in(tastes, papers)}
    assert told["p.json"].why == "left out, as they are not known here: Missing"
    assert tastes.now.profiles["Guide"].scores == {"Web": 12}


async def test_a_profile_that_cannot_be_meant_is_refused_and_the_rest_kept(tastes: Tastes) -> None:
    told = await take_in(
        tastes, [paper("p.json", a_profile("Odd", cutoff="Remux-2160p")), paper("q.json", a_profile("Sound"))]
    )
    assert outcomes(told) == {"p.json": Outcome.REFUSED, "q.json": Outcome.ADDED}
    assert "Odd" not in tastes.now.profiles


async def test_one_table_of_sizes_is_kept_and_of_several_none(tastes: Tastes) -> None:
    table = {"type": "movie", "qualities": [{"quality": "WEBDL-1080p", "min": 10, "preferred": 30, "max": 60}]}
    told = await take_in(tastes, [paper("a.json", table), paper("b.json", table)])
    assert {one.outcome for one in told} == {Outcome.REFUSED}
    await take_in(tastes, [paper("a.json", table)])
    assert tastes.now.preferences.sizes["WEBDL-1080p"].most == 60


async def test_a_file_may_hold_a_list(tastes: Tastes) -> None:
    told = await take_in(tastes, [paper("all.json", [a_format("One"), a_format("Two")])], Product.SONARR)
    assert [one.name for one in told] == ["One", "Two"]


def test_a_folder_is_walked_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.json").write_text("{}")
    (tmp_path / "b.json").write_bytes(b"x" * (LARGEST_PAPER + 1))
    (tmp_path / "c.txt").write_text("{}")
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    found = {one.path: (one.text, one.fault) for one in papers_at(tmp_path)}
    assert found == {"deep/er/a.json": (b"{}", ""), "b.json": (b"", "it is larger than 1024 KB")}


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read: No such file"):
        list(papers_at(tmp_path / "none"))


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_a_zip_is_unpacked_but_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "guides.zip"
    path.write_bytes(zipped({"a/x.json": b"{}", "readme.md": b"", "big.json": b"0" * 50_000_000}))
    assert [(one.path, one.text, bool(one.fault)) for one in papers_at(path)] == [
        ("a/x.json", b"{}", False),
        ("big.json", b"", True),
    ]


@pytest.mark.parametrize("cut", [4, 30, -30])
def test_a_broken_zip_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "guides.zip"
    path.write_bytes(zipped({"a.json": b"{}"})[:cut])
    with pytest.raises(Refused, match="broken zip"):
        list(papers_at(path))


async def test_an_address_answers_with_a_file_or_a_zip() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        body = zipped({"radarr/a.json": b"{}"}) if request.url.path.endswith(".zip") else b"[]"
        return httpx2.Response(200, content=body)

    assert await fetch_papers("https://guides.test/x/all.zip", answering(answer)) == [Paper("radarr/a.json", b"{}")]
    assert await fetch_papers("https://guides.test/x/one.json?raw=1", answering(answer)) == [Paper("one.json", b"[]")]


@pytest.mark.parametrize(("status", "error"), [(404, NotFound), (500, Unreachable)])
async def test_an_address_that_does_not_answer_is_told_by_its_host(status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"The guide at guides\.test"):
        await fetch_papers("https://guides.test/x.json", answering(lambda request: httpx2.Response(status)))


async def test_a_house_that_is_told_of_a_profile_that_is_none_says_which_there_are(opened: Database) -> None:
    with pytest.raises(Refused, match=r"library\.profile: there is no profile 'Ultra'; there are: '1080p, small', "):
        await Tastes(opened, "Ultra").open()


async def test_what_is_refused_changes_nothing(tastes: Tastes, opened: Database) -> None:
    before = tastes.now

    def fail(tx: Any) -> None:
        raise Refused("no")

    with pytest.raises(Refused):
        await tastes.change(fail)
    assert tastes.now is before
    assert len(await opened.read(read_profiles)) == len(before.profiles)
    assert len(await opened.read(read_formats)) == len(before.formats.formats)
