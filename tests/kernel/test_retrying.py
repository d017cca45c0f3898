"""What stumbles for a moment is asked again; what is meant is believed at once."""

import httpx2
import pytest

from matinee.kernel.retrying import RetryingTransport


class FarEnd:
    """Answers with these, one after the other, and notes what it was asked."""

    def __init__(self, *answers: httpx2.Response) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.pauses: list[float] = []

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        return self.answers.pop(0)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def call(self, method: str = "GET", *, chance: float = 0.0) -> httpx2.Response:
        transport = RetryingTransport(httpx2.MockTransport(self.answer), sleep=self.sleep, chance=lambda: chance)
        async with httpx2.AsyncClient(transport=transport) as client:
            return await client.request(method, "http://far.test/")


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_stumble_is_not_told(status: int) -> None:
    far = FarEnd(httpx2.Response(status), httpx2.Response(status), httpx2.Response(200, text="well"))
    assert (await far.call()).text == "well"
    assert far.pauses == [0.5, 1.0]


async def test_the_third_failure_is_the_answer() -> None:
    far = FarEnd(*(httpx2.Response(500, text=str(number)) for number in range(5)))
    assert (await far.call()).text == "2"
    assert far.asked == 3


@pytest.mark.parametrize("status", [200, 301, 401, 403, 404, 429])
async def test_what_is_meant_is_believed_at_once(status: int) -> None:
    far = FarEnd(httpx2.Response(status))
    assert (await far.call()).status_code == status
    assert far.pauses == []


async def test_a_form_is_sent_once() -> None:
    far = FarEnd(httpx2.Response(500))
    assert (await far.call("POST")).status_code == 500
    assert far.asked == 1


async def test_who_names_a_time_is_not_asked_before_it() -> None:
    far = FarEnd(httpx2.Response(503, headers={"Retry-After": "60"}))
    assert (await far.call()).status_code == 503
    assert far.asked == 1


async def test_many_do_not_come_back_together() -> None:
    far = FarEnd(httpx2.Response(500), httpx2.Response(200))
    await far.call(chance=1.0)
    assert far.pauses == [0.75]
