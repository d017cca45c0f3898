"""The owner adds an indexer on its page, searches all of them by hand, and sees how they do."""

import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from matinee.lab import IndexerFault, Lab
from tests.browser.test_request_to_watch import LAPTOP, PATIENCE, PHONE, sign_in
from tests.stories.house import RunningHouse

FITS = "() => document.documentElement.scrollWidth <= window.innerWidth"


async def test_an_indexer_is_tried_step_by_step_and_added(browser: Browser, house: RunningHouse) -> None:
    page = await _page_at(browser, house, "")
    await page.get_by_test_id("add-indexer").click()
    await _fill_in(page, house, key="wrong")
    await page.get_by_test_id("try-indexer").click()
    steps = page.get_by_test_id("test-step")
    await expect(steps.last).to_contain_text("the API key was refused", timeout=PATIENCE)
    await expect(steps.last).to_have_attribute("data-ok", "false")
    await expect(steps.filter(has_text="Its address")).to_have_attribute("data-ok", "true")
    await page.get_by_test_id("setting-api_key").fill(house.found.torznab_key)
    await page.get_by_test_id("try-indexer").click()
    await expect(steps.last).to_contain_text("can be read", timeout=PATIENCE)
    await expect(steps.and_(page.locator("[data-ok=false]"))).to_have_count(0)
    await page.get_by_test_id("save-indexer").click()
    await page.wait_for_url("**/indexers")
    row = page.get_by_test_id("indexer").filter(has_text="Second")
    await expect(row.get_by_test_id("health")).to_contain_text("Well")
    assert [one["secrets"] for one in await _asked(house, "indexers") if one["name"] == "Second"] == [["api_key"]]
    await page.close()


async def test_an_indexer_is_changed_switched_and_sent_away(browser: Browser, house: RunningHouse) -> None:
    await _add_second(house)
    page = await _page_at(browser, house, "", small=True)
    row = page.get_by_test_id("indexer").filter(has_text="Second")
    await row.get_by_test_id("switch").click()
    await expect(row.get_by_test_id("health")).to_contain_text("Off")
    await row.get_by_test_id("open-indexer").click()
    assert await page.evaluate(FITS)
    await page.get_by_test_id("indexer-name").fill("Second of two")
    await page.get_by_test_id("for-rss").uncheck()
    await page.get_by_test_id("save-indexer").click()
    await expect(row).to_contain_text("Second of two")
    kept = next(one for one in await _asked(house, "indexers") if one["name"] == "Second of two")
    assert (kept["enabled"], kept["for_rss"], kept["secrets"]) == (False, False, ["api_key"])
    await row.get_by_test_id("open-indexer").click()
    await page.get_by_test_id("remove-indexer").click()
    await page.get_by_role("dialog").get_by_role("button", name="Send it away").click()
    await expect(row).to_have_count(0)
    await page.close()


async def test_those_of_the_configuration_file_are_not_changed_here(browser: Browser, house: RunningHouse) -> None:
    page = await _page_at(browser, house, "")
    row = page.get_by_test_id("indexer").filter(has_text="Lab")
    await expect(row).to_contain_text("It stands in matinee.toml")
    await expect(row.get_by_test_id("open-indexer")).to_have_count(0)
    await expect(row.get_by_test_id("switch")).to_have_count(0)
    await row.get_by_test_id("test-indexer").click()
    await expect(row.get_by_test_id("test-step").last).to_contain_text("can be read", timeout=PATIENCE)
    await page.close()


async def test_a_search_by_hand_shows_what_is_there_while_others_are_waited_for(
    browser: Browser, house: RunningHouse, lab: Lab
) -> None:
    await _add_second(house)
    page = await _page_at(browser, house, "search")
    await page.get_by_test_id("manual-query").fill("tin comet")
    await page.get_by_test_id("manual-search").click()
    finds, progress = page.get_by_test_id("find"), page.get_by_test_id("progress")
    await expect(progress.and_(page.locator("[data-state=found]"))).to_have_count(2, timeout=PATIENCE)
    await expect(page.get_by_test_id("also").first).to_contain_text("also at")
    await expect(page.get_by_test_id("search-status")).to_contain_text("2 of 2 indexers answered")
    everything = await finds.count()
    await page.get_by_test_id("manual-filter").fill("-cam 1080p")
    await page.get_by_test_id("manual-search").click()
    await expect(finds).not_to_have_count(everything)
    await expect(finds.filter(has_text="HDCAM")).to_have_count(0)
    await page.get_by_test_id("sort-size").click()
    await expect(finds.first).to_contain_text("REMUX")
    lab.faults.indexer = IndexerFault.HANG
    await page.get_by_test_id("manual-query").fill("night tram")
    await page.get_by_test_id("manual-search").click()
    await expect(progress.and_(page.locator("[data-state=waiting]"))).to_have_count(2)
    await page.get_by_test_id("manual-stop").click()
    await expect(progress.and_(page.locator("[data-state=skipped]"))).to_have_count(2)
    await page.close()


async def test_a_filter_that_cannot_be_read_is_explained_beside_it(browser: Browser, house: RunningHouse) -> None:
    page = await _page_at(browser, house, "search", small=True)
    field = page.get_by_test_id("manual-filter")
    await field.fill("size<lots")
    await page.get_by_test_id("manual-search").click()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await page.get_by_test_id("filter-help").click()
    await expect(page.get_by_role("dialog", name="The filter")).to_be_visible()
    assert await page.evaluate(FITS)
    await page.close()


