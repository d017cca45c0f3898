from typing import Any

import httpx2
import pytest

from matinee.kernel.auth import Role
from tests.web.visiting import Visit

GOOD = "Tin.Comet.2021.1080p.WEB-DL.x264-GOOD"


async def scheme(browser: httpx2.AsyncClient) -> dict[str, Any]:
    told: dict[str, Any] = (await browser.get("/api/naming")).json()["scheme"]
    return told


async def test_the_scheme_is_told_with_presets_and_tokens(visit: Visit) -> None:
    browser = await visit.signed_in()
    told = (await browser.get("/api/naming")).json()
    assert set(told["presets"]) == {"default", "radarr", "sonarr"}
    assert told["scheme"] == told["presets"]["default"]
    by_token = {one["token"]: one for one in told["tokens"]}
    assert by_token["{Movie Title}"]["kinds"] == ["movie"]
    assert all(one["meaning"] and one["example"] for one in told["tokens"])


async def test_a_preview_tells_new_names_and_renaming_follows_the_kept_scheme(visit: Visit) -> None:
    browser = await visit.signed_in()
    visit.home.indexer.offer(GOOD)
    await visit.home.ready(await visit.home.wish())
    other = {**await scheme(browser), "movie": "{Movie Title} {Release Group}"}
    (told,) = (await browser.post("/api/naming/preview", json=other)).json()["renames"]
    assert told["new"].endswith("/Tin Comet GOOD.mkv")
    assert (await browser.get("/api/naming/renames")).json() == {"renames": []}
    assert (await browser.put("/api/naming", json=other)).status_code == 200
    (done,) = (await browser.post("/api/naming/renames", json={"file_ids": [told["file_id"]]})).json()["renames"]
    assert (done["trouble"], (visit.home.library / told["new"]).exists()) == ("", True)


@pytest.mark.parametrize(
    ("field", "format"),
    [
        ("movie", ""),
        ("movie", "{Quality Full}"),
        ("movie", "{Movie Titel}"),
        ("movie", "{Movie Title} {Release Year"),
        ("standard", "{Series Title}"),
        ("season_folder", "All"),
        ("series_folder", "a|b"),
    ],
)
async def test_a_wrong_format_is_refused_with_its_field_and_nothing_changes(
    visit: Visit, field: str, format: str
) -> None:
    browser = await visit.signed_in()
    before = await scheme(browser)
    answer = await browser.put("/api/naming", json={**before, field: format})
    assert (answer.status_code // 100, answer.json()["field"]) == (4, field)
    assert await scheme(browser) == before


async def test_only_the_owner_names_files(visit: Visit) -> None:
    await visit.person("Ben", Role.MANAGER)
    ben = await visit.signed_in("Ben")
    body = await scheme(ben)
    assert (await ben.put("/api/naming", json=body)).status_code == 403
    assert (await ben.post("/api/naming/preview", json=body)).status_code == 403
    assert (await ben.post("/api/naming/renames", json={"file_ids": []})).status_code == 403
