"""Somebody looks at every release and takes one by hand, whatever the rules say."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matinee.kernel.database import Database
from matinee.kernel.errors import Conflict, NotFound, Refused
from matinee.media.file import MediaFacts
from matinee.pipeline.choosing import look, pick
from matinee.pipeline.explaining import explain
from matinee.pipeline.ports import DownloadState
from matinee.store.history import history_of
from matinee.store.picks import open_pick, picks_of
from matinee.store.releases import BY_HAND, KeptRelease, last_looked_at
from tests.pipeline.household import Household, household, torrent_of

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"
BETTER = "Tin.Comet.2021.1080p.BluRay.x264-BETTER"
CAM = "Tin.Comet.2021.CAM.x264-SEAT"
WANT = 1


@pytest.fixture
async def house(opened: Database, tmp_path: Path) -> AsyncIterator[Household]:
    """The household on each engine."""
    async with household(opened, tmp_path) as made:
        yield made


async def kept_as(house: Household, name: str) -> KeptRelease:
    """The release of this name, as it was last looked at."""
    kept = await house.database.read(lambda db: last_looked_at(db, WANT))
    return next(one for one in kept if one.release.name == name)


async def test_a_look_tells_every_release_with_its_reasons_and_disturbs_nobody(house: Household) -> None:
    request = await house.wish()
    before = await house.resting(request)
    house.indexer.offer(GOOD)
    house.indexer.offer(CAM)
    await look(house.parts, WANT)
    kept = await house.database.read(lambda db: last_looked_at(db, WANT))
    assert [(one.release.name, bool(one.reasons), one.step_seq) for one in kept] == [
        (GOOD, False, BY_HAND),
        (CAM, True, BY_HAND),
    ]
    assert len(kept[1].cures) == len(kept[1].reasons)
    assert [step.seq for step in (await house.resting(request)).steps] == [step.seq for step in before.steps]


async def test_a_refused_release_is_taken_by_hand_with_a_word_why(house: Household) -> None:
    house.indexer.offer(CAM)
    request = await house.wish()
    await house.resting(request)
    cam = await kept_as(house, CAM)
    await pick(house.parts, house.owner, WANT, cam.id, "  the only one\nwith the songs ")
    journey = await house.ready(request)
    assert [step.name for step in journey.steps] == ["asked", "searched", "grabbed", "downloaded", "imported", "ready"]
    assert journey.steps[1].text == "Anna picked a release by hand."
    (picked,) = await house.database.read(lambda db: picks_of(db, WANT))
    assert (picked.why, picked.user_id) == ("the only one with the songs", house.owner.id)
    assert picked.against == cam.reasons
    (line,) = [one for one in await house.database.read(lambda db: history_of(db, 1)) if one.what == "picked"]
    assert line.text.startswith(f"Anna picked {CAM} by hand: the only one with the songs (against: ")
    assert await house.database.read(lambda db: open_pick(db, WANT)) is None


async def test_without_a_word_why_the_rules_stand(house: Household) -> None:
    house.indexer.offer(CAM)
    await house.resting(await house.wish())
    cam = await kept_as(house, CAM)
    with pytest.raises(Refused, match="say why you take it") as refusal:
        await pick(house.parts, house.owner, WANT, cam.id, " ")
    assert refusal.value.field == "why"
    assert await house.database.read(lambda db: open_pick(db, WANT)) is None


async def test_what_was_on_its_way_is_put_back_for_what_was_picked(house: Household) -> None:
    house.indexer.offer(BETTER)
    house.indexer.offer(GOOD)
    house.client.outcomes[BETTER] = DownloadState.DOWNLOADING
    request = await house.wish()
    await house.until(request, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    good = await kept_as(house, GOOD)
    await pick(house.parts, house.owner, WANT, good.id, "")
    await house.ready(request)
    assert house.client.added == [BETTER, GOOD]
    assert not (house.client.folder / f"{BETTER}.mkv").exists()
    assert (house.client.folder / f"{GOOD}.mkv").exists()


async def test_a_program_is_nobodys_film_even_by_hand(house: Household) -> None:
    house.indexer.offer(CAM)
    house.indexer.torrents[CAM] = torrent_of("Tin.Comet.mkv", "play.me.exe")
    request = await house.wish()
    await house.resting(request)
    cam = await kept_as(house, CAM)
    await pick(house.parts, house.owner, WANT, cam.id, "I am brave")
    journey = await house.resting(request)
    assert any("is a program" in note for step in journey.steps for note in step.notes)
    assert house.client.added == []
    assert await house.database.read(lambda db: open_pick(db, WANT)) is None


async def test_a_picked_file_of_another_length_is_taken_and_the_doubt_is_told(house: Household) -> None:
    house.indexer.offer(CAM)
    house.probe.others[f"{CAM}.mkv"] = MediaFacts(60.0, 640, 360, "h264", "aac", "matroska")
    request = await house.wish()
    await house.resting(request)
    cam = await kept_as(house, CAM)
    await pick(house.parts, house.owner, WANT, cam.id, "the trailer will do")
    journey = await house.ready(request)
    notes = [note for step in journey.steps if step.name == "imported" for note in step.notes]
    assert any(note.startswith("Taken by hand, although it runs 60 seconds") for note in notes)


async def test_what_is_there_already_or_elsewhere_is_not_picked(house: Household) -> None:
    house.indexer.offer(GOOD)
    await house.ready(await house.wish())
    good = await kept_as(house, GOOD)
    with pytest.raises(Conflict, match="is in the library already"):
        await pick(house.parts, house.owner, WANT, good.id, "again")
    with pytest.raises(NotFound):
        await pick(house.parts, house.owner, WANT, 999, "")


async def test_explaining_tells_what_the_last_search_found(house: Household) -> None:
    house.indexer.offer(CAM)
    await house.resting(await house.wish())
    asked = len(house.indexer.questions)
    (told,) = await explain(house.parts, "tin comet", search=False)
    assert (told.label, told.live, [one.release.name for one in told.releases]) == ("Tin Comet (2021)", False, [CAM])
    assert len(house.indexer.questions) == asked
    house.indexer.offer(GOOD)
    (told,) = await explain(house.parts, "Tin Comet (2021)", search=True)
    assert (told.live, [one.release.name for one in told.releases]) == (True, [GOOD, CAM])


async def test_a_title_nobody_wished_for_is_explained_as_well(house: Household) -> None:
    house.indexer.offer("Night.Tram.S01E02.1080p.WEB-DL.x264-GRP")
    (told,) = await explain(house.parts, "Night Tram S01E02", search=False)
    assert (told.label, len(told.releases)) == ("Night Tram S01E02", 1)
    with pytest.raises(Refused, match="name an episode of it, as in 'Night Tram S01E01'"):
        await explain(house.parts, "Night Tram", search=False)
    with pytest.raises(NotFound, match="no metadata source knows 'Nothing Ever Made'"):
        await explain(house.parts, "Nothing Ever Made", search=False)


async def test_one_may_think_better_of_it_and_pick_another(house: Household) -> None:
    house.indexer.offer(CAM)
    house.indexer.offer(BETTER)
    for name in (CAM, BETTER):
        house.client.outcomes[name] = DownloadState.DOWNLOADING
    request = await house.wish()
    await house.until(request, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    for name in (CAM, BETTER):
        await pick(house.parts, house.owner, WANT, (await kept_as(house, name)).id, "I changed my mind")
        await house.until(request, lambda one: bool(one.steps) and one.steps[-1].name == "downloaded")
    assert [status.name for status in house.client.statuses.values()] == [BETTER]
    assert len(await house.database.read(lambda db: picks_of(db, WANT))) == 2
