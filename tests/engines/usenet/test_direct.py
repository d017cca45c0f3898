"""Archives are opened while they come, to the same files as afterwards; what goes wrong there harms nothing."""

import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matinee.engines.usenet.engine import NewsEngine
from matinee.engines.usenet.names import natural_order
from matinee.lab.news import NewsLab
from matinee.lab.news_faults import Fault
from matinee.lab.news_posts import made_up
from matinee.pipeline.usenet_port import FinishedJob, JobState, Locked, UsenetCategory
from tests.engines.usenet.conftest import Start, ended, server_of
from tests.engines.usenet.post.parcels import rar, rars
from tests.engines.usenet.test_downloading import content_of

FILM = made_up(2_000_003, 1)
VOLUME = 200_000
SMALL = 20_000


Volumes = dict[str, bytes]


def volumes_of(folder: Path, volume: int = VOLUME, **options: Any) -> Volumes:
    """The volumes of an archive of the film, by name."""
    folder.mkdir()
    return {path.name: path.read_bytes() for path in rar(folder, {"The.Film.mkv": FILM}, volume=volume, **options)}


@pytest.fixture
def volumes(tmp_path: Path) -> Volumes:
    return volumes_of(tmp_path / "made")


def was_direct(job: FinishedJob) -> bool:
    return any("while it came" in line for line in job.stages.get("Extracting", ()))


def is_clean(engine: NewsEngine) -> bool:
    return not list(engine.incomplete_folder.iterdir())


async def waiting(engine: NewsEngine, volumes: int) -> None:
    """So many volumes are opened."""
    async with asyncio.timeout(20):
        revision = 0
        while int(engine.queue()[0].direct_unpack.partition("/")[0] or 0) < volumes:
            revision = await engine.changed(revision)


async def test_volumes_are_opened_while_others_still_come(lab: NewsLab, start: Start, volumes: Volumes) -> None:
    posted = lab.post("Film", volumes, article_size=SMALL, par2_blocks=2)
    last = max(volumes, key=natural_order)
    for message_id in posted.articles[last]:
        lab.faults.choose(message_id, Fault.HANG)
    engine = await start(server_of(lab, timeout=1.0))
    id = await engine.add(posted.nzb)
    await waiting(engine, len(volumes) - 1)
    assert engine.queue()[0].state is JobState.DOWNLOADING
    assert engine.queue()[0].direct_unpack == f"{len(volumes) - 1}/{len(volumes)}"
    job = await ended(engine, id, 40)
    assert job.state is JobState.COMPLETED, job.message
    assert was_direct(job), job.stages
    assert content_of(job.storage) == {"The.Film.mkv": FILM}
    assert is_clean(engine)


@pytest.mark.parametrize("format", ["rar40", "rar50", "rar70"])
async def test_with_and_without_the_result_is_the_same(lab: NewsLab, start: Start, tmp_path: Path, format: str) -> None:
    engine = await start(server_of(lab))
    results = []
    for at, direct in enumerate((True, False)):
        await engine.set_preferences(replace(engine.preferences(), direct_unpack=direct))
        posted = lab.post("Film", volumes_of(tmp_path / f"m{at}", format=format), article_size=SMALL)
        job = await ended(engine, await engine.add(posted.nzb, name=f"Film {at}"))
        assert job.state is JobState.COMPLETED, job.message
        assert was_direct(job) is direct
        results.append(content_of(job.storage))
    assert results == [{"The.Film.mkv": FILM}] * 2


async def test_a_single_archive_is_opened_while_the_rest_comes(lab: NewsLab, start: Start, tmp_path: Path) -> None:
    volumes = volumes_of(tmp_path / "made", volume=0)
    engine = await start(server_of(lab))
    job = await ended(engine, await engine.add(lab.add_post("Film", {**volumes, "z.nfo": b"z"}, article_size=SMALL)))
    assert was_direct(job), job.stages
    assert content_of(job.storage) == {"The.Film.mkv": FILM, "z.nfo": b"z"}


