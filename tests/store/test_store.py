from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from matinee.kernel.database import Database, Transaction
from matinee.kernel.errors import Conflict, NotFound
from matinee.media.title import Episode, TitleRef
from matinee.store import downloads, files, history, picks, releases, requests, titles, watching
from matinee.store.downloads import Owner
from matinee.store.releases import Judged
from matinee.store.watching import Place
from tests.store.keep_schema import EVENING, FACTS, LATER, MOVIE, RELEASE, SERIES, Ids, populate, read_back


@pytest.fixture
async def house(opened: Database) -> Database:
    """A memory with an evening in it."""
    await opened.write(populate)
    return opened


async def test_what_was_written_is_read_back_alike_on_both_engines(house: Database) -> None:
    told = await house.read(read_back)
    assert told["movie"].title == MOVIE
    assert told["series"].title == SERIES
    assert told["movie"].added == EVENING
    assert told["releases"][0][0] == RELEASE
    assert told["releases"][1][2:] == (("CAM is not wanted", "too small"), False)
    assert told["files"][0].facts == FACTS
    assert told["place"] == {(Ids.movie, None): Place(1800.5, 6060.5, False)}
    assert told["wants"] == [(1, 1, True), (2, 2, False), (2, 2, False)]
    assert [record.wake_at for record in told["unfinished"]] == [LATER, LATER, None]
    assert told["journey"].steps[1].result == {"seq": 2, "text": "2 releases"}


# titles


async def test_a_title_told_again_is_the_same_title_with_what_is_new(house: Database) -> None:
    def change(tx: Transaction) -> int:
        return titles.keep_title(tx, replace(MOVIE, rating=8.1, genres=("Drama",)), LATER)

    assert await house.write(change) == Ids.movie
    known = await house.read(lambda db: titles.title_by_id(db, Ids.movie))
    assert (known.title.rating, known.title.genres, known.added) == (8.1, ("Drama",), EVENING)


async def test_an_episode_keeps_its_identity_when_its_number_changes(house: Database) -> None:
    before = await house.read(lambda db: titles.episode_ids(db, Ids.series))
    depot, terminus = SERIES.episodes[1:]
    renumbered = replace(SERIES, episodes=(replace(depot, number=2), replace(terminus, number=1)))
    await house.write(lambda tx: titles.keep_title(tx, renumbered, LATER))
    after = await house.read(lambda db: titles.episode_ids(db, Ids.series))
    assert (after[1, 1], after[1, 2]) == (before[1, 2], before[1, 1])


async def test_of_two_episodes_with_one_number_the_newer_counts(house: Database) -> None:
    again = replace(SERIES, episodes=(Episode(1, 1, "Depot, once more", "e1-new"),))
    before = await house.read(lambda db: titles.episode_ids(db, Ids.series))
    await house.write(lambda tx: titles.keep_title(tx, again, LATER))
    await house.write(lambda tx: titles.keep_title(tx, SERIES, LATER))  # the older row is touched last
    after = await house.read(lambda db: titles.episode_ids(db, Ids.series))
    assert after[1, 1] > before[1, 1]


async def test_a_new_episode_brings_its_season(house: Database) -> None:
    more = replace(SERIES, episodes=(*SERIES.episodes, Episode(2, 1, "Rails", "e3")))
    await house.write(lambda tx: titles.keep_title(tx, more, LATER))
    assert (2, 1) in await house.read(lambda db: titles.episode_ids(db, Ids.series))


async def test_a_slot_is_made_once_and_keeps_its_profile(house: Database) -> None:
    slot = await house.write(lambda tx: titles.keep_slot(tx, Ids.movie, "main", "4K with HDR", "Elsewhere"))
    assert (slot.id, slot.profile, slot.root_folder) == (Ids.movie_slot, "1080p, small", "Movies")
    other = await house.write(lambda tx: titles.keep_slot(tx, Ids.movie, "uhd", "4K with HDR", "UHD"))
    assert await house.read(lambda db: titles.slot_by_id(db, other.id)) == other


