"""Who comes in, by which door, and who does not: every route of the site is tried."""

import asyncio

import httpx2
import pytest
from sqlalchemy import delete
from starlette.routing import Mount

from matinee.kernel import auth
from matinee.kernel.auth import Role
from matinee.kernel.errors import Unreachable
from matinee.web.gate import COOKIE, PUBLIC
from matinee.web.pages import Pages
from matinee.web.site import site
from tests.pipeline.household import PASSWORD
from tests.web.visiting import HOME, Visit, doors, raises

# Everything outside /api that answers without a login; whoever adds a way in must add it here.
OPEN = {("GET", "/healthz"), ("HEAD", "/healthz"), ("*", "")}
OWNERS = {
    ("GET", "/api/keys"),
    ("POST", "/api/keys"),
    ("DELETE", "/api/keys/{key_id}"),
    ("GET", "/api/system"),
    ("GET", "/api/metrics"),
}

ALL = doors(site())
API = [door for door in ALL if door.path.startswith("/api")]
GUARDED = [door for door in API if door.path not in PUBLIC]
UNSAFE = [door for door in GUARDED if door.method not in ("GET", "HEAD")]


def test_the_list_of_open_doors_is_complete() -> None:
    assert {(door.method, door.path) for door in ALL if door not in API} == OPEN
    pages = next(door.route for door in ALL if door.method == "*")
    assert isinstance(pages, Mount) and isinstance(pages.app, Pages)
    assert len(GUARDED) > 18
    assert {door.path for door in API} >= PUBLIC


async def test_nobody_comes_in_without_credentials(visit: Visit) -> None:
    stranger = visit.stranger()
    for door in GUARDED:
        answer = await stranger.request(door.method, door.address)
        assert answer.status_code == 401, door
        assert door.method == "HEAD" or answer.json() == {"detail": "Please sign in.", "field": None}, door


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": f"{COOKIE}=made-up"},
        {"x-api-key": "made-up"},
        {"authorization": "Bearer made-up"},
        {"authorization": "Basic YW5uYTp4"},
        {"x-api-key": ""},
        {"cookie": f"{COOKIE}="},
        {"cookie": "\x7f=;;;=", "authorization": "Bearer"},
    ],
)
async def test_made_up_credentials_are_none(visit: Visit, headers: dict[str, str]) -> None:
    assert (await visit.stranger(**headers).get("/api/library")).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/library/", "/api//library", "/api/nowhere", "/api/openapi.json", "/api/session/x"],
)
async def test_no_other_spelling_of_a_door_is_open(visit: Visit, path: str) -> None:
    assert (await visit.stranger().get(path)).status_code == 401


@pytest.mark.parametrize("path", ["/%61pi/library", "/API/library", "//api/library", "/x/../api/library"])
async def test_a_disguised_door_gives_nothing_of_the_house(visit: Visit, path: str) -> None:
    answer = await visit.stranger().get(path)
    assert answer.status_code in (401, 404, 503) or "<!doctype html>" in answer.text.lower()


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": "guessed"}, {"X-CSRF-Token": ""}])
async def test_a_cookie_alone_changes_nothing(visit: Visit, headers: dict[str, str]) -> None:
    browser = await visit.signed_in(csrf=False)
    for door in UNSAFE:
        answer = await browser.request(door.method, door.address, headers=headers)
        assert (answer.status_code, "X-CSRF-Token" in answer.json()["detail"]) == (403, True), door


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://house.test.evil.test", "http://["])
async def test_another_sites_page_changes_nothing(visit: Visit, origin: str) -> None:
    browser = await visit.signed_in()
    for door in [door for door in API if door.method not in ("GET", "HEAD")]:
        answer = await browser.request(door.method, door.address, headers={"Origin": origin})
        assert answer.status_code == 403, door
        assert answer.json()["detail"] == "This change comes from another site's page."


async def test_our_own_page_may_change_things(visit: Visit) -> None:
    browser = await visit.signed_in()
    answer = await browser.post("/api/requests", json={"ref": "movie-tmdb-603"}, headers={"Origin": HOME})
    assert answer.status_code == 201