async def test_a_damaged_volume_ends_it_and_repair_comes_first(lab: NewsLab, start: Start, volumes: Volumes) -> None:
    posted = lab.post("Film", volumes, article_size=SMALL, par2_blocks=6)
    lab.faults.choose(posted.articles[sorted(volumes, key=natural_order)[4]][2], Fault.CORRUPT)
    engine = await start(server_of(lab))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.COMPLETED, (job.message, job.stages)
    assert not was_direct(job) and "Repaired" in job.stages["Repairing"]
    assert content_of(job.storage) == {"The.Film.mkv": FILM}


async def test_a_missing_volume_leaves_nothing_half(lab: NewsLab, start: Start, volumes: Volumes) -> None:
    names = sorted(volumes, key=natural_order)
    engine = await start(server_of(lab))
    less = {name: volumes[name] for name in names if name != names[3]}
    job = await ended(engine, await engine.add(lab.add_post("Film", less, article_size=SMALL)))
    assert job.state is JobState.FAILED
    assert sorted(path.name for path in (job.storage or Path()).iterdir()) == sorted(less)


async def test_what_is_whole_in_a_damaged_job_counts(lab: NewsLab, start: Start, volumes: Volumes) -> None:
    posted = lab.post("Film", {**volumes, "zz.idx": made_up(100_000, 3)}, article_size=SMALL, par2_blocks=6)
    lab.faults.choose(posted.articles["zz.idx"][2], Fault.MISSING)
    engine = await start(server_of(lab))
    job = await ended(engine, await engine.add(posted.nzb))
    assert job.state is JobState.COMPLETED, job.message
    assert was_direct(job) and "Repaired" in job.stages["Repairing"]
    assert set(content_of(job.storage)) == {"The.Film.mkv", "zz.idx"}


async def test_volumes_with_made_up_names_tell_their_number_themselves(
    lab: NewsLab, start: Start, volumes: Volumes
) -> None:
    nzb = lab.add_post("Film", volumes, article_size=SMALL, par2_blocks=2, is_obfuscated=True)
    engine = await start(server_of(lab))
    job = await ended(engine, await engine.add(nzb))
    assert job.state is JobState.COMPLETED, job.message
    assert was_direct(job), job.stages
    assert content_of(job.storage) == {"The.Film.mkv": FILM}


ENCRYPTED = pytest.mark.parametrize("options", [{"encrypt_headers": False}, {"encrypt_headers": True}], ids=str)


@ENCRYPTED
@pytest.mark.parametrize("where", ["told", "name", "header"])
async def test_a_password_that_is_told_is_no_hindrance(
    lab: NewsLab, start: Start, tmp_path: Path, options: dict[str, Any], where: str
) -> None:
    volumes = volumes_of(tmp_path / "made", password="secret", **options)
    engine = await start(server_of(lab))
    nzb = lab.add_post("Film", volumes, article_size=SMALL, password="secret" if where == "header" else "")
    name = "The Film{{secret}}" if where == "name" else "The Film"
    job = await ended(engine, await engine.add(nzb, name=name, password="secret" if where == "told" else ""))
    assert job.state is JobState.COMPLETED, job.message
    assert (job.name, content_of(job.storage)) == ("The Film", {"The.Film.mkv": FILM})


@ENCRYPTED
async def test_without_its_password_it_fails_as_soon_as_the_first_volume_is_there(
    lab: NewsLab, start: Start, tmp_path: Path, options: dict[str, Any]
) -> None:
    posted = lab.post("Film", volumes_of(tmp_path / "made", password="secret", **options), article_size=SMALL)
    for message_id in posted.articles[max(posted.articles, key=natural_order)]:
        lab.faults.choose(message_id, Fault.HANG)
    engine = await start(server_of(lab, timeout=60))
    id = await engine.add(posted.nzb)
    job = await ended(engine, id)
    assert job.state is JobState.FAILED and "needs a password" in job.message
    lab.pause()  # cut off the line that hangs
    lab.start()
    await engine.retry(id, password="secret")
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == {"The.Film.mkv": FILM}
    assert lab.manners.asked[posted.articles[min(posted.articles, key=natural_order)][0]] == 1


