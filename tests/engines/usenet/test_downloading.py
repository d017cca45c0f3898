import asyncio
import bz2
import gzip
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from matinee.engines.usenet.disk import move_folder
from matinee.engines.usenet.engine import NewsEngine
from matinee.kernel.errors import Conflict, NotFound, Refused
from matinee.lab.news import NewsLab
from matinee.lab.news_faults import Fault
from matinee.lab.news_posts import made_up
from matinee.pipeline.usenet_port import JobState, Priority, UsenetCategory, UsenetPreferences
from tests.engines.usenet.conftest import Start, ended, server_of

SMALL = 20_000  # bytes an article


def content_of(storage: Path | None) -> dict[str, bytes]:
    assert storage
    return {path.name: path.read_bytes() for path in storage.iterdir()}


FILES = {"film.mkv": made_up(1_010_003, 1), "film.srt": made_up(70_001, 2), "film.nfo": b"a small one"}


async def test_a_download_arrives_byte_for_byte(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    id = await engine.add(lab.add_post("Film 2026", FILES, article_size=SMALL), name="Film 2026.nzb")
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED
    assert job.storage == engine.complete_folder / "Film 2026"
    assert content_of(job.storage) == FILES
    assert not list(engine.incomplete_folder.iterdir())
    assert engine.queue() == []


async def test_requests_are_pipelined(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab, connections=2))
    await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=SMALL)))
    assert max(lab.statistics()["outstanding"]) >= 3


async def test_no_article_is_asked_for_twice(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    await ended(engine, await engine.add(lab.add_post("Film", FILES, article_size=SMALL)))
    assert lab.statistics()["asked_twice"] == 0


@pytest.mark.parametrize("fault", [Fault.MISSING, Fault.CORRUPT, Fault.TRUNCATED, Fault.MISLABELLED, Fault.EMPTY])
async def test_a_bad_article_is_had_from_the_next_server(lab: NewsLab, start: Start, fault: Fault) -> None:
    backup = NewsLab()
    backup.start()
    try:
        posted = lab.post("Film", FILES, article_size=SMALL)
        assert backup.post("Film", FILES, article_size=SMALL).nzb == posted.nzb
        bad = posted.articles["film.mkv"][::10]
        for message_id in bad:
            lab.faults.choose(message_id, fault)
        engine = await start(server_of(lab), server_of(backup, "backup", tier=1))
        job = await ended(engine, await engine.add(posted.nzb))
        assert job.state is JobState.COMPLETED, job.message
        assert content_of(job.storage) == FILES
        assert backup.statistics()["commands"]["BODY"] == len(bad)
    finally:
        backup.stop()


@pytest.mark.parametrize(
    "fault", [Fault.HANG, Fault.DROP, Fault.BUSY, Fault.LOGIN, Fault.FORBIDDEN, Fault.SLOW], ids=str
)
async def test_a_connection_in_trouble_costs_no_article(lab: NewsLab, start: Start, fault: Fault) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL)
    for message_id in posted.articles["film.mkv"][::20]:
        lab.faults.choose(message_id, fault)
    engine = await start(server_of(lab, timeout=0.7))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == FILES


async def test_missing_articles_are_repaired_with_the_fewest_volumes(lab: NewsLab, start: Start) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL, par2_blocks=10)
    for message_id in posted.articles["film.mkv"][3:5]:
        lab.faults.choose(message_id, Fault.MISSING)
    engine = await start(server_of(lab))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.COMPLETED, (job.message, job.stages)
    assert content_of(job.storage) == FILES
    fetched = {name for name, ids in posted.articles.items() if lab.manners.asked.keys() & set(ids)}
    assert sum(".vol" in name for name in fetched) == 1


async def test_what_cannot_be_repaired_fails_before_all_is_fetched(lab: NewsLab, start: Start) -> None:
    posted = lab.post("Film", {"a.mkv": made_up(4_000_000)}, article_size=SMALL, par2_blocks=2)
    for message_id in posted.articles["a.mkv"][:20]:
        lab.faults.choose(message_id, Fault.MISSING)
    lab.manners.latency = 0.002  # so that the engine has time to think
    engine = await start(server_of(lab, connections=1, pipeline=2))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.FAILED
    assert "missing on all news servers" in job.message
    assert len(lab.manners.asked) < 100
    assert job.can_retry


async def test_a_second_try_asks_only_for_what_is_missing(lab: NewsLab, start: Start) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL)
    lost = posted.articles["film.mkv"][-2:]
    for message_id in lost:
        lab.faults.choose(message_id, Fault.MISSING)
    engine = await start(server_of(lab))
    id = await engine.add(posted.nzb)
    assert (await ended(engine, id)).state is JobState.FAILED
    for message_id in lost:
        lab.faults.choose(message_id, None)
    before = dict(lab.manners.asked)
    assert await engine.retry(id) == id
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED
    assert content_of(job.storage) == FILES
    again = {one for one, times in lab.manners.asked.items() if times > before.get(one, 0) and one in before}
    assert again <= set(lost)