async def test_an_app_with_a_key_needs_no_csrf_until_the_key_is_revoked(visit: Visit) -> None:
    app, key_id = await visit.app_of()
    assert (await app.post("/api/requests", json={"ref": "movie-tmdb-603"})).status_code == 201
    key = app.headers["x-api-key"]
    bearer = visit.stranger(Authorization=f"Bearer {key}")
    assert (await bearer.get("/api/library")).status_code == 200
    owner = await visit.signed_in()
    assert (await owner.delete(f"/api/keys/{key_id}")).status_code == 204
    assert (await app.get("/api/library")).status_code == 401
    assert (await bearer.get("/api/library")).status_code == 401
    assert (await owner.delete(f"/api/keys/{key_id}")).status_code == 404


async def test_a_wrong_key_is_not_made_good_by_a_cookie(visit: Visit) -> None:
    browser = await visit.signed_in()
    assert (await browser.get("/api/library", headers={"X-Api-Key": "made-up"})).status_code == 401


@pytest.mark.parametrize("role", [Role.MANAGER, Role.MEMBER, Role.CHILD])
async def test_what_is_the_owners_is_nobody_elses(visit: Visit, role: Role) -> None:
    await visit.person("Ben", role)
    browser = await visit.signed_in("Ben")
    for method, path in OWNERS:
        answer = await browser.request(method, path.replace("{key_id}", "1"), json={"name": "x"})
        assert (answer.status_code, answer.json()["detail"]) == (403, "Only the owner may do this."), path
    assert (await browser.get("/api/library")).status_code == 200


async def test_the_owner_makes_keys_and_sees_each_once(visit: Visit) -> None:
    browser = await visit.signed_in()
    made = (await browser.post("/api/keys", json={"name": "TV"})).json()
    assert (await visit.stranger(**{"X-Api-Key": made["key"]}).get("/api/session")).json()["user"]["name"] == "Anna"
    listed = await browser.get("/api/keys")
    assert [key["name"] for key in listed.json()] == ["TV"]
    assert made["key"] not in listed.text


async def test_a_key_neither_shows_nor_makes_nor_revokes_keys(visit: Visit) -> None:
    app, key_id = await visit.app_of()
    for method, path in (("GET", "/api/keys"), ("POST", "/api/keys"), ("DELETE", f"/api/keys/{key_id}")):
        answer = await app.request(method, path, json={"name": "x"})
        told = "Keys are made and revoked on the page, not with a key."
        assert (answer.status_code, answer.json()["detail"]) == (403, told), method
    assert len(await visit.home.doorkeeper.keys()) == 1


# signing in and out


async def test_a_stranger_learns_only_that_there_is_a_house(visit: Visit) -> None:
    told = (await visit.stranger().get("/api/session")).json()
    assert (told["user"], told["csrf"], told["needs_setup"]) == (None, None, False)


