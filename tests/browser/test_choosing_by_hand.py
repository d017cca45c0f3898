"""Somebody disagrees with the rules, reads every reason, and takes a release by hand."""

from playwright.async_api import Browser, expect

from matinee.lab import IndexerFault, Lab
from tests.browser.test_request_to_watch import LAPTOP, PATIENCE, PHONE, sign_in
from tests.stories.house import RunningHouse

CAM = "Tin.Comet.2021.HDCAM.x264-SHAKY"


async def test_a_refused_release_is_taken_with_a_word_why(browser: Browser, house: RunningHouse, lab: Lab) -> None:
    lab.faults.indexer = IndexerFault.ERROR
    wish = await house.guest.ask_for_film("Tin Comet")
    await house.until(wish.id, "waiting")
    lab.faults.indexer = IndexerFault.NONE
    page = await browser.new_page(viewport=LAPTOP)
    await sign_in(page, house)
    await page.goto(f"{house.url}/requests/{wish.id}")
    await page.get_by_test_id("choose").click()
    await page.get_by_test_id("ask-indexers").click()
    row = page.get_by_test_id("choice").filter(has_text=CAM)
    await expect(row).to_contain_text("CAM is not in the profile '1080p, small'. To change it: allow CAM")
    await row.get_by_text("Why is it read so?").click()
    await expect(row.get_by_test_id("read-quality")).to_have_text("CAM", timeout=PATIENCE)
    await row.get_by_test_id("take").click()
    await page.get_by_test_id("why").fill("it has the songs")
    await page.get_by_test_id("take-it").click()
    await page.wait_for_url(f"**/requests/{wish.id}")
    await house.until(wish.id)
    assert [film.name for film in house.films] == ["Tin Comet (2021) CAM.mp4"]
    await page.close()


async def test_a_name_is_read_as_it_is_typed(browser: Browser, house: RunningHouse) -> None:
    page = await browser.new_page(viewport=PHONE)
    await sign_in(page, house)
    await page.goto(f"{house.url}/reading")
    await page.get_by_test_id("name-to-read").fill("Night.Tram.S01E02.PROPER.1080p.WEB-DL.x264-GROUP")
    await expect(page.get_by_test_id("read-episode")).to_have_text("S01E02", timeout=PATIENCE)
    await expect(page.get_by_test_id("read-revision")).to_have_text("version 2")
    assert await page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    await page.close()