async def test_what_is_not_there_is_not_found_or_nothing(house: Database) -> None:
    by_id: list[Callable[[Connection, int], object]] = [
        titles.title_by_id,
        titles.slot_by_id,
        requests.request_by_id,
        requests.want_by_id,
        releases.release_by_id,
        files.file_by_id,
    ]
    for ask in by_id:
        with pytest.raises(NotFound, match="999"):
            await house.read(partial(lambda ask, db: ask(db, 999), ask))
    assert await house.read(lambda db: titles.title_by_ref(db, TitleRef.parse("movie-tmdb-1"))) is None
    assert await house.read(lambda db: files.file_by_path(db, PurePosixPath("no"))) is None
    assert await house.read(lambda db: titles.refs_known(db, ["movie-tmdb-603", "no"])) == {"movie-tmdb-603": 1}


async def test_questions_about_nothing_have_empty_answers(house: Database) -> None:
    assert await house.read(lambda db: titles.titles_by_id(db, [])) == {}
    assert await house.read(lambda db: requests.wants_of(db, [])) == []
    assert await house.read(lambda db: files.files_of_titles(db, [])) == {}
    assert await house.read(lambda db: downloads.owners(db, [])) == {}


# requests


async def test_the_same_thing_is_wanted_once(house: Database) -> None:
    found = await house.read(lambda db: requests.wanted_already(db, Ids.movie_slot, [None]))
    assert set(found) == {None}
    with pytest.raises(IntegrityError):
        await house.write(lambda tx: requests.add_want(tx, Ids.movie_request, Ids.movie_slot, None))


async def test_what_was_taken_back_may_be_wished_for_again(house: Database) -> None:
    await house.write(lambda tx: requests.cancel_request(tx, Ids.movie_request, LATER))
    assert await house.read(lambda db: requests.wanted_already(db, Ids.movie_slot, [None])) == {}
    assert [one.id for one in await house.read(requests.latest_requests)] == [Ids.series_request]
    assert await house.read(lambda db: requests.titles_requested(db, [Ids.movie, Ids.series])) == {Ids.series}
    await house.write(lambda tx: requests.add_want(tx, Ids.movie_request, Ids.movie_slot, None))


async def test_the_wishes_of_one_person_are_theirs(house: Database) -> None:
    mine = await house.read(lambda db: requests.latest_requests(db, user_id=Ids.ben))
    assert [(one.user_id, one.title_id) for one in mine] == [(Ids.ben, Ids.series)]


async def test_episodes_wished_for_are_told_with_their_wish(house: Database) -> None:
    ids = await house.read(lambda db: titles.episode_ids(db, Ids.series))
    wished = await house.read(lambda db: requests.episodes_requested(db, Ids.series))
    assert wished == {ids[1, 1]: Ids.series_request, ids[1, 2]: Ids.series_request}


# releases


async def test_a_search_that_is_done_again_replaces_what_it_found(house: Database) -> None:
    found = [Judged(replace(RELEASE, guid="3"), "WEBDL-1080p", ())]
    await house.write(lambda tx: releases.keep_releases(tx, Ids.movie_want, 2, found, LATER))
    kept = await house.read(lambda db: releases.releases_of(db, Ids.movie_want, 2))
    assert sorted(one.release.guid for one in kept) == sorted(["3", RELEASE.guid])
    assert [one.release.guid for one in kept if not one.chosen] == ["3"]


async def test_a_look_by_hand_leaves_the_journeys_own_search_alone(house: Database) -> None:
    def look(tx: Transaction, guid: str) -> None:
        found = [Judged(replace(RELEASE, guid=guid), "WEBDL-1080p", ("too large",), ("allow 9 MB",), 5, ("HDR",))]
        releases.keep_releases(tx, Ids.movie_want, releases.BY_HAND, found, LATER)

    before = await house.read(lambda db: releases.releases_of(db, Ids.movie_want, 2))
    await house.write(lambda tx: look(tx, "4"))
    await house.write(lambda tx: look(tx, "5"))
    assert await house.read(lambda db: releases.releases_of(db, Ids.movie_want, 2)) == before
    (seen,) = await house.read(lambda db: releases.last_looked_at(db, Ids.movie_want))
    assert (seen.release.guid, seen.score, seen.formats, seen.cures) == ("5", 5, ("HDR",), ("allow 9 MB",))