async def test_an_article_that_is_another_one_is_not_believed(lab: NewsLab, start: Start) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL, par2_blocks=4)
    ids = posted.articles["film.mkv"]
    lab.shelf.articles[ids[7]] = lab.shelf.articles[ids[3]]  # the same part again
    lab.shelf.articles[ids[9]] = lab.shelf.articles[posted.articles["film.srt"][1]]  # of another file
    engine = await start(server_of(lab))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == FILES


async def test_a_first_article_that_lies_is_found_out(lab: NewsLab, start: Start) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL, par2_blocks=4)
    ids = posted.articles["film.mkv"]
    lab.shelf.articles[ids[0]] = lab.shelf.articles[posted.articles["film.srt"][0]]
    engine = await start(server_of(lab, connections=1))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == FILES


async def test_another_nzb_can_help_a_failed_job(lab: NewsLab, start: Start) -> None:
    posted, again = (lab.post("Film", FILES, article_size=SMALL) for _ in range(2))
    lab.faults.choose(posted.articles["film.mkv"][0], Fault.MISSING)
    engine = await start(server_of(lab))
    id = await engine.add(posted.nzb)
    assert (await ended(engine, id)).state is JobState.FAILED
    assert await engine.retry(id, again.nzb) == id
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED
    assert content_of(job.storage) == FILES


def test_a_move_that_was_done_before_a_crash_is_found_done(tmp_path: Path) -> None:
    place = tmp_path / "complete" / "Film"
    place.mkdir(parents=True)
    assert move_folder(tmp_path / "gone", place) == place


