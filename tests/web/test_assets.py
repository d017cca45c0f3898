"""The built files: squeezed for whoever can unfold them, kept for ever, and nothing strange breaks them."""

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from matinee.web.models import Problem
from matinee.web.pages import Pages
from tests.web.visiting import HOME, Visit

FOREVER = "public, max-age=31536000, immutable"
TYPES = {".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def visitor(folder: Path) -> httpx2.AsyncClient:
    app = Starlette(routes=[Mount("/", Pages(folder))])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HOME)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A build whose script is there plain and squeezed twice, its picture plain only."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    for name, content in {"x.js": "plain", "x.js.br": "by brotli", "x.js.gz": "by gzip", "y.svg": "<svg/>"}.items():
        (assets / name).write_text(content)
    return tmp_path


async def raw(client: httpx2.AsyncClient, path: str, accepted: str) -> tuple[str | None, bytes]:
    """How the answer is coded, and its bytes before anybody unfolds them."""
    async with client.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        assert answer.status_code == 200
        assert (answer.headers["cache-control"], answer.headers["vary"]) == (FOREVER, "Accept-Encoding")
        assert answer.headers["content-type"] == (
            "image/svg+xml" if "svg" in path else "text/javascript; charset=utf-8"
        )
        return answer.headers.get("content-encoding"), b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize(
    ("accepted", "coding", "content"),
    [
        ("gzip, deflate, br, zstd", "br", b"by brotli"),
        ("gzip, deflate", "gzip", b"by gzip"),
        ("GZIP;q=0.5", "gzip", b"by gzip"),
        ("br;q=0, gzip", "gzip", b"by gzip"),
        ("br;q=0.0, gzip; q=0", None, b"plain"),
        ("br;q=0.01", "br", b"by brotli"),
        ("brotli, x-gzip", None, b"plain"),
        ("identity", None, b"plain"),
        ("", None, b"plain"),
    ],
)
async def test_a_script_comes_as_the_browser_can_unfold_it(
    built: Path, accepted: str, coding: str | None, content: bytes
) -> None:
    assert await raw(visitor(built), "/assets/x.js", accepted) == (coding, content)


async def test_what_the_build_did_not_squeeze_comes_plain(built: Path) -> None:
    assert await raw(visitor(built), "/assets/y.svg", "br, gzip") == (None, b"<svg/>")


async def test_a_script_that_the_browser_has_is_not_sent_again(built: Path) -> None:
    client = visitor(built)
    for accepted in ("br", "gzip", "identity"):
        async with client.stream("GET", "/assets/x.js", headers={"Accept-Encoding": accepted}) as answer:
            tag = answer.headers["etag"]
        again = await client.get("/assets/x.js", headers={"Accept-Encoding": accepted, "If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/assets/%00.js", "/assets/" + "x" * 300 + ".js", "/assets/gone.js", "/assets/x.js/y"]
)
@pytest.mark.parametrize("accepted", ["br, gzip", "identity"])
async def test_a_strange_name_is_only_not_found(built: Path, path: str, accepted: str) -> None:
    answer = await visitor(built).get(f"/assets/{path}", headers={"Accept-Encoding": accepted})
    assert (answer.status_code, "cache-control" in answer.headers) == (404, False)


async def test_pages_that_are_not_built_say_how_to_build_them(tmp_path: Path) -> None:
    client = visitor(tmp_path / "nowhere")
    answer = await client.get("/requests/1")
    assert (answer.status_code, answer.text) == (503, "The pages are not built. In a checkout: make setup\n")
    assert (await client.get("/assets/x.js")).status_code == 404


@pytest.mark.parametrize("path", ["/", "/requests/1", "/favicon.svg", "/assets/x.js", "/healthz"])
async def test_writing_to_a_page_is_refused_in_words(visit: Visit, path: str) -> None:
    answer = await visit.stranger().post(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert Problem.model_validate(answer.json()).detail