async def test_signing_in_gives_a_cookie_that_scripts_cannot_read(visit: Visit) -> None:
    answer = await visit.stranger().post("/api/login", json={"name": "anna", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/", "max-age="))
    assert "secure" not in cookie
    assert answer.json()["user"] == {"id": 1, "name": "Anna", "role": "owner"}


async def test_behind_https_the_cookie_is_for_https_alone(visit: Visit) -> None:
    answer = await visit.stranger().post("https://house.test/api/login", json={"name": "anna", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(("name", "password"), [("Anna", "wrong horse battery"), ("Nobody", PASSWORD)])
async def test_a_wrong_login_does_not_tell_which_part_was_wrong(visit: Visit, name: str, password: str) -> None:
    answer = await visit.stranger().post("/api/login", json={"name": name, "password": password})
    assert (answer.status_code, answer.json()["detail"]) == (401, "Name or password is wrong.")
    assert "set-cookie" not in answer.headers


async def test_who_guesses_has_to_wait(visit: Visit) -> None:
    stranger = visit.stranger()
    for _ in range(5):
        assert (await stranger.post("/api/login", json={"name": "Anna", "password": "guess"})).status_code == 401
    answer = await stranger.post("/api/login", json={"name": "Anna", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Try again in" in answer.json()["detail"]


async def test_who_guesses_elsewhere_keeps_nobody_out(visit: Visit) -> None:
    transport = httpx2.ASGITransport(visit.app, client=("203.0.113.9", 4711))
    async with httpx2.AsyncClient(transport=transport, base_url=HOME) as guesser:
        for _ in range(6):
            answer = await guesser.post("/api/login", json={"name": "Anna", "password": "guess"})
        assert answer.status_code == 429
    assert (await visit.stranger().post("/api/login", json={"name": "Anna", "password": PASSWORD})).status_code == 200


async def test_after_signing_out_the_cookie_is_worth_nothing(visit: Visit) -> None:
    browser = await visit.signed_in()
    cookie = browser.cookies[COOKIE]
    assert (await browser.post("/api/logout")).status_code == 204
    assert COOKIE not in browser.cookies
    assert (await visit.stranger(cookie=f"{COOKIE}={cookie}").get("/api/library")).status_code == 401


async def test_other_cookies_of_the_host_do_not_hide_ours(visit: Visit) -> None:
    browser = await visit.signed_in()
    jar = f'grafana[x]={{"a": 1}}; {COOKIE}={browser.cookies[COOKIE]}; broken'
    assert (await visit.stranger(cookie=jar).get("/api/library")).status_code == 200


# the first owner


@pytest.fixture
async def nobody_here(visit: Visit) -> Visit:
    """The house before it has an owner."""
    await visit.home.database.write(lambda tx: tx.execute(delete(auth.users)))
    return visit


async def test_with_the_code_from_the_terminal_the_first_owner_is_made(nobody_here: Visit) -> None:
    browser = nobody_here.stranger()
    assert (await browser.get("/api/session")).json()["needs_setup"]
    code = nobody_here.desk.setup.code
    typed = f" {code[:8].upper()} {code[8:]} "
    answer = await browser.post("/api/setup", json={"code": typed, "name": "Zoe", "password": PASSWORD})
    assert (answer.status_code, answer.json()["user"]["role"]) == (200, "owner")
    browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
    assert (await browser.get("/api/system")).status_code == 200
    again = await browser.post("/api/setup", json={"code": code, "name": "Eve", "password": PASSWORD})
    assert again.status_code == 409


async def test_with_a_wrong_code_nobody_is_made(nobody_here: Visit) -> None:
    stranger = nobody_here.stranger()
    for code in ("", "0" * 16, "ключ"):
        answer = await stranger.post("/api/setup", json={"code": code, "name": "Eve", "password": PASSWORD})
        assert answer.status_code == 403
        assert "terminal" in answer.json()["detail"]
    assert (await stranger.get("/api/session")).json()["needs_setup"]


async def test_of_two_who_know_the_code_one_is_the_owner(nobody_here: Visit) -> None:
    code, stranger = nobody_here.desk.setup.code, nobody_here.stranger()
    answers = await asyncio.gather(
        *(
            stranger.post("/api/setup", json={"code": code, "name": name, "password": PASSWORD})
            for name in ("Zoe", "Eve", "Max")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_a_short_password_is_refused_with_its_field(nobody_here: Visit) -> None:
    code = nobody_here.desk.setup.code
    answer = await nobody_here.stranger().post("/api/setup", json={"code": code, "name": "Zoe", "password": "short"})
    assert (answer.status_code, answer.json()["field"]) == (422, "password")
    assert "short" not in answer.json()["detail"].replace("shorter", "")


async def test_while_the_memory_is_silent_the_gate_says_come_again(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await visit.signed_in()
    monkeypatch.setattr(visit.home.doorkeeper, "by_session", raises(Unreachable("database: no connection")))
    answer = await browser.get("/api/library")
    assert (answer.status_code, answer.json()) == (503, {"detail": "database: no connection", "field": None})
