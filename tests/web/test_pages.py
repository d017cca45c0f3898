from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from matinee.kernel.errors import Refused, Unreachable
from matinee.web.models import Problem
from matinee.web.pages import Pages
from tests.web.visiting import Visit

SHELL = "<!doctype html><title>Matinee</title>"


@pytest.fixture
def pages(tmp_path: Path) -> httpx2.AsyncClient:
    """Built pages, with a secret lying beside their folder and one behind a link in it."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(SHELL)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "app-1234.js").write_text("let a")
    (folder / "assets" / "app-1234.js.br").write_bytes(b"squeezed")
    (tmp_path / "secret.txt").write_text("hush")
    (tmp_path / "static-secret.txt").write_text("hush")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    app = Starlette(routes=[Mount("/", Pages(folder))])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house.test")


@pytest.mark.parametrize("path", ["/", "/title/movie-tmdb-603", "/watch/1", "/requests"])
async def test_addresses_that_the_pages_make_up_open_the_shell(pages: httpx2.AsyncClient, path: str) -> None:
    answer = await pages.get(path)
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, SHELL, "no-cache")


async def test_files_of_the_build_are_served_and_hashed_ones_for_ever(pages: httpx2.AsyncClient) -> None:
    assert (await pages.get("/favicon.svg")).text == "<svg/>"
    answer = await pages.get("/assets/app-1234.js", headers={"accept-encoding": "identity"})
    assert (answer.text, answer.headers["cache-control"]) == ("let a", "public, max-age=31536000, immutable")


@pytest.mark.parametrize("path", ["/nothing.js", "/assets/nothing.js", "/assets/", "/assets", "/a/b.css", "/%00.js"])
async def test_a_file_that_is_not_there_is_not_found_or_the_shell(pages: httpx2.AsyncClient, path: str) -> None:
    answer = await pages.get(path)
    assert answer.status_code == 404 or answer.text == SHELL


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/%2fetc%2fpasswd",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/../static-secret.txt",
        "/link.txt",
        "/%252e%252e/secret.txt",
        "/assets/app-1234.js/../../../secret.txt",
    ],
)
async def test_no_trick_with_the_path_leads_out_of_the_folder(pages: httpx2.AsyncClient, path: str) -> None:
    url = httpx2.URL("http://house.test").copy_with(raw_path=path.encode())
    for coding in ("identity", "br, gzip"):
        answer = await pages.get(url, headers={"accept-encoding": coding})
        assert "hush" not in answer.text
        assert "root:" not in answer.text


async def test_pages_are_only_read(pages: httpx2.AsyncClient) -> None:
    for path in ("/", "/favicon.svg", "/assets/app-1234.js"):
        assert (await pages.request("DELETE", path)).status_code == 405
        assert (await pages.head(path)).status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/favicon.svg", "/nothing.js", "/api/session", "/api/library"])
async def test_every_answer_tells_browsers_to_be_careful(visit: Visit, path: str) -> None:
    headers = (await visit.stranger().get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "script" not in policy.replace("default-src", "")


async def test_somebody_is_at_home(visit: Visit) -> None:
    assert (await visit.stranger().get("/healthz")).text == "ok"


# refusals


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/titles/movie-tmdb-999", 404),
        ("GET", "/api/titles/nonsense", 404),
        ("GET", "/api/requests/99", 404),
        ("DELETE", "/api/requests/99", 404),
        ("POST", "/api/requests/99/search-now", 404),
        ("GET", "/api/watch/99", 404),
        ("PUT", "/api/watch/99/progress", 404),
        ("GET", "/api/files/99/stream", 404),
        ("GET", "/api/requests/0", 422),
        ("GET", "/api/requests/-1", 422),
        ("GET", f"/api/requests/{2**31}", 422),
        ("GET", f"/api/watch/{10**30}", 422),
        ("GET", f"/api/files/{2**63}/stream", 422),
        ("GET", "/api/requests/abc", 422),
        ("GET", "/api/search", 422),
        ("GET", "/api/search?q=", 422),
        ("GET", "/api/search?q=" + "x" * 201, 422),
        ("GET", "/api/library?kind=book", 422),
        ("POST", "/api/session", 404),
        ("PATCH", "/api/library", 404),
    ],
)
async def test_every_refusal_is_a_problem_in_words(visit: Visit, method: str, path: str, status: int) -> None:
    browser = await visit.signed_in()
    body = {"position": 1.0, "duration": 2.0} if method == "PUT" else None
    answer = await browser.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert Problem.model_validate(answer.json()).detail


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "ref"),
        ({"ref": "movie-tmdb-603", "refs": 1}, "refs"),
        ({"ref": "movie-tmdb-603", "slot": "x" * 41}, "slot"),
        ({"ref": "movie-tmdb-603", "slot": ""}, "slot"),
        ({"ref": "movie-tmdb-603", "slot": "a\x00b"}, "slot"),
        ({"ref": "series-tvmaze-82", "episodes": [{"season": -1, "number": 1}]}, "episodes.0.season"),
        ({"ref": "series-tvmaze-82", "seasons": ["one"]}, "seasons.0"),
    ],
)
async def test_bad_input_is_refused_with_its_field(visit: Visit, body: dict[str, object], field: str) -> None:
    browser = await visit.signed_in()
    answer = await browser.post("/api/requests", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"ref": "\\ud800"}', b"[]", b"null"])
async def test_what_is_no_message_is_refused(visit: Visit, content: bytes) -> None:
    browser = await visit.signed_in()
    answer = await browser.post("/api/requests", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 404, 422)
    assert Problem.model_validate(answer.json()).detail


@pytest.mark.parametrize("text", ["\\ud800", "a\\u0000b", "\\u001b[2J"])
async def test_a_name_that_no_terminal_would_show_is_refused(visit: Visit, text: str) -> None:
    content = f'{{"name": "{text}", "password": "correct horse battery", "code": "x"}}'
    for path in ("/api/login", "/api/setup"):
        answer = await visit.stranger().post(path, content=content, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["field"]) == (422, "name")


async def test_what_may_work_later_is_said_so_and_keeps_its_secrets(visit: Visit) -> None:
    browser = await visit.signed_in()
    visit.home.metadata.trouble = Unreachable("TMDB: no answer from http://x/?api_key=s3cr3t")
    answer = await browser.get("/api/discover")
    assert (answer.status_code, answer.json()["detail"]) == (503, "TMDB: no answer from http://x/?api_key=[redacted]")
    visit.home.metadata.trouble = Refused("TMDB: the key was refused")
    assert (await browser.get("/api/discover")).status_code == 400


async def test_a_fault_of_ours_tells_nothing_of_the_inside(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise ZeroDivisionError("hush-hush")

    browser = await visit.signed_in()
    monkeypatch.setattr(visit.home.metadata, "discover", fail)
    answer = await browser.get("/api/discover")
    assert (answer.status_code, answer.json()["detail"]) == (500, "A fault inside Matinee; its log says more.")
    assert "hush-hush" in caplog.text
