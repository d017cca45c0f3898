"""Somebody sits down with a phone or a laptop, asks for a film, and watches it."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from matinee.lab import Lab
from tests.stories.house import OWNER, PASSWORD, RunningHouse

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 20_000
MOVES = "() => document.querySelector('video').currentTime > 1.5"


async def sign_in(page: Page, house: RunningHouse) -> None:
    await page.goto(house.url)
    await page.get_by_test_id("login-name").fill(OWNER)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("search-box").first).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_from_the_wish_to_the_moving_picture(
    browser: Browser, house: RunningHouse, lab: Lab, size: ViewportSize
) -> None:
    lab.set_seed_rate(25_000_000)
    page = await browser.new_page(viewport=size)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    await sign_in(page, house)
    complaints.clear()  # the first look at the session is a 401 by nature
    await page.get_by_test_id("search-box").first.fill("tin comet")
    await page.wait_for_url("**/search?q=*")
    await page.get_by_role("main").get_by_role("link", name=re.compile("Tin Comet")).first.click()
    await page.wait_for_url("**/title/movie-tmdb-*")
    await page.get_by_test_id("request-button").click()
    await expect(page.get_by_test_id("journey-state").first).to_be_visible(timeout=PATIENCE)
    await page.get_by_test_id("watch-link").first.click(timeout=PATIENCE)
    await page.get_by_test_id("video").wait_for()
    await page.evaluate("() => document.querySelector('video').play()")
    await page.wait_for_function(MOVES, timeout=PATIENCE)
    assert complaints == []
    await page.close()


async def test_the_viewer_goes_on_where_they_stopped(browser: Browser, house: RunningHouse) -> None:
    wish = await house.guest.ask_for_film("Tin Comet")
    (journey,) = (await house.until(wish.id)).journeys
    address = f"{house.url}/watch/{journey.file_id}"
    page = await browser.new_page(viewport=LAPTOP)
    await sign_in(page, house)
    await page.goto(address)
    await page.get_by_test_id("video").wait_for()
    await page.evaluate("() => { const v = document.querySelector('video'); v.currentTime = 21; return v.play() }")
    await page.wait_for_function("() => document.querySelector('video').currentTime > 24", timeout=PATIENCE)
    async with page.expect_response(lambda answer: answer.url.endswith("/progress")):
        await page.evaluate("() => document.querySelector('video').pause()")
    told = (await house.guest.http.get(f"/api/watch/{journey.file_id}")).json()
    assert 21 < told["file"]["position"] < 40
    await page.close()


async def test_the_timeline_tells_every_stage_and_every_no(browser: Browser, house: RunningHouse) -> None:
    wish = await house.guest.ask_for_film("Tin Comet")
    await house.until(wish.id)
    page = await browser.new_page(viewport=LAPTOP)
    await sign_in(page, house)
    await page.goto(f"{house.url}/requests/{wish.id}")
    for stage in ("asked", "searched", "grabbed", "downloaded", "imported", "ready"):
        await expect(page.get_by_test_id(f"stage-{stage}").first).to_be_visible()
    await expect(page.get_by_test_id("timeline").first).to_contain_text("refused")
    await page.close()


async def test_the_map_asks_every_link(browser: Browser, house: RunningHouse) -> None:
    page = await browser.new_page(viewport=LAPTOP)
    await sign_in(page, house)
    await page.goto(f"{house.url}/map")
    await page.get_by_test_id("map").wait_for()
    async with page.expect_response(lambda answer: answer.url.endswith("/api/map/probe")) as probed:
        await page.get_by_test_id("probe-now").click()
    told = await (await probed.value).json()
    states = {link["id"]: link["state"] for link in told["links"]}
    assert states["pipeline-torrent"] == "green"
    assert states["pipeline-library"] == "green"
    await expect(page.get_by_test_id("link-pipeline-torrent").first).to_be_attached()
    await page.close()


async def test_pages_can_be_walked_by_keyboard(browser: Browser, house: RunningHouse) -> None:
    page = await browser.new_page(viewport=LAPTOP)
    await sign_in(page, house)
    await page.goto(house.url)
    await expect(page.get_by_test_id("search-box").first).to_be_visible()
    reached = []
    for _ in range(12):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("() => document.activeElement.getAttribute('href') || ''"))
    assert "#main" in reached[0], "the first stop skips the navigation"
    assert {"/requests", "/library", "/activity", "/map"} <= set(reached)
    await page.close()


async def test_pictures_come_through_the_house(browser: Browser, house: RunningHouse, tmp_path: Path) -> None:
    page = await browser.new_page(viewport=LAPTOP)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await sign_in(page, house)
    await page.wait_for_function("() => [...document.images].some(i => i.naturalWidth > 0)", timeout=PATIENCE)
    assert all(url.startswith((house.url, "data:", "blob:")) for url in asked)
    await page.close()
