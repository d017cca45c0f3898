"""A Prowlarr, and clients other people wrote, find a Sonarr in us as far as indexers go."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.products.servarr import claims
from tests.products.servarr.claims import V3, Desk, desk_at
from tests.products.servarr.peers import peer, run, served
from tests.products.servarr.street import OUR_KEY, SONARR, THEIR_KEY, Ours, Street, Theirs

SCRIPTS = Path(claims.__file__).parent


@pytest.fixture
async def desk(ours: Ours, theirs: Theirs, street: Street) -> AsyncIterator[Desk]:
    desk = await desk_at(SONARR, ours, theirs, street)
    yield desk
    await desk.client.aclose()


async def test_nothing_is_told_without_the_key(desk: Desk) -> None:
    await claims.nothing_without_the_key(desk)


async def test_the_version_is_on_every_answer(desk: Desk) -> None:
    await claims.the_version_is_on_every_answer(desk, "Sonarr", "4")


async def test_the_schema_has_the_fields_a_prowlarr_needs(desk: Desk) -> None:
    await claims.the_schema_has_the_fields_a_prowlarr_needs(
        desk, "animeCategories animeStandardFormatSearch seedCriteria.seasonPackSeedTime"
    )


async def test_a_pushed_indexer_is_kept_and_its_key_masked(desk: Desk) -> None:
    await claims.a_pushed_indexer_is_kept_and_its_key_masked(desk)


async def test_a_test_really_calls_and_says_what_is_wrong(desk: Desk) -> None:
    await claims.a_test_really_calls_and_says_what_is_wrong(desk)


async def test_a_failing_indexer_is_kept_only_by_force(desk: Desk) -> None:
    await claims.a_failing_indexer_is_kept_only_by_force(desk)


async def test_a_wrong_form_is_told_field_by_field(desk: Desk) -> None:
    await claims.a_wrong_form_is_told_field_by_field(desk)


async def test_many_are_changed_and_removed_at_once(desk: Desk) -> None:
    await claims.many_are_changed_and_removed_at_once(desk)


async def test_a_typed_client_reads_and_writes_indexers(desk: Desk, street: Street) -> None:
    python = peer("sonarr-py==1.1.0")
    async with served(street.hosts["sonarr"]) as url:
        told = await run(python, SCRIPTS / "drive_servarr_py.py", "sonarr", url, THEIR_KEY, desk.base_url, OUR_KEY)
    assert (told["status"], told["forms"]) == ("Sonarr", ["Newznab", "Torznab"])
    assert told["made"] == ["Lab", 11, "********", 1]
    assert (told["changed"], told["all"], told["left"]) == (12, ["Lab"], [])
    assert told["tag"] == ["films", ["films"]]


async def test_pyarr_reads_and_changes_indexers(desk: Desk, street: Street) -> None:
    python = peer("pyarr==5.2.0")
    one = (await desk.client.post(f"{V3}/indexer", json=await desk.form())).json()
    async with served(street.hosts["sonarr"]) as url:
        told = await run(python, SCRIPTS / "drive_pyarr.py", "SonarrAPI", url, THEIR_KEY, str(one["id"]))
    assert (told["status"], told["schema"], told["one schema"]) == ("Sonarr", ["Newznab", "Torznab"], ["Torznab"])
    assert (told["all"], told["changed"], told["left"]) == (["Lab (Prowlarr)"], 12, [])
