"""The owner says on the pages of the settings what the house likes, and how it calls its files."""

import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.test_request_to_watch import LAPTOP, PHONE, sign_in
from tests.stories.house import RunningHouse

SMALL = "1080p, small"


async def test_a_profile_changed_on_its_page_is_kept(browser: Browser, house: RunningHouse) -> None:
    page = await _settings_at(browser, house, "quality")
    profile = page.get_by_test_id("profile").filter(has_text=SMALL)
    await profile.get_by_test_id("open-profile").click()
    await page.get_by_test_id("profile-sentence").fill("For the evenings of the week.")
    await page.get_by_label("HDTV-1080p: take out").click()
    await page.locator('[data-testid="score-of"][data-format="HDR"]').fill("7")
    await page.get_by_test_id("save-profile").click()
    await expect(profile).to_contain_text("For the evenings of the week.")
    kept = next(one for one in await _asked(house, "profiles") if one["name"] == SMALL)
    assert kept["scores"]["HDR"] == 7
    assert kept["scores"]["x265"] == 10, "scores that were not touched stay"
    assert "HDTV-1080p" not in [group["name"] for group in kept["groups"]]
    await page.close()


async def test_what_a_profile_cannot_be_is_said_beside_its_field(browser: Browser, house: RunningHouse) -> None:
    page = await _settings_at(browser, house, "quality")
    await page.get_by_test_id("open-profile").first.click()
    languages = page.get_by_test_id("profile-languages")
    await languages.fill("Original, Klingonese")
    await page.get_by_test_id("save-profile").click()
    await expect(languages).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_role("alert")).to_contain_text("there is no language 'Klingonese'")
    await page.close()


async def test_a_wrong_format_of_names_is_refused_beside_its_field(browser: Browser, house: RunningHouse) -> None:
    page = await _settings_at(browser, house, "naming")
    await page.get_by_test_id("format-movie").fill("{Movie Titel}")
    await page.get_by_test_id("save-naming").click()
    await expect(page.get_by_test_id("wrong-movie")).to_contain_text("unknown token '{Movie Titel}'")
    await expect(page.get_by_test_id("format-movie")).to_have_attribute("aria-invalid", "true")
    assert (await _asked(house, "naming"))["scheme"]["movie"] != "{Movie Titel}"
    await page.close()


async def test_a_token_goes_in_at_the_caret(browser: Browser, house: RunningHouse) -> None:
    page = await _settings_at(browser, house, "naming")
    field = page.get_by_test_id("format-movie_folder")
    await field.fill("A  B")
    await field.evaluate("field => field.setSelectionRange(2, 2)")
    await page.get_by_test_id("tokens-movie_folder").click()
    await page.get_by_test_id("token").filter(has_text="{TmdbId}").click()
    await expect(field).to_have_value("A {TmdbId} B")
    await expect(field).to_be_focused()
    await expect(page.get_by_test_id("example-movie_folder")).to_have_text("A 603 B")
    await page.close()


async def test_files_get_the_names_of_a_new_scheme(browser: Browser, house: RunningHouse) -> None:
    await house.until((await house.guest.ask_for_film("Tin Comet")).id)
    page = await _settings_at(browser, house, "naming")
    await page.get_by_test_id("format-movie").fill("{Movie Title} [{Quality Title}]")
    await page.get_by_test_id("preview-names").click()
    await expect(page.get_by_test_id("rename-row")).to_have_count(1)
    await expect(page.get_by_test_id("rename-files")).to_have_count(0)
    await page.get_by_test_id("save-naming").click()
    await page.get_by_test_id("rename-files").click()
    await page.get_by_role("button", name="Rename them").click()
    await expect(page.get_by_test_id("renamed")).to_contain_text("1 file renamed")
    assert any(re.fullmatch(r"Tin Comet \[.+\]", film.stem) for film in house.films)
    await page.close()


async def test_a_name_is_tried_on_every_format_and_profile(browser: Browser, house: RunningHouse) -> None:
    page = await _settings_at(browser, house, "formats", small=True)
    await page.get_by_test_id("try-name").fill("Tin.Comet.2021.1080p.WEB-DL.HDR.x265-GRP")
    formats = page.get_by_test_id("tried-formats")
    await expect(formats.get_by_test_id("tried-format")).to_have_count(2)
    await expect(formats).to_contain_text("HDR")
    small = page.get_by_test_id("tried-profile").filter(has_text=SMALL)
    await expect(small).to_contain_text("welcome")
    await expect(small).to_contain_text("+10")
    await page.close()


async def test_a_format_made_on_the_page_counts_at_once(browser: Browser, house: RunningHouse) -> None:
    page = await _settings_at(browser, house, "formats")
    await page.get_by_test_id("new-format").click()
    await page.get_by_test_id("format-name").fill("From the web")
    await page.get_by_test_id("condition-value").fill("[")
    await page.get_by_test_id("save-format").click()
    await expect(page.get_by_test_id("condition-value")).to_have_attribute("aria-invalid", "true")
    await page.get_by_test_id("condition-kind").select_option("source")
    await page.get_by_test_id("condition-value").select_option("webdl")
    await page.get_by_test_id("save-format").click()
    await expect(page.get_by_test_id("formats")).to_contain_text("From the web")
    await page.get_by_test_id("try-name").fill("Tin.Comet.2021.1080p.WEB-DL.x264-GRP")
    await expect(page.get_by_test_id("tried-formats")).to_contain_text("From the web")
    await page.close()


async def _settings_at(browser: Browser, house: RunningHouse, place: str, *, small: bool = False) -> Page:
    page = await browser.new_page(viewport=PHONE if small else LAPTOP)
    await sign_in(page, house)
    await page.goto(f"{house.url}/settings")
    await page.get_by_test_id(f"to-{place}").click()
    await page.wait_for_url(f"**/settings/{place}")
    return page


async def _asked(house: RunningHouse, what: str) -> Any:
    return (await house.guest.http.get(f"/api/{what}")).json()