async def test_a_trouble_is_told_in_words_and_costs_nothing(browser: Browser, house: RunningHouse, lab: Lab) -> None:
    lab.faults.indexer = IndexerFault.ERROR
    page = await _page_at(browser, house, "search")
    await page.get_by_test_id("manual-search").click()
    await expect(page.get_by_test_id("progress")).to_have_attribute("data-state", "trouble", timeout=PATIENCE)
    await expect(page.get_by_test_id("search-trouble")).to_contain_text("500")
    await page.goto(f"{house.url}/indexers")
    await expect(page.get_by_test_id("health")).to_contain_text(re.compile(r"Left alone for now, asked again\s+in \d+"))
    await page.close()


async def test_a_find_is_taken_by_hand(browser: Browser, house: RunningHouse, lab: Lab) -> None:
    lab.set_seed_rate(25_000_000)
    page = await _page_at(browser, house, "search", small=True)
    await page.get_by_test_id("manual-query").fill("tin comet shaky")
    await page.get_by_test_id("manual-search").click()
    row = page.get_by_test_id("find").filter(has_text="HDCAM")
    await row.get_by_test_id("grab").click()
    await expect(row.get_by_test_id("grab")).to_contain_text("Taken", timeout=PATIENCE)
    assert await page.evaluate(FITS)
    await page.close()


async def test_what_the_indexers_did_is_drawn_and_told(browser: Browser, house: RunningHouse, lab: Lab) -> None:
    await house.guest.http.get("/api/indexers/search?q=tin+comet")
    lab.faults.indexer = IndexerFault.ERROR
    await house.guest.http.get("/api/indexers/search?q=night+tram")
    page = await _page_at(browser, house, "history")
    drawn = page.get_by_test_id("chart-asked")
    await expect(drawn.get_by_role("listitem")).to_contain_text("2, 1 failed")
    await expect(drawn.get_by_test_id("bar")).to_have_count(2)
    events = page.get_by_test_id("history-event")
    await expect(events).to_have_count(2)
    await expect(events.first).to_contain_text("500")
    await page.get_by_test_id("history-kind").select_option("grab")
    await expect(events).to_have_count(0)
    await page.close()


async def test_the_catalogue_is_looked_through_and_told_where_definitions_come_from(
    browser: Browser, house: RunningHouse
) -> None:
    page = await _page_at(browser, house, "add", small=True)
    await page.get_by_test_id("search-offers").fill("generic")
    await expect(page.get_by_test_id("offer")).to_have_count(2)
    await page.get_by_text("Narrow it down").click()
    await page.get_by_test_id("offer-protocol").select_option("usenet")
    await expect(page.get_by_test_id("offer")).to_contain_text("Generic Newznab")
    await page.get_by_test_id("definitions-source").fill("/nowhere/at/all")
    await page.get_by_test_id("save-definitions").click()
    await expect(page.get_by_role("alert")).to_contain_text("/nowhere/at/all")
    assert await page.evaluate(FITS)
    await page.close()


async def test_a_proxy_is_kept_without_showing_its_password(browser: Browser, house: RunningHouse) -> None:
    page = await _page_at(browser, house, "")
    await page.get_by_test_id("new-proxy").click()
    await page.get_by_test_id("proxy-name").fill("Through the cellar")
    await page.get_by_test_id("proxy-url").fill("http://cellar:8080")
    await page.get_by_label("Password").fill("very secret")
    await page.get_by_test_id("proxy-form").get_by_label("Tags").fill("cellar, vpn")
    await page.get_by_test_id("save-proxy").click()
    await expect(page.get_by_test_id("proxy")).to_contain_text("cellar, vpn")
    (kept,) = await _asked(house, "proxies")
    assert (kept["has_password"], kept["tags"]) == (True, ["cellar", "vpn"])
    await page.close()


async def _page_at(browser: Browser, house: RunningHouse, place: str, *, small: bool = False) -> Page:
    page = await browser.new_page(viewport=PHONE if small else LAPTOP)
    await sign_in(page, house)
    await page.goto(f"{house.url}/settings")
    await page.get_by_test_id("to-indexers").click()
    await page.wait_for_url("**/indexers")
    if place:
        await page.goto(f"{house.url}/indexers/{place}")
    return page


async def _fill_in(page: Page, house: RunningHouse, *, key: str) -> None:
    await page.get_by_test_id("search-offers").fill("generic torznab")
    await page.get_by_test_id("offer").click()
    await page.get_by_test_id("indexer-name").fill("Second")
    await page.get_by_test_id("setting-url").fill(house.found.torznab)
    await page.get_by_test_id("setting-api_key").fill(key)


async def _add_second(house: RunningHouse) -> None:
    settings = {"url": house.found.torznab, "api_key": house.found.torznab_key}
    body = {"name": "Second", "kind": "torznab", "definition": "Generic Torznab", "settings": settings}
    answer = await house.guest.http.post("/api/indexers", json=body)
    assert answer.status_code == 201, answer.text


async def _asked(house: RunningHouse, what: str) -> Any:
    return (await house.guest.http.get(f"/api/{what}")).json()