@pytest.mark.parametrize("wish", [Locked.PAUSE, Locked.IGNORE], ids=str)
async def test_or_it_waits_for_the_password_or_is_fetched_all_the_same(
    lab: NewsLab, start: Start, tmp_path: Path, wish: Locked
) -> None:
    posted = lab.post("Film", volumes_of(tmp_path / "made", password="secret"), article_size=SMALL)
    lab.faults.choose(posted.articles[max(posted.articles, key=natural_order)][-1], Fault.HANG)
    engine = await start(server_of(lab, timeout=1.5))
    await engine.set_preferences(replace(engine.preferences(), locked=wish))
    id = await engine.add(posted.nzb)
    async with asyncio.timeout(10):
        revision = 0
        while not engine.queue()[0].labels:
            revision = await engine.changed(revision)
    (job,) = engine.queue()
    assert job.labels == ("ENCRYPTED",)
    assert (job.state is JobState.PAUSED) is (wish is Locked.PAUSE)
    await engine.change(id, password="secret")
    assert engine.queue()[0].labels == ()
    await engine.resume(id)
    assert (await ended(engine, id)).state is JobState.COMPLETED


async def test_a_retry_goes_on_where_nothing_is_left_to_fetch(lab: NewsLab, start: Start, tmp_path: Path) -> None:
    posted = lab.post("Film", volumes_of(tmp_path / "made", password="secret"), article_size=SMALL)
    engine = await start(server_of(lab))
    await engine.set_preferences(replace(engine.preferences(), locked=Locked.IGNORE))
    id = await engine.add(posted.nzb)
    assert (await ended(engine, id)).state is JobState.FAILED
    await engine.retry(id, password="secret")
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == {"The.Film.mkv": FILM}
    assert set(lab.manners.asked.values()) == {1}


async def test_of_several_archives_each_is_opened_as_soon_as_it_is_there(
    lab: NewsLab, start: Start, tmp_path: Path
) -> None:
    episodes = {f"Show.S01E0{at}": made_up(300_000, at) for at in range(1, 4)}
    posted: dict[str, bytes] = {}
    for name, data in episodes.items():
        builder = rars.RarBuilder(store=False, volume_size=50_000, format="rar50")
        builder.add_bytes(data, f"{name}.mkv")
        (tmp_path / name).mkdir()
        for path in builder.write_volumes(str(tmp_path / name / f"{name}.part1.rar")):
            posted[path.name] = path.read_bytes()
    engine = await start(server_of(lab))
    job = await ended(engine, await engine.add(lab.add_post("Show", {**posted, "zz.nfo": b"z"}, article_size=SMALL)))
    assert job.state is JobState.COMPLETED, job.message
    assert was_direct(job), job.stages
    assert content_of(job.storage) == {f"{name}.mkv": data for name, data in episodes.items()} | {"zz.nfo": b"z"}


async def test_names_that_lie_about_being_archives_harm_nothing(lab: NewsLab, start: Start) -> None:
    files = {f"film.r{at:02}": made_up(70_000, at) for at in range(3)} | {"film.rar": made_up(70_000, 9)}
    files |= {"film.7z": made_up(1000, 10), "more.zip": made_up(1000, 11)}
    engine = await start(server_of(lab))
    job = await ended(engine, await engine.add(lab.add_post("Film", files, article_size=SMALL)))
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == files


