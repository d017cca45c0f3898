"""What was here before is refused, held, failed, marked or let in, as the owner wishes."""

from dataclasses import replace

import pytest

from matinee.kernel.errors import Conflict
from matinee.lab.news import NewsLab
from matinee.lab.news_posts import made_up
from matinee.pipeline.usenet_port import Duplicates, JobState, UsenetPreferences
from tests.engines.usenet.conftest import Start, ended, server_of

DATA = made_up(1000)


@pytest.mark.parametrize("which", ["same_articles", "same_title"])
@pytest.mark.parametrize("mode", list(Duplicates), ids=str)
async def test_a_duplicate_is_treated_as_wished(lab: NewsLab, start: Start, which: str, mode: Duplicates) -> None:
    engine = await start(server_of(lab))
    free = UsenetPreferences(same_articles=Duplicates.ALLOW, same_title=Duplicates.ALLOW)
    wished = replace(free, **{which: mode})  # type: ignore[arg-type]
    await engine.set_preferences(wished)
    first = lab.add_post("Tin Comet", DATA)
    await ended(engine, await engine.add(first, name="Tin.Comet.2021"))
    again = first if which == "same_articles" else lab.add_post("Other", made_up(1000, 2))
    name = "Another" if which == "same_articles" else "tin comet 2021"
    if mode is Duplicates.REFUSE:
        with pytest.raises(Conflict, match="done already"):
            await engine.add(again, name=name)
        return
    id = await engine.add(again, name=name)
    if mode is Duplicates.PAUSE:
        (job,) = engine.queue()
        assert (job.state, job.labels) == (JobState.PAUSED, ("DUPLICATE",))
        await engine.resume(id)
    done = await ended(engine, id)
    assert done.state is (JobState.FAILED if mode is Duplicates.FAIL else JobState.COMPLETED)
    if mode is Duplicates.FAIL:
        assert "is done already" in done.message
        await engine.retry(id)
        assert (await ended(engine, id)).state is JobState.COMPLETED


async def test_a_tag_is_told(lab: NewsLab, start: Start) -> None:
    engine = await start()
    await engine.add(lab.add_post("a", DATA), name="Tin Comet")
    await engine.add(lab.add_post("b", made_up(1000, 2)), name="tin.comet")
    assert [job.labels for job in engine.queue()] == [(), ("DUPLICATE",)]


@pytest.mark.parametrize("better", ["Tin.Comet.PROPER", "Tin Comet repack", "Tin.Comet.REAL"])
async def test_a_better_copy_is_no_duplicate(lab: NewsLab, start: Start, better: str) -> None:
    engine = await start()
    await engine.set_preferences(UsenetPreferences(same_title=Duplicates.REFUSE))
    await engine.add(lab.add_post("a", DATA), name=better)
    await engine.add(lab.add_post("b", made_up(1000, 2)), name=better)
    assert len(engine.queue()) == 2


async def test_what_failed_does_not_count(lab: NewsLab, start: Start) -> None:
    engine = await start(server_of(lab))
    nzb = lab.add_post("a", DATA)
    lab.shelf.articles.clear()
    assert (await ended(engine, await engine.add(nzb))).state is JobState.FAILED
    await engine.add(nzb)
