import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matinee.engines.usenet import NewsEngine
from matinee.engines.usenet.journal import Journal, Kind, Note, read_journal
from matinee.kernel.errors import Refused
from matinee.lab.news import NewsLab
from matinee.lab.news_faults import Fault
from matinee.lab.news_posts import made_up
from matinee.pipeline.usenet_port import JobState
from tests.engines.usenet.conftest import Start, ended, server_of

FILES = {f"film.r{at:02}": made_up(3_000_001, at) for at in range(4)}
SMALL = 30_000

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
    await engine.set_speed_limit(3_000_000)
    await engine.add(Path(sys.argv[3]).read_bytes(), name="Film")
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_after_a_kill_no_finished_article_is_fetched_again(lab: NewsLab, start: Start, tmp_path: Path) -> None:
    (tmp_path / "film.nzb").write_bytes(lab.add_post("Film", FILES, article_size=SMALL))
    said = [str(tmp_path), str(lab.port), str(tmp_path / "film.nzb")]
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, *said)
    try:
        async with asyncio.timeout(20):
            while len(lab.manners.asked) < 150:  # noqa: ASYNC110  another process does the work
                await asyncio.sleep(0.02)
    finally:
        child.send_signal(signal.SIGKILL)
        await child.wait()
    journal = next((tmp_path / "state" / "jobs").glob("*/articles.journal"))
    done = sum(note.kind is Kind.DONE for note in read_journal(journal))
    assert done > 100
    before = sum(lab.manners.asked.values())
    engine = await start(server_of(lab))
    await engine.set_speed_limit(0)
    job = await ended(engine, engine.queue()[0].id) if engine.queue() else engine.history()[0]
    assert job.state is JobState.COMPLETED, job.message
    assert {path.name: path.read_bytes() for path in (job.storage or Path()).iterdir()} == FILES
    articles = sum(-(-len(content) // SMALL) for content in FILES.values())
    assert sum(lab.manners.asked.values()) - before == articles - done


async def test_after_another_boot_unsynced_articles_must_prove_themselves(
    lab: NewsLab, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = lab.post("Film", FILES, article_size=SMALL)
    last = posted.articles["film.r03"][-1]
    lab.faults.choose(last, Fault.MISSING)
    engine = await start(server_of(lab))
    id = await engine.add(posted.nzb, name="Film")
    storage = (await ended(engine, id)).storage
    assert storage
    with (storage / "film.r00").open("r+b") as file:
        file.write(bytes(SMALL))  # as if these had never reached the disk
    journal = Journal(tmp_path / "state" / "jobs" / id / "articles.journal")
    notes = [note for note in read_journal(journal.path) if note.kind is not Kind.SYNCED]
    os.truncate(journal.path, 0)
    journal.write(*notes)
    journal.close()
    monkeypatch.setattr("matinee.engines.usenet.ledger.boot", lambda: 1)
    lab.faults.choose(last, None)
    before = dict(lab.manners.asked)
    await engine.retry(id)
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED
    assert {path.name: path.read_bytes() for path in (job.storage or Path()).iterdir()} == FILES
    again = {one for one, times in lab.manners.asked.items() if times > before[one]}
    assert again == {posted.articles["film.r00"][0], last}


def test_half_a_note_is_cut_off(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    notes = [Note(Kind.DONE, 3, 7 | 9 << 32), Note(Kind.NAME, 1, 5, name="naïve"), Note(Kind.MISSING, 4, slot=300)]
    journal.write(*notes)
    whole = journal.size
    os.write(journal._file, b"\x01half")
    journal.close()
    read = read_journal(tmp_path / "j")
    assert [(note.kind, note.at, note.slot, note.name) for note in read] == [
        (note.kind, note.at, note.slot, note.name) for note in notes
    ]
    assert (tmp_path / "j").stat().st_size == whole


async def test_a_second_engine_on_the_same_state_is_refused(start: Start, tmp_path: Path) -> None:
    await start()
    with pytest.raises(Refused, match="already running"):
        NewsEngine(tmp_path / "state", complete=tmp_path, incomplete=tmp_path)


async def test_queue_history_and_rules_are_there_after_a_restart(lab: NewsLab, start: Start, tmp_path: Path) -> None:
    engine = await start(server_of(lab, password="secret"))
    done = await engine.add(lab.add_post("Done", made_up(1000)), name="Done")
    await ended(engine, done)
    await engine.pause()
    waiting = await engine.add(lab.add_post("Waits", made_up(1000, 1)), name="Waits")
    await engine.set_speed_limit(5)
    await engine.close()
    assert (tmp_path / "state" / "rules.json").stat().st_mode & 0o777 == 0o600
    engine = await start()
    assert [job.id for job in engine.queue()] == [waiting]
    assert [job.id for job in engine.history()] == [done]
    assert engine.is_paused and engine.speed_limit == 5
    assert engine.servers()[0][0].password == "secret"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A filesystem of 8 MiB."""
    if os.geteuid() != 0:
        pytest.skip("a small filesystem can only be mounted as root")
    folder = tmp_path / "incomplete"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=False)
    if done.returncode:
        pytest.skip("a small filesystem cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_a_full_disk_is_waited_for(lab: NewsLab, start: Start, small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(6 * 2**20))
    engine = await start(server_of(lab))
    content = {"film.mkv": made_up(5_000_001)}
    id = await engine.add(lab.add_post("Film", content, article_size=SMALL), name="Film")
    revision = 0
    async with asyncio.timeout(10):
        while "disk is full" not in engine.queue()[0].message:
            revision = await engine.changed(revision)
    ballast.unlink()
    job = await ended(engine, id)
    assert job.state is JobState.COMPLETED, job.message
    assert ((job.storage or Path()) / "film.mkv").read_bytes() == content["film.mkv"]
    assert max(lab.manners.asked.values()) < 60


async def test_a_job_whose_nzb_is_damaged_fails_and_stops_nobody(lab: NewsLab, start: Start, tmp_path: Path) -> None:
    engine = await start()
    broken = await engine.add(lab.add_post("Broken", made_up(1000)), name="Broken")
    sound = await engine.add(lab.add_post("Sound", made_up(1000, 1)), name="Sound")
    (tmp_path / "state" / "jobs" / broken / "source.nzb.gz").write_bytes(b"\x1f\x8b nothing")
    await engine.set_servers([server_of(lab)])
    assert (await ended(engine, sound)).state is JobState.COMPLETED
    assert (await ended(engine, broken)).state is JobState.FAILED
