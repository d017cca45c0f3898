"""Posters come from allowed hosts only, as small as asked, and never twice for nothing."""

import asyncio
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from matinee.engines.artwork import Artwork, Picture, hosts_of
from matinee.kernel.cache import FolderCache
from matinee.kernel.errors import NotFound, Refused, Unreachable

URL = "https://pictures.test/t/p/w780/tin.jpg"
HOSTS = frozenset({"pictures.test", "mirror.test:8080"})

Answer = Callable[[httpx2.Request], httpx2.Response]


def drawn(size: tuple[int, int] = (600, 900), mode: str = "RGB", form: str = "JPEG", **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 0 if mode in "1LP" else (10,) * len(mode)).save(out, form, **more)
    return out.getvalue()


def serves(content: bytes) -> Answer:
    return lambda request: httpx2.Response(200, content=content)


class Shelf:
    """Artwork over a temporary folder, counting what it asks of the network."""

    def __init__(self, folder: Path, answer: Answer) -> None:
        self.asked: list[str] = []
        self.time = 0.0
        self.answer = answer
        cache = FolderCache(folder, limit_bytes=50_000_000)
        transport = httpx2.MockTransport(self._count)
        self.art = Artwork(cache, HOSTS, transport=transport, monotonic=lambda: self.time)

    def _count(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        return self.answer(request)


def opened(picture: Picture) -> Image.Image:
    assert picture.content_type == "image/webp"
    return Image.open(BytesIO(picture.content), formats=["WEBP"])


async def test_a_poster_is_as_wide_as_asked_and_keeps_its_proportions(tmp_path: Path) -> None:
    picture = await Shelf(tmp_path, serves(drawn((600, 900)))).art.picture(URL, 342)
    assert opened(picture).size == (342, 513)
    assert picture.etag.startswith('"') and picture.etag.endswith('"')


async def test_a_small_picture_is_never_enlarged(tmp_path: Path) -> None:
    assert opened(await Shelf(tmp_path, serves(drawn((100, 150)))).art.picture(URL, 500)).size == (100, 150)


async def test_the_second_time_comes_from_disk_and_is_the_same(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, serves(drawn()))
    first = await shelf.art.picture(URL, 185)
    assert await shelf.art.picture(URL, 185) == first
    assert await Shelf(tmp_path, serves(b"")).art.picture(URL, 185) == first
    await shelf.art.picture(URL, 92)
    assert len(shelf.asked) == 1


async def test_equal_wishes_fetch_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, serves(drawn()))
    await asyncio.gather(*(shelf.art.picture(URL, width) for width in (92, 185) * 4))
    assert len(shelf.asked) == 1


async def test_the_camera_is_not_in_it_but_its_turn_is(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Somebody"
    picture = await Shelf(tmp_path, serves(drawn((600, 400), exif=exif.tobytes()))).art.picture(URL, 342)
    image = opened(picture)
    assert b"Somebody" not in picture.content and not image.getexif() and "exif" not in image.info
    assert image.size == (342, 513)


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("P", "PNG"),
        ("1", "PNG"),
        ("LA", "PNG"),
        ("I;16", "PNG"),
        ("P", "GIF"),
        ("RGBA", "WEBP"),
    ],
)
async def test_odd_pictures_are_shown_too(tmp_path: Path, mode: str, form: str) -> None:
    out = BytesIO()
    Image.new(mode, (200, 300)).save(out, form)
    assert opened(await Shelf(tmp_path, serves(out.getvalue())).art.picture(URL, 92)).size == (92, 138)