async def test_an_obfuscated_post_gets_its_names_back(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    nzb = lab.add_post("Film", FILES, article_size=SMALL, par2_blocks=2, is_obfuscated=True)
    job = await ended(engine, await engine.add(nzb))
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == FILES


async def test_old_articles_are_not_asked_for_where_they_expired(lab: NewsLab, start: Start) -> None:
    old = NewsLab()
    old.start()
    try:
        old_post = old.post("Film", FILES, article_size=SMALL, posted=1_500_000_000)
        engine = await start(server_of(lab, retention=100), server_of(old, "old", tier=1))
        assert (await ended(engine, await engine.add(old_post.nzb))).state is JobState.COMPLETED
        assert not lab.manners.asked
    finally:
        old.stop()


async def test_a_pause_stops_and_resuming_goes_on(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    await engine.pause()
    posted = lab.post("Film", FILES, article_size=SMALL)
    id = await engine.add(posted.nzb)
    await _after_one_that_is_forced(lab, engine)
    assert engine.is_paused and engine.queue()[0].state is JobState.PAUSED
    assert not set(posted.ids) & lab.manners.asked.keys()
    await engine.resume()
    assert (await ended(engine, id)).state is JobState.COMPLETED


async def test_forced_jobs_run_while_all_is_paused(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    await engine.pause(seconds=60)
    id = await engine.add(lab.add_post("Film", FILES, article_size=SMALL), priority=Priority.FORCE)
    assert (await ended(engine, id)).state is JobState.COMPLETED


async def test_the_same_articles_are_refused(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    nzb = lab.add_post("Film", FILES, article_size=SMALL)
    id = await engine.add(nzb)
    with pytest.raises(Conflict):
        await engine.add(nzb, name="Other")
    await ended(engine, id)
    with pytest.raises(Conflict):
        await engine.add(nzb)


async def test_the_queue_is_in_order_of_priority_and_place(lab: NewsLab, start: Start) -> None:
    engine = await start()
    ids = [await engine.add(lab.add_post(f"F{at}", made_up(1000, at)), name=f"F{at}") for at in range(3)]
    high = await engine.add(lab.add_post("High", made_up(1000, 9)), name="High", priority=Priority.HIGH)
    assert [job.id for job in engine.queue()] == [high, *ids]
    await engine.change(ids[2], position=1)
    assert [job.id for job in engine.queue()] == [high, ids[2], ids[0], ids[1]]
    await engine.change(ids[1], priority=Priority.FORCE, name="New")
    assert engine.queue()[0].name == "New"
    assert "no news server" in engine.queue()[0].message
    await engine.remove(ids[1], delete_files=True)
    with pytest.raises(NotFound):
        engine.files(ids[1])
    with pytest.raises(NotFound):
        await engine.change(ids[0], category="unknown")


async def test_a_category_has_its_own_folder(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    await engine.set_categories([UsenetCategory("movies", "films", Priority.HIGH)])
    id = await engine.add(lab.add_post("Film", FILES, article_size=SMALL), name="Film", category="movies")
    assert engine.queue()[0].priority is Priority.HIGH
    job = await ended(engine, id)
    assert job.storage == engine.complete_folder / "films" / "Film"
    await engine.remove(id, delete_files=True)
    assert not job.storage.exists()


async def test_a_young_post_waits_until_it_is_everywhere(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    await engine.set_preferences(UsenetPreferences(propagation_minutes=10**8))
    posted = lab.post("Film", FILES, article_size=SMALL)
    await engine.add(posted.nzb)
    await _after_one_that_is_forced(lab, engine)
    assert engine.queue()[0].state is JobState.PROPAGATING
    assert not set(posted.ids) & lab.manners.asked.keys()


async def test_the_speed_limit_is_kept(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    await engine.set_speed_limit(1_000_000)
    began = asyncio.get_running_loop().time()
    await ended(engine, await engine.add(lab.add_post("Film", {"a.mkv": made_up(1_500_000)}, article_size=SMALL)))
    assert 1.0 < asyncio.get_running_loop().time() - began < 4


@pytest.mark.parametrize("nzb", [b"", b"no xml", b"<html/>", b"<nzb/>", b"\x1f\x8b damaged", b"BZh damaged"])
async def test_what_is_no_nzb_is_refused(start: Start, nzb: bytes) -> None:
    engine = await start()
    with pytest.raises(Refused):
        await engine.add(nzb)
    assert engine.queue() == []


async def test_names_from_outside_stay_inside(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    names = ["../../evil.mkv", "/etc/passwd.txt", "a\\..\\b.nfo", "." * 3 + ".srt", "x" * 400 + ".mkv"]
    files = {name: made_up(1000 + at, at) for at, name in enumerate(names)}
    job = await ended(engine, await engine.add(lab.add_post("../up", files), name="../up"))
    assert job.state is JobState.COMPLETED, job.message
    assert job.storage and job.storage.resolve().parent == engine.complete_folder.resolve()
    assert {zlib.crc32(content) for content in content_of(job.storage).values()} == {
        zlib.crc32(content) for content in files.values()
    }


async def test_a_post_is_fetched_as_soon_as_it_had_the_time_to_spread(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    await engine.set_preferences(UsenetPreferences(propagation_minutes=2))
    young = int(time.time()) - 118  # two seconds to go
    id = await engine.add(lab.add_post("Film", FILES, article_size=SMALL, posted=young))
    assert engine.queue()[0].state is JobState.PROPAGATING
    assert (await ended(engine, id)).state is JobState.COMPLETED
    assert time.time() >= young + 120


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress], ids=["gz", "bz2"])
async def test_a_packed_nzb_is_taken_whatever_its_name(
    lab: NewsLab, start: Start, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    engine = await start(server_of(lab), watched=tmp_path / "watched", watch_seconds=0.05)
    (tmp_path / "watched").mkdir()
    (tmp_path / "watched" / "Film{{hush}}.nzb.gz").write_bytes(pack(lab.add_post("Film", FILES, article_size=SMALL)))
    id = await engine.add(pack(lab.add_post("Other", FILES, article_size=SMALL)), name="Other.nzb")
    assert (await ended(engine, id)).state is JobState.COMPLETED
    revision = 0
    async with asyncio.timeout(10):
        while len(engine.history()) < 2:
            revision = await engine.changed(revision)
    assert {job.name for job in engine.history()} == {"Film", "Other"}
    assert {job.state for job in engine.history()} == {JobState.COMPLETED}


async def test_a_watched_folder_is_emptied(lab: NewsLab, start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "watched" / "movies"
    folder.mkdir(parents=True)
    engine = await start(server_of(lab), watched=tmp_path / "watched", watch_seconds=0.05)
    (folder / "Film.nzb").write_bytes(lab.add_post("Film", FILES, article_size=SMALL))
    (folder / "Bad.nzb").write_bytes(b"no")
    revision = 0
    async with asyncio.timeout(10):
        while not engine.history():
            revision = await engine.changed(revision)
    assert engine.history()[0].name == "Film"
    assert [path.name for path in folder.iterdir()] == ["Bad.nzb.refused"]


async def _after_one_that_is_forced(lab: NewsLab, engine: NewsEngine) -> None:
    """The engine has had its chance at all that waits: a job behind it has come and gone."""
    id = await engine.add(lab.add_post("Urgent", made_up(50_000, 7), article_size=SMALL), priority=Priority.FORCE)
    assert (await ended(engine, id)).state is JobState.COMPLETED