async def test_without_room_beside_it_is_left_for_later(
    lab: NewsLab, start: Start, volumes: Volumes, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = await start(server_of(lab))
    monkeypatch.setattr("matinee.engines.usenet.seating.room", lambda folder: VOLUME)
    job = await ended(engine, await engine.add(lab.add_post("Film", volumes, article_size=SMALL)))
    assert job.state is JobState.COMPLETED and not was_direct(job)
    assert content_of(job.storage) == {"The.Film.mkv": FILM}


async def test_a_category_that_does_not_unpack_is_obeyed(lab: NewsLab, start: Start, volumes: Volumes) -> None:
    engine = await start(server_of(lab))
    await engine.set_categories([UsenetCategory("raw", "raw", unpacks=False)])
    job = await ended(engine, await engine.add(lab.add_post("Film", volumes, article_size=SMALL), category="raw"))
    assert content_of(job.storage) == volumes


async def test_a_job_that_is_removed_meanwhile_leaves_nothing(lab: NewsLab, start: Start, volumes: Volumes) -> None:
    posted = lab.post("Film", volumes, article_size=SMALL)
    lab.faults.choose(posted.articles[max(volumes, key=natural_order)][0], Fault.HANG)
    engine = await start(server_of(lab, timeout=20))
    id = await engine.add(posted.nzb)
    await waiting(engine, 3)
    await engine.remove(id, delete_files=True)
    assert is_clean(engine)


CHILD = """
import asyncio, sys
from pathlib import Path
from matinee.engines.usenet import NewsEngine, Settings
from matinee.pipeline.usenet_port import NewsServer

async def main():
    root = Path(sys.argv[1])
    engine = NewsEngine(
        root / "state", complete=root / "complete", incomplete=root / "incomplete", settings=Settings(least_room=0)
    )
    await engine.open()
    await engine.set_servers([NewsServer("lab", "127.0.0.1", int(sys.argv[2]), tls=False, connections=2)])
    if not engine.queue() and not engine.history():
        await engine.add(Path(sys.argv[3]).read_bytes(), name="Film")
    revision = 0
    while True:
        for job in engine.queue():
            print(job.state.value, job.direct_unpack or "0/0", flush=True)
        for done in engine.history():
            print("Done", "0/0", flush=True)
        revision = await engine.changed(revision)

asyncio.run(main())
"""


@pytest.mark.parametrize("opened", [1, 4, 9])
async def test_after_a_kill_it_ends_well(
    lab: NewsLab, start: Start, tmp_path: Path, volumes: Volumes, opened: int
) -> None:
    posted = lab.post("Film", volumes, article_size=SMALL)
    lab.faults.choose(posted.articles[max(volumes, key=natural_order)][-1], Fault.HANG)
    (tmp_path / "film.nzb").write_bytes(posted.nzb)
    said = [str(tmp_path), str(lab.port), str(tmp_path / "film.nzb")]
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, *said, stdout=asyncio.subprocess.PIPE)
    assert child.stdout
    async with asyncio.timeout(30):
        while int((await child.stdout.readline()).split()[1].partition(b"/")[0]) < opened:
            pass
    child.send_signal(signal.SIGKILL)
    await child.wait()
    assert list((tmp_path / "incomplete").glob("*/.opening-*"))
    engine = await start(server_of(lab))
    job = await ended(engine, engine.queue()[0].id)
    assert job.state is JobState.COMPLETED, job.message
    assert was_direct(job)
    assert content_of(job.storage) == {"The.Film.mkv": FILM}
    assert is_clean(engine)


async def test_however_often_it_is_killed_it_ends_well(
    lab: NewsLab, start: Start, tmp_path: Path, volumes: Volumes
) -> None:
    """Each run is killed after a few more words of it than the one before, and the last ones when it ends."""
    (tmp_path / "film.nzb").write_bytes(lab.add_post("Film", volumes, article_size=SMALL, par2_blocks=2))
    said = [str(tmp_path), str(lab.port), str(tmp_path / "film.nzb")]
    lab.manners.latency = 0.01
    kills, is_done = 0, False
    while not is_done:
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, *said, stdout=asyncio.subprocess.PIPE)
        assert child.stdout
        async with asyncio.timeout(30):
            for _ in range(1 + 2 * kills):
                is_done = (await child.stdout.readline()).startswith(b"Done")
                if is_done:
                    break
        child.send_signal(signal.SIGKILL)
        await child.wait()
        kills += 1
    assert kills >= 3
    lab.manners.latency = 0
    engine = await start(server_of(lab))
    (job,) = engine.history()
    assert job.state is JobState.COMPLETED, job.message
    assert content_of(job.storage) == {"The.Film.mkv": FILM}
    assert is_clean(engine)


def test_the_first_volume_is_fetched_first() -> None:
    names = ["x.r10", "x.rar", "x.r00", "x.r01", "x.s00"]
    assert sorted(names, key=natural_order) == ["x.rar", "x.r00", "x.r01", "x.r10", "x.s00"]
    parts = ["x.part10.rar", "x.part2.rar", "x.part1.rar"]
    assert sorted(parts, key=natural_order) == ["x.part1.rar", "x.part2.rar", "x.part10.rar"]
