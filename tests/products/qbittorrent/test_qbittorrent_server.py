"""Our engine answers as qBittorrent does, and to nobody without a session."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from matinee.engines.torrent import LibtorrentEngine
from matinee.pipeline.torrent_port import TorrentOrder
from matinee.products.qbittorrent.login import BAN_SECONDS, SESSION_SECONDS, TRIES, Banned, Door
from matinee.products.qbittorrent.server import READS, WRITES, qbittorrent_app
from matinee.products.qbittorrent.wire import PREFIX
from tests.engines.torrent.swarm import Made, seeding, until

USERNAME, PASSWORD = "owner", "correct horse"
LOGIN = {"username": USERNAME, "password": PASSWORD}
Line = httpx2.AsyncClient


@pytest.fixture
async def stranger(engine: LibtorrentEngine) -> AsyncIterator[Line]:
    transport = httpx2.ASGITransport(app=qbittorrent_app(engine, username=USERNAME, password=PASSWORD))
    async with Line(transport=transport, base_url=f"http://engine{PREFIX}") as line:
        yield line


@pytest.fixture
async def line(stranger: Line) -> Line:
    """Logged in."""
    assert (await stranger.post("auth/login", data=LOGIN)).text == "Ok."
    return stranger


@pytest.mark.parametrize("name", sorted({**READS, **WRITES}))
async def test_nothing_is_answered_without_a_session(stranger: Line, name: str) -> None:
    for answer in (await stranger.get(name), await stranger.post(name)):
        assert (answer.status_code, answer.text) == (403, "Forbidden")


@pytest.mark.parametrize("name", sorted(WRITES))
async def test_nothing_is_changed_by_a_get(line: Line, name: str) -> None:
    assert (await line.get(name)).status_code == 405


async def test_a_wrong_password_fails(stranger: Line) -> None:
    for form in ({}, {**LOGIN, "password": "wrong"}, {**LOGIN, "username": "other"}):
        assert (await stranger.post("auth/login", data=form)).text == "Fails."
    assert (await stranger.get("app/version")).status_code == 403


async def test_many_wrong_passwords_are_a_ban(stranger: Line) -> None:
    for _ in range(TRIES):
        await stranger.post("auth/login", data={**LOGIN, "password": "wrong"})
    answer = await stranger.post("auth/login", data=LOGIN)
    assert answer.status_code == 403
    assert "banned" in answer.text


async def test_a_logout_ends_the_session(line: Line) -> None:
    cookie = line.cookies["SID"]
    await line.post("auth/logout")
    assert (await line.get("app/version", headers={"Cookie": f"SID={cookie}"})).status_code == 403


async def test_another_sites_page_cannot_use_the_cookie(line: Line) -> None:
    for header in ("Origin", "Referer"):
        assert (await line.get("app/version", headers={header: "http://evil.example/x"})).status_code == 401
        assert (await line.get("app/version", headers={header: "http://engine/x"})).status_code == 200


async def test_a_body_that_is_too_large_is_not_read(line: Line) -> None:
    answer = await line.post("torrents/add", content=b"x", headers={"Content-Length": str(10**10)})
    assert answer.status_code == 413


async def test_an_unknown_call_is_not_found(line: Line) -> None:
    assert (await line.get("torrents/nonsense")).status_code == 404


@pytest.mark.parametrize(
    ("name", "form", "status"),
    [
        ("torrents/properties", {}, 400),
        ("torrents/properties", {"hash": "abc"}, 404),
        ("torrents/files", {"hash": "abc"}, 404),
        ("torrents/stop", {}, 400),
        ("torrents/delete", {"hashes": "abc"}, 400),
        ("torrents/createCategory", {"category": ""}, 400),
        ("torrents/createCategory", {"category": "a//b"}, 409),
        ("torrents/createCategory", {"category": "films", "savePath": "/etc"}, 400),
        ("torrents/editCategory", {"category": "nothing"}, 409),
        ("torrents/filePrio", {"hash": "abc", "id": "x", "priority": "1"}, 400),
        ("torrents/filePrio", {"hash": "abc", "id": "0", "priority": "3"}, 400),
        ("torrents/topPrio", {"hashes": "all"}, 409),
        ("torrents/setShareLimits", {"hashes": "all", "ratioLimit": "x", "seedingTimeLimit": "1"}, 400),
        ("torrents/setShareLimits", {"hashes": "all", "ratioLimit": "inf", "seedingTimeLimit": "1"}, 400),
        ("torrents/info", {"limit": "x"}, 400),
        ("sync/maindata", {"wait": "-1"}, 400),
        ("app/setPreferences", {"json": "rubbish"}, 400),
        ("app/setPreferences", {"json": '{"listen_port": 70000}'}, 400),
        ("app/setPreferences", {"json": '{"max_ratio_act": 7}'}, 400),
    ],
)
async def test_bad_input_is_told_and_changes_nothing(
    line: Line, engine: LibtorrentEngine, name: str, form: dict[str, str], status: int
) -> None:
    before = (engine.preferences(), dict(engine.categories()), dict(engine.torrents()))
    answer = await line.post(name, data=form)
    assert answer.status_code == status
    assert answer.text
    assert (engine.preferences(), dict(engine.categories()), dict(engine.torrents())) == before


async def test_adding_answers_as_the_real_one(line: Line, film: Made) -> None:
    async def add(**more: Any) -> tuple[int, str]:
        answer = await line.post("torrents/add", **more)
        return answer.status_code, answer.text

    upload = {"torrents": ("a.torrent", film.torrent)}
    assert await add() == (200, "Fails.")
    assert await add(data={"urls": "rubbish"}) == (200, "Fails.")
    assert (await add(files={"torrents": ("a.torrent", b"rubbish")}))[0] == 415
    assert await add(files=upload, data={"category": "new", "tags": "a, b", "stopped": "true"}) == (200, "Ok.")
    assert await add(files=upload) == (200, "Fails.")
    (row,) = (await line.get("torrents/info")).json()
    assert (row["state"], row["category"], row["tags"]) == ("stoppedDL", "new", "a, b")


async def test_an_error_is_told_in_words(line: Line, engine: LibtorrentEngine, film: Made) -> None:
    id = await engine.add(TorrentOrder(torrent=film.torrent, stopped=True))
    live = engine._swarm.live(id)
    await engine._swarm.put(live, live.record.__class__(**{**_fields(live.record), "refusal": "the disk is full"}))
    (row,) = (await line.get("torrents/info", params={"filter": "errored"})).json()
    assert (row["state"], row["matinee_message"]) == ("error", "the disk is full")
    assert (await line.get("torrents/properties", params={"hash": id})).json()["matinee_message"] == "the disk is full"


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


# sync/maindata


async def news(line: Line, rid: int, wait: float = 0) -> dict[str, Any]:
    answer: dict[str, Any] = (await line.get("sync/maindata", params={"rid": rid, "wait": wait})).json()
    return answer


async def test_only_changes_are_told_after_the_first_time(line: Line, engine: LibtorrentEngine, film: Made) -> None:
    first = await news(line, 0)
    assert first["full_update"]
    assert "torrents" not in first
    id = await engine.add(TorrentOrder(torrent=film.torrent, stopped=True, category="films"))
    second = await news(line, first["rid"])
    assert "full_update" not in second
    assert second["torrents"][id]["state"] == "stoppedDL"
    assert second["categories"] == {"films": {"name": "films", "savePath": ""}}
    await engine.set_tags([id], add=["tonight"])
    third = await news(line, second["rid"])
    assert third["torrents"] == {id: {"tags": "tonight"}}
    assert third["tags"] == ["tonight"]
    await engine.remove([id], delete_files=False)
    await engine.drop_categories(["films"])
    await engine.drop_tags(["tonight"])
    fourth = await news(line, third["rid"])
    assert fourth["torrents_removed"] == [id]
    assert (fourth["categories_removed"], fourth["tags_removed"]) == (["films"], ["tonight"])


async def test_an_answer_that_was_lost_is_told_again(line: Line, engine: LibtorrentEngine, film: Made) -> None:
    first = await news(line, 0)
    id = await engine.add(TorrentOrder(torrent=film.torrent, stopped=True))
    lost = await news(line, first["rid"])
    again = await news(line, first["rid"])
    assert again["torrents"][id] == lost["torrents"][id]
    assert "full_update" not in again


async def test_an_unknown_rid_gets_everything(line: Line) -> None:
    assert (await news(line, 77))["full_update"]


async def test_a_waiting_client_is_answered_at_a_change(line: Line, engine: LibtorrentEngine, film: Made) -> None:
    first = await news(line, 0)
    waiting = asyncio.create_task(news(line, first["rid"], wait=60))
    await asyncio.sleep(0)
    id = await engine.add(TorrentOrder(torrent=film.torrent, stopped=True))
    async with asyncio.timeout(5):
        assert id in (await waiting)["torrents"]


async def test_a_waiting_client_is_answered_after_its_time(line: Line) -> None:
    first = await news(line, 0)
    assert "torrents" not in await news(line, first["rid"], wait=0.05)


async def test_a_closing_engine_lets_waiting_clients_go(line: Line, engine: LibtorrentEngine) -> None:
    first = await news(line, 0)
    waiting = asyncio.create_task(news(line, first["rid"], wait=60))
    await asyncio.sleep(0)
    engine.release_waiters()
    async with asyncio.timeout(5):
        await waiting


async def test_deltas_add_up_to_the_whole(line: Line, engine: LibtorrentEngine, film: Made) -> None:
    rows: dict[str, dict[str, Any]] = {}
    with seeding(film, rate=500_000):
        id = await engine.add(TorrentOrder(torrent=film.torrent))
        rid = 0
        while rows.get(id, {}).get("progress", 0) < 1:
            answer = await news(line, rid, wait=5)
            rid = answer["rid"]
            for changed, fields in answer.get("torrents", {}).items():
                rows.setdefault(changed, {}).update(fields)
        await until(engine, id, lambda torrent: torrent.complete)
    final = (await news(line, rid)).get("torrents", {}).get(id, {})
    whole = (await news(line, 0))["torrents"][id]
    assert {**rows[id], **final}.keys() == whole.keys()


# Door


def test_a_session_ends_when_it_is_not_used() -> None:
    now = [0.0]
    door = Door("owner", "right", clock=lambda: now[0])
    id = door.enter("owner", "right", None)
    now[0] += SESSION_SECONDS - 1
    assert door.session(id)
    now[0] += SESSION_SECONDS + 1
    assert door.session(id) is None


def test_a_ban_ends_and_holds_for_one_address_only() -> None:
    now = [0.0]
    door = Door("owner", "right", clock=lambda: now[0])
    for _ in range(TRIES):
        door.enter("owner", "wrong", "10.0.0.9")
    with pytest.raises(Banned):
        door.enter("owner", "right", "10.0.0.9")
    assert door.enter("owner", "right", "10.0.0.8")
    now[0] += BAN_SECONDS + 1
    assert door.enter("owner", "right", "10.0.0.9")


def test_who_can_open_the_unix_socket_is_not_banned() -> None:
    door = Door("owner", "right")
    for _ in range(TRIES * 2):
        assert door.enter("owner", "wrong", None) is None
    assert door.enter("owner", "right", None)