async def test_a_pick_waits_until_it_is_settled_and_is_remembered_with_who_and_why(house: Database) -> None:
    (first, *_) = await house.read(lambda db: releases.releases_of(db, Ids.movie_want, 2))

    def pick(tx: Transaction, why: str) -> int:
        against = ("too large",)
        return picks.add_pick(tx, Ids.movie_want, first.id, Ids.anna, why=why, against=against, moment=LATER)

    await house.write(lambda tx: pick(tx, "for the projector"))
    await house.write(lambda tx: pick(tx, "it is Sunday"))
    waiting = await house.read(lambda db: picks.open_pick(db, Ids.movie_want))
    assert waiting and (waiting.why, waiting.user_id, waiting.against) == ("it is Sunday", Ids.anna, ("too large",))
    await house.write(lambda tx: picks.settle_picks(tx, Ids.movie_want, LATER))
    assert await house.read(lambda db: picks.open_pick(db, Ids.movie_want)) is None
    assert [one.why for one in await house.read(lambda db: picks.picks_of(db, Ids.movie_want))] == [
        "it is Sunday",
        "for the projector",
    ]


async def test_of_older_searches_only_what_was_taken_is_kept(house: Database) -> None:
    grabbed, other = await house.read(lambda db: releases.releases_of(db, Ids.movie_want, 2))
    await house.write(lambda tx: releases.keep_releases(tx, Ids.movie_want, 5, [], LATER))
    kept = await house.read(lambda db: releases.releases_of(db, Ids.movie_want, 2))
    assert [one.id for one in kept] == [grabbed.id]
    assert other.id != grabbed.id
    assert len(await house.read(lambda db: downloads.downloads_of_wants(db, [Ids.movie_want]))) == 1


async def test_candidates_are_those_that_nothing_speaks_against(house: Database) -> None:
    kept = await house.read(lambda db: releases.candidates(db, Ids.movie_want, 2))
    assert [one.release.guid for one in kept] == [RELEASE.guid]
    await house.write(lambda tx: releases.add_reasons(tx, kept[0].id, ["it is a fake", "it is a fake"]))
    await house.write(lambda tx: releases.add_reasons(tx, kept[0].id, ["it is a fake"]))
    assert await house.read(lambda db: releases.candidates(db, Ids.movie_want, 2)) == []


async def test_what_is_blocked_twice_is_blocked_once(house: Database) -> None:
    def block(tx: Transaction) -> None:
        releases.block(tx, Ids.movie_want, ["2", "b", "b"], name="x", reason="no", moment=LATER)

    await house.write(block)
    await house.write(block)
    assert await house.read(lambda db: releases.blocked_keys(db, Ids.movie_want)) == {"2", "b"}


async def test_a_very_long_key_can_be_blocked_and_blocked_again(house: Database) -> None:
    def block(tx: Transaction) -> None:
        keys = ["https://indexer.test/" + "k" * 1000]
        releases.block(tx, Ids.movie_want, keys, name="x", reason="no", moment=LATER)

    await house.write(block)
    await house.write(block)
    assert len(await house.read(lambda db: releases.blocked_keys(db, Ids.movie_want))) == 2


# downloads


def grab(want_id: int, client_id: str = "a" * 40) -> Callable[[Transaction], int]:
    def change(tx: Transaction) -> int:
        return downloads.add_grab(
            tx, want_id=want_id, release_id=1, client="torrent engine", client_id=client_id, name="n", size=1,
            moment=LATER,
        )  # fmt: skip

    return change


async def test_the_same_download_for_two_wants_is_one_and_the_latest_grab_speaks(house: Database) -> None:
    assert await house.write(grab(2)) == 1
    assert await house.read(lambda db: downloads.owners(db, ["a" * 40, "?"])) == {"a" * 40: Owner(2, 1)}
    assert len(await house.read(lambda db: downloads.downloads_of_wants(db, [1, 2]))) == 2


async def test_a_grab_written_down_twice_is_one(house: Database) -> None:
    before = await house.read(lambda db: downloads.downloads_of_wants(db, [1, 2]))
    for _ in range(2):
        await house.write(grab(2))
    assert len(await house.read(lambda db: downloads.downloads_of_wants(db, [1, 2]))) == len(before) + 1


