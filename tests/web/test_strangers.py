"""What a stranger or a clumsy program may do to the house: nothing that it would feel."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from matinee.kernel import auth
from matinee.kernel.auth import Role
from matinee.web.gate import CAREFUL, LONGEST_MESSAGE, PUBLIC
from matinee.web.models import Problem
from tests.pipeline.household import PASSWORD
from tests.web.visiting import Visit

JSON = {"content-type": "application/json"}


def test_three_doors_of_the_api_are_public_and_a_fourth_needs_a_second_look() -> None:
    assert sorted(PUBLIC) == ["/api/login", "/api/session", "/api/setup"]


@pytest.mark.parametrize("path", ["/api/login", "/api/setup"])
async def test_a_message_that_is_too_long_is_cut_off(visit: Visit, path: str) -> None:
    sent = 0

    async def long() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 8 * LONGEST_MESSAGE:
            sent += 65536
            yield bytes(65536)

    answer = await visit.stranger().post(path, content=long(), headers=JSON)
    assert (answer.status_code, Problem.model_validate(answer.json()).detail) == (
        413,
        "The message is longer than 1024 KB.",
    )
    assert sent <= LONGEST_MESSAGE + 2 * 65536
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_message_up_to_the_limit_is_read(visit: Visit) -> None:
    body = b'{"name": "Anna", "password": "guess"}'.ljust(LONGEST_MESSAGE)
    assert (await visit.stranger().post("/api/login", content=body, headers=JSON)).status_code == 401


async def test_a_fault_of_ours_is_answered_as_carefully_as_anything(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("hush-hush")

    browser = await visit.signed_in()
    for thing, name in ((visit.home.metadata, "discover"), (visit.home.doorkeeper, "by_session")):
        monkeypatch.setattr(thing, name, fail)
        answer = await browser.get("/api/discover")
        assert (answer.status_code, "hush" in answer.text, "Traceback" in answer.text) == (500, False, False)
        assert CAREFUL.items() <= dict(answer.headers).items()


async def test_a_key_is_not_a_page_and_a_guessed_key_does_not_open_a_public_door_wider(visit: Visit) -> None:
    told = (await visit.stranger(**{"X-Api-Key": "made-up"}).get("/api/session")).json()
    assert (told["user"], told["csrf"]) == (None, None)
    app, _ = await visit.app_of()
    told = (await app.get("/api/session")).json()
    assert (told["user"]["name"], told["csrf"]) == ("Anna", None)


async def test_a_wrong_code_is_told_at_its_field(visit: Visit) -> None:
    await visit.home.database.write(lambda tx: tx.execute(delete(auth.users)))
    body = {"code": "0" * 16, "name": "Eve", "password": PASSWORD}
    answer = await visit.stranger().post("/api/setup", json=body)
    assert (answer.status_code, answer.json()["field"]) == (403, "code")


async def test_the_owner_may_take_anybodys_wish_back(visit: Visit) -> None:
    ben = await visit.person("Ben", Role.MEMBER)
    request_id = await visit.home.wish(user=ben)
    owner = await visit.signed_in()
    assert (await owner.delete(f"/api/requests/{request_id}")).status_code == 204
    assert (await owner.get(f"/api/requests/{request_id}")).json()["state"] == "cancelled"
