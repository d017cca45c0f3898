"""Our engine answers as SABnzbd: the shapes and the words that managers look for, and no right too many."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lxml import etree
from starlette.types import ASGIApp

from matinee.kernel.clock import now
from matinee.kernel.errors import Refused
from matinee.kernel.guard import Guard
from matinee.pipeline.usenet_port import JobState, Priority, UsenetCategory
from matinee.products.sabnzbd.fetching import guarded_fetch
from matinee.products.sabnzbd.keys import Keys
from matinee.products.sabnzbd.memory import Memory
from matinee.products.sabnzbd.server import CALLS, RIGHTS, SUB_CALLS, sabnzbd_app
from matinee.products.sabnzbd.wire import STATES, seconds_of, time_left, units
from tests.products.newznab.nzbs import NZB
from tests.products.sabnzbd.conftest import KEY, NZB_KEY
from tests.products.sabnzbd.engine import MIB, FakeEngine

Line = httpx2.AsyncClient


async def ask(line: Line, mode: str, **fields: str | int) -> Any:
    asked = {"apikey": KEY, "output": "json", "mode": mode, **fields}
    answer = await line.get("/sabnzbd/api", params=asked)
    assert answer.status_code == 200
    return answer.json()


async def upload(line: Line, name: str = "Tin Comet", *, key: str = KEY, content: bytes = NZB, **fields: Any) -> Any:
    file = {"name": (f"{name}.nzb", content, "application/x-nzb")}
    answer = await line.post("/api", params={"mode": "addfile", "apikey": key, "output": "json", **fields}, files=file)
    return answer.json()


async def added(line: Line, name: str = "Tin Comet", **fields: Any) -> str:
    return str((await upload(line, name, **fields))["nzo_ids"][0])


# who may do what


@pytest.mark.parametrize("mode", sorted({*CALLS, *SUB_CALLS, "shutdown", "nonsense", ""} - {"version", "auth"}))
async def test_nothing_is_answered_without_the_key(line: Line, mode: str, engine: FakeEngine) -> None:
    for name in ("", "delete", "speedlimit", "pause"):
        told = await ask(line, mode, apikey="", name=name, value="all")
        assert told == {"status": False, "error": "API Key Required"}
        told = await ask(line, mode, apikey="wrong-wrong-wrong", name=name, value="all")
        assert told == {"status": False, "error": "API Key Incorrect"}
    assert engine.revision == 1


async def test_the_key_for_adding_adds_and_does_nothing_else(line: Line, engine: FakeEngine) -> None:
    assert (await upload(line, key=NZB_KEY))["status"] is True
    for mode in {*CALLS, *SUB_CALLS} - RIGHTS.keys():
        assert (await ask(line, mode, apikey=NZB_KEY))["error"] == "API Key Incorrect"
    assert len(engine.jobs) == 1


async def test_an_upload_with_a_wrong_key_is_not_read(line: Line, engine: FakeEngine) -> None:
    assert (await upload(line, key="wrong"))["error"] == "API Key Incorrect"
    assert engine.given == []


async def test_a_key_in_the_form_is_as_good(line: Line) -> None:
    form = {"mode": "queue", "apikey": KEY, "output": "json"}
    assert "queue" in (await line.post("/api", data=form)).json()


def test_keys_that_can_be_guessed_are_refused() -> None:
    for api, nzb in (("short", ""), (KEY, "short"), (KEY, KEY), ("", "")):
        with pytest.raises(Refused):
            Keys(api, nzb)
    assert KEY not in repr(Keys(KEY, NZB_KEY))
    assert Keys(KEY).kind("") is None


async def test_version_and_auth_are_open_to_all(line: Line) -> None:
    assert await ask(line, "version", apikey="") == {"version": "5.0.0"}
    asked = [("", "apikey"), (KEY, "apikey"), (NZB_KEY, "nzbkey"), ("other", "badkey")]
    assert [(key, (await ask(line, "auth", apikey="", key=key))["auth"]) for key, _ in asked] == asked


async def test_what_is_not_offered_is_not_implemented(line: Line) -> None:
    for mode in ("shutdown", "restart", "watched_now", "eval_sort", "config", "nonsense"):
        assert await ask(line, mode) == {"status": False, "error": "not implemented"}
    assert (await ask(line, "queue", name="delete_nzf", value="a", value2="b"))["error"] == "not implemented"


async def test_no_file_of_the_machine_is_read_or_shown(line: Line, tmp_path: Path) -> None:
    (tmp_path / "secret.nzb").write_bytes(NZB)
    for mode in ("addlocalfile", "browse"):
        assert (await ask(line, mode, name=str(tmp_path / "secret.nzb")))["error"] == "Access denied"


# adding


async def test_an_nzb_is_uploaded(line: Line, engine: FakeEngine) -> None:
    told = await upload(line, cat="FILMS", priority="1", password="word")
    assert told == {"status": True, "nzo_ids": ["SABnzbd_nzo_1"]}
    (job,) = engine.jobs
    assert (job.name, job.category, job.priority, job.password) == ("Tin Comet", "films", Priority.HIGH, "word")
    assert engine.given == [NZB]


async def test_the_default_priority_is_that_of_the_category(line: Line, engine: FakeEngine) -> None:
    engine.known.append(UsenetCategory("late", priority=Priority.LOW))
    await added(line, priority="-100", cat="late")
    await ask(line, "queue", name="priority", value="SABnzbd_nzo_1", value2="-100")
    assert engine.jobs[0].priority is Priority.LOW


async def test_an_unknown_category_is_the_one_for_all_others(line: Line, engine: FakeEngine) -> None:
    await added(line, cat="nowhere")
    assert engine.jobs[0].category == "*"


async def test_what_is_refused_has_no_id_and_a_reason(line: Line) -> None:
    told = await upload(line, content=b"rubbish")
    assert told == {"status": False, "nzo_ids": [], "error": "this is not an NZB"}
    await added(line)
    assert (await upload(line))["nzo_ids"] == []
    assert (await ask(line, "addfile"))["error"] == "expects one parameter"


async def test_an_address_is_fetched(line: Line, engine: FakeEngine) -> None:
    told = await ask(line, "addurl", name="http://indexer.test/Night.Tram.nzb", nzbname="")
    assert told["nzo_ids"] == ["SABnzbd_nzo_1"]
    assert engine.jobs[0].name == "Night.Tram"


async def test_an_address_is_not_fetched_where_that_is_not_wanted(engine: FakeEngine) -> None:
    transport = httpx2.ASGITransport(app=sabnzbd_app(engine, Keys(KEY)))
    async with Line(transport=transport, base_url="http://sab.test") as line:
        assert "upload the NZB" in (await ask(line, "addurl", name="http://indexer.test/1"))["error"]


async def test_an_address_inside_the_house_is_never_called(engine: FakeEngine) -> None:
    app = sabnzbd_app(engine, Keys(KEY), fetch=guarded_fetch(Guard()))
    async with Line(transport=httpx2.ASGITransport(app=app), base_url="http://sab.test") as line:
        for url in ("http://127.0.0.1:1/x", "http://169.254.169.254/", "file:///etc/passwd", "nonsense"):
            told = await ask(line, "addurl", name=url)
            assert (told["status"], told["nzo_ids"]) == (False, [])
            assert told["error"]
    assert engine.given == []


async def test_a_body_that_is_too_large_is_not_read(line: Line) -> None:
    assert (await line.post("/api", headers={"content-length": str(2**30)}, content=b"")).status_code == 413


# the queue


async def test_a_slot_of_the_queue_has_the_shape_managers_read(line: Line, engine: FakeEngine) -> None:
    await added(line, cat="films", priority="2")
    engine.put("SABnzbd_nzo_1", state=JobState.DOWNLOADING, left=175 * MIB, missing=MIB)
    engine.speed = 5 * MIB
    queue = (await ask(line, "queue", start=0, limit=0, category="films"))["queue"]
    assert (queue["paused"], queue["status"], queue["noofslots"], queue["timeleft"]) == (
        False,
        "Downloading",
        1,
        "0:00:35",
    )
    assert (queue["kbpersec"], queue["speed"], queue["size"]) == ("5120.00", "5.0 M", "700.0 MB")
    (slot,) = queue["slots"]
    assert slot == slot | {
        "index": 0,
        "nzo_id": "SABnzbd_nzo_1",
        "status": "Downloading",
        "filename": "Tin Comet",
        "cat": "films",
        "priority": "Force",
        "mb": "700.00",
        "mbleft": "175.00",
        "mbmissing": "1.00",
        "percentage": "75",
        "timeleft": "0:00:35",
        "avg_age": "25d",
        "size": "700.0 MB",
        "sizeleft": "175.0 MB",
        "unpackopts": "3",
        "labels": [],
        "script": "None",
        "password": "",
    }


@pytest.mark.parametrize("state", list(JobState))
async def test_no_slot_has_a_status_that_managers_do_not_know(line: Line, engine: FakeEngine, state: JobState) -> None:
    await added(line)
    engine.put("SABnzbd_nzo_1", state=state, priority=Priority.PAUSED)
    queue, history = (await ask(line, "queue"))["queue"], (await ask(line, "history"))["history"]
    (slot,) = queue["slots"] + history["slots"]
    assert slot["status"] in set(STATES)
    assert slot.get("priority", "Normal") == "Normal"
    assert history["ppslots"] == len(history["slots"])


async def test_a_paused_queue_pauses_its_jobs_but_not_the_forced(line: Line) -> None:
    await added(line)
    await added(line, "Night Tram", priority="2")
    assert await ask(line, "pause") == {"status": True}
    queue = (await ask(line, "queue"))["queue"]
    assert (queue["status"], queue["paused"]) == ("Paused", True)
    assert [slot["status"] for slot in queue["slots"]] == ["Paused", "Queued"]
    await ask(line, "resume")
    assert (await ask(line, "queue"))["queue"]["status"] == "Idle"


async def test_an_encrypted_job_says_so_before_its_name(line: Line, engine: FakeEngine) -> None:
    await added(line)
    engine.put("SABnzbd_nzo_1", labels=("ENCRYPTED",))
    assert (await ask(line, "queue"))["queue"]["slots"][0]["filename"] == "ENCRYPTED / Tin Comet"


async def test_the_queue_is_filtered_and_paged(line: Line) -> None:
    for name in ("Tin Comet 2021", "Night Tram", "Tin Whistle"):
        await added(line, name, cat="films" if "Night" in name else "")

    async def names(**fields: str | int) -> list[str]:
        return [slot["filename"] for slot in (await ask(line, "queue", **fields))["queue"]["slots"]]

    assert await names(search="tin") == ["Tin Comet 2021", "Tin Whistle"]
    assert await names(search="tin*20") == ["Tin Comet 2021"]
    assert await names(category="films") == await names(cat="films") == ["Night Tram"]
    assert await names(start=1, limit=1) == ["Night Tram"]
    assert await names(nzo_ids="SABnzbd_nzo_1,SABnzbd_nzo_3") == ["Tin Comet 2021", "Tin Whistle"]
    assert await names(status="Paused") == await names(priority="2") == []
    assert (await ask(line, "queue", start=2, limit=1))["queue"]["slots"][0]["index"] == 2


async def test_jobs_are_sorted_moved_renamed_and_filed(line: Line, engine: FakeEngine) -> None:
    first, second, third = [await added(line, name) for name in ("b", "c", "a")]
    assert await ask(line, "queue", name="sort", sort="name", dir="asc") == {"status": True}
    assert [job.name for job in engine.jobs] == ["a", "b", "c"]
    assert await ask(line, "switch", value=second, value2=third) == {"result": {"position": 0, "priority": 0}}
    assert await ask(line, "switch", value=second, value2="2") == {"result": {"position": 2, "priority": 0}}
    assert (await ask(line, "switch", value="none", value2="0"))["result"]["position"] == -1
    assert await ask(line, "queue", name="priority", value=first, value2="1") == {"position": 1}
    assert await ask(line, "queue", name="priority", value="none", value2="1") == {"position": -1}
    assert (await ask(line, "queue", name="priority", value=first, value2="x"))["error"] == "expects integer value"
    assert await ask(line, "queue", name="rename", value=first, value2="d", value3="word") == {"status": True}
    assert (await ask(line, "queue", name="rename", value=first))["error"] == "expects two parameters"
    assert await ask(line, "change_cat", value=first, value2="films") == {"status": True}
    assert await ask(line, "change_cat", value=first, value2="nowhere") == {"status": False}
    assert await ask(line, "change_script", value=first, value2="None") == {"status": True}
    assert await ask(line, "change_script", value=first, value2="evil.sh") == {"status": False}
    job = engine.job(first)
    assert (job.name, job.password, job.category, job.priority) == ("d", "word", "films", Priority.HIGH)


async def test_jobs_are_paused_resumed_and_deleted(line: Line, engine: FakeEngine) -> None:
    id = await added(line)
    assert await ask(line, "queue", name="pause", value=f"{id},none") == {"status": True, "nzo_ids": [id]}
    assert engine.job(id).state is JobState.PAUSED
    assert await ask(line, "queue", name="resume", value="none") == {"status": False, "nzo_ids": []}
    assert await ask(line, "queue", name="delete", value=id, del_files=1) == {"status": True, "nzo_ids": [id]}
    assert engine.deleted == [(id, True)]
    assert await ask(line, "queue", name="delete", value=id) == {"status": False, "nzo_ids": []}
    assert (await ask(line, "queue", name="delete"))["error"] == "expects one parameter"
    ids = [await added(line, name) for name in ("Tin Comet", "Night Tram")]
    assert await ask(line, "queue", name="purge", search="tram") == {"status": True, "nzo_ids": ids[1:]}
    assert await ask(line, "queue", name="delete", value="all") == {"status": True, "nzo_ids": ids[:1]}


async def test_the_files_of_a_job(line: Line) -> None:
    files = (await ask(line, "get_files", value=await added(line)))["files"]
    assert [(file["filename"], file["status"], file["mbleft"]) for file in files] == [
        ("tram.mkv", "finished", "0.00"),
        ("tram.nfo", "queued", "1.00"),
    ]
    assert await ask(line, "get_files", value="none") == {"files": []}


async def test_who_waits_is_answered_when_something_changes(line: Line, engine: FakeEngine) -> None:
    told = (await ask(line, "queue", wait=30, rid=-1))["queue"]["matinee_rid"]
    await added(line)
    queue = (await ask(line, "queue", wait=30, rid=told))["queue"]
    assert queue["matinee_rid"] == engine.revision
    assert (await ask(line, "queue", wait=0, rid=engine.revision))["queue"]["slots"]
    assert "matinee_rid" not in (await ask(line, "queue"))["queue"]


# the history


async def test_a_finished_job_has_the_shape_managers_read(line: Line, engine: FakeEngine) -> None:
    id = await added(line, cat="films")
    engine.finish(id)
    history = (await ask(line, "history", start=0, limit=60, category="films"))["history"]
    (slot,) = history["slots"]
    assert slot == slot | {
        "nzo_id": id,
        "name": "Tin Comet",
        "nzb_name": "Tin Comet.nzb",
        "category": "films",
        "status": "Completed",
        "bytes": 700 * MIB,
        "download_time": 64,
        "fail_message": "",
        "storage": str(engine.complete_folder / "films" / "Tin Comet"),
        "stage_log": [{"name": "Download", "actions": ["in 64 seconds"]}],
        "retry": 0,
        "archive": False,
        "pp": "D",
    }
    assert (history["noofslots"], history["ppslots"], history["paused"]) == (1, 0, False)


async def test_a_job_that_is_unpacked_stands_in_the_history_and_lies_nowhere_yet(
    line: Line, engine: FakeEngine
) -> None:
    id = await added(line)
    engine.put(id, state=JobState.EXTRACTING, left=0)
    assert (await ask(line, "queue"))["queue"]["slots"] == []
    (slot,) = (await ask(line, "history"))["history"]["slots"]
    assert (slot["nzo_id"], slot["status"], slot["storage"], slot["loaded"]) == (id, "Extracting", "", True)


async def test_an_old_history_is_not_told_again(line: Line, engine: FakeEngine) -> None:
    engine.finish(await added(line))
    edition = (await ask(line, "history"))["history"]["last_history_update"]
    assert await ask(line, "history", last_history_update=edition) == {"history": False}
    engine.finish(await added(line, "Night Tram"))
    newer = (await ask(line, "history", last_history_update=edition))["history"]
    assert newer["last_history_update"] > edition


async def test_the_history_is_filtered_and_emptied(line: Line, engine: FakeEngine) -> None:
    good, bad, worse = [await added(line, name) for name in ("a", "b", "c")]
    engine.finish(good)
    for id in (bad, worse):
        engine.finish(id, JobState.FAILED, "Aborted, cannot be completed")
    slots = (await ask(line, "history", failed_only=1))["history"]["slots"]
    assert {slot["nzo_id"] for slot in slots} == {bad, worse}
    assert await ask(line, "history", name="delete", value=worse, archive=0, del_files=1) == {"status": True}
    assert await ask(line, "history", name="delete", value="failed") == {"status": True}
    assert [job.id for job in engine.done] == [good]
    assert engine.deleted == [(worse, True), (bad, False)]
    assert (await ask(line, "history", name="delete"))["error"] == "expects one parameter"


async def test_a_failed_job_is_tried_again(line: Line, engine: FakeEngine) -> None:
    engine.finish(await added(line), JobState.FAILED)
    told = await ask(line, "retry", value="SABnzbd_nzo_1", password="word")
    assert told == {"status": True, "nzo_id": "SABnzbd_nzo_2"}
    assert await ask(line, "retry", value="none") == {"status": False, "error": "item does not exist"}
    engine.finish("SABnzbd_nzo_2", JobState.FAILED)
    assert await ask(line, "retry_all") == {"status": ["SABnzbd_nzo_3"]}


# settings


async def test_the_configuration_passes_the_tests_of_managers(line: Line, engine: FakeEngine) -> None:
    config = (await ask(line, "get_config"))["config"]
    assert config["misc"] == config["misc"] | {
        "complete_dir": str(engine.complete_folder),
        "pre_check": 0,
        "history_retention_option": "all",
        "history_retention_number": 0,
        "enable_tv_sorting": 0,
        "tv_categories": [],
    }
    assert config["sorters"] == []
    row = {"name": "films", "order": 1, "pp": "3", "script": "None", "dir": "films", "newzbin": "", "priority": 0}
    assert config["categories"][1] == row
    assert (await ask(line, "fullstatus", skip_dashboard=1))["status"]["completedir"] == str(engine.complete_folder)
    assert (await ask(line, "get_cats"))["categories"] == ["*", "films"]
    assert (await ask(line, "get_scripts"))["scripts"] == ["None"]


async def test_no_password_is_told(line: Line) -> None:
    for mode in ("get_config", "fullstatus", "server_stats", "warnings"):
        answer = await line.get("/api", params={"mode": mode, "apikey": KEY})
        assert "hidden" not in answer.text
        assert KEY not in answer.text


async def test_one_setting_is_told_alone(line: Line) -> None:
    told = await ask(line, "get_config", section="misc", keyword="pre_check")
    assert told == {"config": {"misc": {"pre_check": 0}}}
    told = await ask(line, "get_config", section="categories", keyword="films")
    assert [row["name"] for row in told["config"]["categories"]] == ["films"]
    assert await ask(line, "get_config", section="nowhere") == {"config": {}}


async def test_a_category_is_made_changed_and_forgotten(line: Line, engine: FakeEngine, tmp_path: Path) -> None:
    folder = str(engine.complete_folder / "shows")
    told = await ask(line, "set_config", section="categories", keyword="Shows", dir=folder, pp="1", priority="-1")
    assert told["config"]["categories"][0]["dir"] == folder
    made = engine.known[-1]
    assert (made.name, made.folder, made.priority, made.repairs, made.unpacks) == ("shows", folder, -1, True, False)
    (engine.complete_folder).mkdir()
    (engine.complete_folder / "way-out").symlink_to(tmp_path)
    for outside in ("/etc", "../elsewhere", "way-out/there"):
        told = await ask(line, "set_config", section="categories", keyword="shows", dir=outside)
        assert "must lie below" in told["error"]
    assert engine.known[-1] == made
    for name in ("shows", "*", "unknown"):
        assert await ask(line, "del_config", section="categories", keyword=name) == {"status": True}
    assert [one.name for one in engine.known] == ["*", "films"]


async def test_a_news_server_keeps_its_password_behind_the_mask(line: Line, engine: FakeEngine) -> None:
    asked: dict[str, str | int] = {"section": "servers", "keyword": "news", "password": "**********", "connections": 20}
    told = await ask(line, "set_config", **asked, ssl=0)
    assert told["config"]["servers"][0]["password"] == "**********"
    (server,) = engine.news_servers
    assert (server.password, server.connections, server.tls, server.host) == ("hidden", 20, False, "news.test")
    await ask(line, "set_config", section="servers", name="other", host="other.test", port=119)
    assert [one.name for one in engine.news_servers] == ["news", "other"]
    assert (await ask(line, "set_config", section="servers", name="bad", port=119))[
        "error"
    ] == "Incorrect server settings"
    await ask(line, "del_config", section="servers", keyword="other")
    assert [one.name for one in engine.news_servers] == ["news"]


async def test_other_settings_are_locked(line: Line) -> None:
    async def error(section: str, keyword: str) -> str:
        return str((await ask(line, "set_config", section=section, keyword=keyword, value="x"))["error"])

    assert await error("misc", "complete_dir") == await error("sorters", "mine") == "Configuration locked"
    assert await error("misc", "nonsense") == await error("nonsense", "x") == "Config item does not exist"


async def test_a_news_server_is_tried(line: Line) -> None:
    well = await ask(line, "config", name="test_server", server="news", host="news.test", password="****")
    assert well == {"value": {"result": True, "message": "news.test answers well"}}
    told = await ask(line, "config", name="test_server", host="dead.test")
    assert told == {"value": {"result": False, "message": "dead.test: no connection"}}


async def test_the_speed_is_limited_in_words_numbers_and_percent(
    line: Line, engine: FakeEngine, memory: Memory
) -> None:
    for text, limit in (("800K", 800 * 1024), ("4.5M", int(4.5 * MIB)), ("2000000", 2_000_000), ("0", 0), ("", 0)):
        assert await ask(line, "config", name="speedlimit", value=text) == {"status": True}
        assert engine.speed_limit == limit
    await ask(line, "config", name="speedlimit", value="50")
    assert engine.speed_limit == 0
    assert "bandwidth_max" in (await ask(line, "warnings"))["warnings"][0]["text"]
    await ask(line, "set_config", section="misc", keyword="bandwidth_max", value="10M")
    await ask(line, "config", name="speedlimit", value="50%")
    queue = (await ask(line, "queue"))["queue"]
    assert (engine.speed_limit, queue["speedlimit"], queue["speedlimit_abs"]) == (5 * MIB, "50", str(float(5 * MIB)))
    assert (await ask(line, "config", name="speedlimit", value="fast"))["error"]
    assert await ask(line, "warnings", name="clear") == {"warnings": []}


async def test_all_is_paused_for_a_while(line: Line, engine: FakeEngine, memory: Memory) -> None:
    memory.clock = lambda: 1000.0
    assert await ask(line, "config", name="set_pause", value="5") == {"status": True}
    assert (engine.paused_for, (await ask(line, "queue"))["queue"]["pause_int"]) == (300.0, "5:00")
    await ask(line, "config", name="set_pause", value="0")
    assert not engine.is_paused


async def test_news_servers_tell_how_they_do(line: Line, engine: FakeEngine) -> None:
    engine.trouble = "news.test: wrong password"
    stats = await ask(line, "server_stats")
    assert (stats["total"], stats["day"], stats["servers"]["news"]["articles_success"]) == (70, 7, 8)
    (server,) = (await ask(line, "status"))["status"]["servers"]
    assert (server["serveractiveconn"], server["serverwarning"]) == (4, "news.test: wrong password")
    assert "wrong password" in (await ask(line, "warnings"))["warnings"][0]["text"]


# forms of the answer


async def test_the_answer_comes_as_xml_and_as_text(line: Line, engine: FakeEngine) -> None:
    await added(line, nzbname="Tin & Comet\x01")
    answer = await line.get("/api", params={"mode": "queue", "apikey": KEY, "output": "xml"})
    assert answer.headers["content-type"].startswith("text/xml")
    root = etree.fromstring(answer.content)
    assert (root.tag, root.findtext("slots/slot/filename")) == ("queue", "Tin & Comet")

    async def text(output: str, **fields: str) -> str:
        return (await line.get("/api", params={"output": output, **fields})).text

    assert await text("text", mode="version") == "5.0.0\n"
    assert await text("text", mode="queue") == "error: API Key Required\n"
    assert await text("text", mode="pause", apikey=KEY) == "ok\n"
    assert "<result><status>False</status><error>API Key Required</error></result>" in await text("xml", mode="queue")
    assert "<categories><category>*</category>" in await text("xml", mode="get_cats", apikey=KEY)
    engine.news_servers = []
    etree.fromstring((await text("xml", mode="server_stats", apikey=KEY)).encode())


@pytest.mark.parametrize(
    "fields", [{"start": "-5", "limit": "-9"}, {"start": "x"}, {"priority": "²"}, {"search": "[["}]
)
async def test_nonsense_in_numbers_and_searches_breaks_nothing(line: Line, fields: dict[str, str | int]) -> None:
    for mode in ("queue", "history", "addfile", "config"):
        assert isinstance(await ask(line, mode, **fields), dict)


def test_times_and_sizes_are_written_as_managers_read_them() -> None:
    assert [time_left(seconds) for seconds in (0, 1004, 93784)] == ["0:00:00", "0:16:44", "1:02:03:04"]
    assert [seconds_of(text) for text in ("0:16:44", "1:02:03:04", "soon", "1:2")] == [1004, 93784, None, None]
    assert [units(size) for size in (0, 2048, 1.3 * 2**30)] == ["0 ", "2 K", "1.3 G"]


async def test_ages_are_short(line: Line, engine: FakeEngine) -> None:
    await added(line)
    for age, text in ((timedelta(minutes=5), "5m"), (timedelta(hours=5), "5h"), (None, "-")):
        engine.put("SABnzbd_nzo_1", age=now() - age if age else None)
        assert (await ask(line, "queue"))["queue"]["slots"][0]["avg_age"] == text


def test_both_addresses_are_served(app: ASGIApp) -> None:
    assert {getattr(route, "path", "") for route in getattr(app, "routes", ())} == {"/api", "/sabnzbd/api"}