async def test_a_download_that_was_removed_is_there_again_when_grabbed_again(house: Database) -> None:
    await house.write(lambda tx: downloads.mark_removed(tx, 1, LATER, "stalled"))
    removed = await house.read(lambda db: downloads.download_by_id(db, 1))
    assert (removed.removed, removed.failure) == (LATER, "stalled")
    await house.write(grab(1))
    again = await house.read(lambda db: downloads.download_by_id(db, 1))
    assert (again.removed, again.failure) == (None, None)


async def test_a_download_is_used_by_others_only_while_they_stand(house: Database) -> None:
    await house.write(grab(2))
    await house.write(grab(3))

    async def used(*want_ids: int) -> bool:
        return await house.read(lambda db: downloads.used_by_others(db, 1, want_ids))

    assert await used(1)
    assert not await used(1, 2, 3)
    await house.write(lambda tx: downloads.drop_grab(tx, 2, 1))
    assert await used(1)
    await house.write(lambda tx: requests.cancel_request(tx, Ids.series_request, LATER))
    assert not await used(1)


# files, history, watching


async def test_the_same_path_twice_is_one_file(house: Database) -> None:
    known = (await house.read(files.all_files))[0]

    def change(tx: Transaction) -> int:
        return files.add_file(
            tx, slot_id=known.slot_id, episode_id=None, path=known.path, size=1, quality="x", revision=1,
            release_name=None, release_group=None, facts=FACTS, moment=LATER,
        )  # fmt: skip

    assert await house.write(change) == known.id
    assert await house.read(lambda db: files.file_by_path(db, known.path)) == known
    assert await house.read(lambda db: files.files_in_slot(db, known.slot_id, None)) == [known]


@pytest.mark.parametrize("other", [{"slot_id": Ids.movie_slot + 1}, {"episode_id": 1}])
async def test_a_path_that_belongs_to_something_else_is_a_conflict(house: Database, other: dict[str, int]) -> None:
    known = (await house.read(files.all_files))[0]
    place: dict[str, Any] = {"slot_id": known.slot_id, "episode_id": None} | other

    def change(tx: Transaction) -> int:
        return files.add_file(
            tx, **place, path=known.path, size=1, quality="x", revision=1,
            release_name=None, release_group=None, facts=FACTS, moment=LATER,
        )  # fmt: skip

    with pytest.raises(Conflict, match="in the library already"):
        await house.write(change)


async def test_history_tells_the_newest_first(house: Database) -> None:
    await house.write(lambda tx: history.remember(tx, LATER, "imported", Ids.movie, text="Imported."))
    told = await house.read(lambda db: history.history_of(db, Ids.movie))
    assert [one.what for one in told] == ["imported", "requested"]
    assert len(await house.read(lambda db: history.history_of(db, Ids.movie, limit=1))) == 1


@pytest.mark.parametrize(
    ("position", "kept", "watched"), [(0.0, 0.0, False), (5454.0, 5454.0, False), (5455.0, 0.0, True)]
)
async def test_near_the_end_it_is_watched_and_begins_from_the_start(
    house: Database, position: float, kept: float, watched: bool
) -> None:
    def keep(tx: Transaction, position: float) -> None:
        watching.keep_place(tx, Ids.anna, Ids.movie, None, position=position, duration=6060.5, moment=LATER)

    await house.write(lambda tx: keep(tx, position))
    assert await house.read(lambda db: watching.places(db, Ids.anna, [Ids.movie])) == {
        (Ids.movie, None): Place(kept, 6060.5, watched)
    }
    await house.write(lambda tx: keep(tx, 60.0))
    again = (await house.read(lambda db: watching.places(db, Ids.anna, [Ids.movie])))[Ids.movie, None]
    assert (again.position, again.watched) == (60.0, watched)


async def test_each_viewer_has_a_place_of_their_own(house: Database) -> None:
    assert await house.read(lambda db: watching.places(db, Ids.ben, [Ids.movie])) == {}


async def test_moments_far_away_are_kept_to_the_microsecond(house: Database) -> None:
    moment = datetime(1895, 12, 28, 23, 59, 59, 999999, tzinfo=UTC)
    await house.write(lambda tx: history.remember(tx, moment, "requested", Ids.movie, text="The first evening."))
    told = await house.read(lambda db: history.history_of(db, Ids.movie, limit=1))
    assert told[0].at - moment == timedelta(0)