async def test_a_moving_picture_shows_its_first_frame(tmp_path: Path) -> None:
    out = BytesIO()
    frames = [Image.new("RGB", (120, 90), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    image = opened(await Shelf(tmp_path, serves(out.getvalue())).art.picture(URL, 92))
    red, _, blue = image.convert("RGB").resize((1, 1)).tobytes()
    assert getattr(image, "n_frames", 1) == 1 and red > 200 > blue


async def test_transparency_stays(tmp_path: Path) -> None:
    picture = await Shelf(tmp_path, serves(drawn((200, 200), "RGBA", "PNG"))).art.picture(URL, 92)
    assert opened(picture).mode == "RGBA"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/a.jpg",
        "http://127.0.0.1/a.jpg",
        "http://[::1]/a.jpg",
        "file:///etc/passwd",
        "ftp://pictures.test/a.jpg",
        "//pictures.test/a.jpg",
        "https://pictures.test@evil.test/a.jpg",
        "https://user:pass@pictures.test/a.jpg",
        "https://pictures.test:22/a.jpg",
        "https://mirror.test/a.jpg",
        "https://pictures.test.evil.test/a.jpg",
        "https://evil.test\\@pictures.test/a.jpg",
        "https://evil.test#@pictures.test/",
        "https://pictures.test:x/",
        "",
        "https://",
    ],
)
async def test_other_hosts_are_never_asked(tmp_path: Path, url: str) -> None:
    shelf = Shelf(tmp_path, serves(drawn()))
    with pytest.raises(Refused):
        await shelf.art.picture(url, 92)
    assert shelf.asked == []


async def test_a_redirect_within_the_allowed_hosts_is_followed(tmp_path: Path) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "pictures.test":
            return httpx2.Response(302, headers={"location": "http://mirror.test:8080/tin.jpg"})
        return httpx2.Response(200, content=drawn())

    assert opened(await Shelf(tmp_path, answer).art.picture(URL, 92)).width == 92


@pytest.mark.parametrize("location", ["http://169.254.169.254/latest", "file:///etc/passwd", "http://mirror.test/"])
async def test_a_redirect_elsewhere_is_refused(tmp_path: Path, location: str) -> None:
    shelf = Shelf(tmp_path, lambda request: httpx2.Response(302, headers={"location": location}))
    with pytest.raises(Refused, match="not fetched from"):
        await shelf.art.picture(URL, 92)
    assert len(shelf.asked) == 1


async def test_redirects_end(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, lambda request: httpx2.Response(302, headers={"location": "/again"}))
    with pytest.raises(Refused, match="more than 5"):
        await shelf.art.picture(URL, 92)


def huge_png() -> bytes:
    """A few bytes that would unpack to 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = (60_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>login</html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        drawn()[:200],
        b"%!PS-Adobe-3.0 EPSF-3.0",
        huge_png(),
    ],
)
async def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Refused, match=r"pictures\.test"):
        await Shelf(tmp_path, serves(content)).art.picture(URL, 92)


@pytest.mark.parametrize("size", [(9000, 5000), (11000, 9000)])
async def test_a_picture_too_large_to_unpack_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(Refused, match="too large to unpack"):
        await Shelf(tmp_path, serves(drawn(size, "1", "PNG"))).art.picture(URL, 92)


async def test_more_than_ten_megabytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="larger than 10 MB"):
        await Shelf(tmp_path, serves(b"\xff\xd8" + bytes(11 * 1024 * 1024))).art.picture(URL, 92)


async def test_other_widths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not 100"):
        await Shelf(tmp_path, serves(drawn())).art.picture(URL, 100)


async def test_a_failure_is_remembered_for_a_minute(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, lambda request: httpx2.Response(404))
    for width in (92, 92, 185):
        with pytest.raises(NotFound):
            await shelf.art.picture(URL, width)
    assert len(shelf.asked) == 1
    shelf.time += 61
    shelf.answer = serves(drawn())
    assert (await shelf.art.picture(URL, 92)).content


async def test_a_silent_host_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"pictures\.test"):
        await Shelf(tmp_path, lambda request: httpx2.Response(503)).art.picture(URL, 92)


def test_hosts_are_read_from_image_bases() -> None:
    bases = ["https://image.tmdb.org/t/p", "http://127.0.0.1:8123/x", "https://Static.TVmaze.com:443/"]
    assert hosts_of(bases) == {"image.tmdb.org", "127.0.0.1:8123", "static.tvmaze.com"}


def test_an_idle_house_does_not_load_pillow() -> None:
    look = "import sys, matinee.engines.artwork; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


async def test_what_was_no_picture_is_fetched_again_later(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, serves(b"<html>maintenance</html>"))
    with pytest.raises(Refused):
        await shelf.art.picture(URL, 92)
    shelf.time += 61
    shelf.answer = serves(drawn())
    assert opened(await shelf.art.picture(URL, 92)).width == 92
