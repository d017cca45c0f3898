"""Opens the watch page in a headless browser and waits until the picture moves."""

from playwright.async_api import Error, async_playwright

from matinee.demo.guest import Guest
from matinee.kernel.errors import Refused

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
)
_PATIENCE_MS = 20_000
_MOVES = "() => { const v = document.querySelector('video'); return v && v.currentTime > 1 ? v.currentTime : 0 }"
_PLAY = "() => document.querySelector('video').play()"


async def watch(chromium: str, guest: Guest, file_id: int) -> float:
    """Seconds that the film has moved on. Refused, with the browser's own words, when it does not."""
    cookies = [
        {"name": cookie.name, "value": cookie.value or "", "url": guest.url} for cookie in guest.http.cookies.jar
    ]
    try:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=chromium, args=list(_FLAGS))
            context = await browser.new_context()
            await context.add_cookies(cookies)  # type: ignore[arg-type]
            page = await context.new_page()
            await page.goto(f"{guest.url}/watch/{file_id}")
            await page.wait_for_selector("video", timeout=_PATIENCE_MS)
            await page.evaluate(_PLAY)
            moved = await page.wait_for_function(_MOVES, timeout=_PATIENCE_MS)
            seconds = float(await moved.json_value())
            await browser.close()
    except Error as error:
        raise Refused(f"the browser: {error.message.splitlines()[0]}") from error
    return seconds
