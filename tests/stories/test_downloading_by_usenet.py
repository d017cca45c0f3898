"""With a news server in its settings the house downloads from usenet by itself: from a wish to the film."""

import asyncio
import signal
from typing import Any

import psutil
import pytest

from matinee.lab import Lab
from tests.stories.conftest import MakeHouse
from tests.stories.house import RunningHouse

FILM = "Tin Comet"
NEWZNAB = """
[[indexers]]
name = "News"
kind = "newznab"
url = "{newznab}"
api_key = "{torznab_key}"

[[usenet.servers]]
name = "lab"
host = "{news_host}"
port = {news_port}
tls = false
connections = 4
"""


@pytest.fixture
async def reader(make_house: MakeHouse) -> RunningHouse:
    """A house that has usenet alone."""
    house = make_house(indexers=NEWZNAB, tunnel='mode = "off"')
    await house.start()
    return house


async def asked(house: RunningHouse, name: str) -> dict[str, Any]:
    """A link of the map, asked just now."""
    links = (await house.guest.http.post("/api/map/probe")).json()["links"]
    return next(link for link in links if f"{link['source']}-{link['target']}" == name)


async def test_a_wish_is_fulfilled_from_usenet(reader: RunningHouse) -> None:
    wish = await reader.guest.ask_for_film(FILM)
    finished = await reader.until(wish.id)
    assert len(reader.films) == 1
    told = " ".join(step.text for step in finished.journeys[0].steps)
    assert "from News" in told
    assert (await asked(reader, "pipeline-usenet"))["state"] == "green"
    assert (await asked(reader, "usenet-internet"))["state"] == "green"


async def test_an_engine_that_is_killed_goes_on(reader: RunningHouse, lab: Lab) -> None:
    lab.news.manners.latency = 0.3
    wish = await reader.guest.ask_for_film(FILM)
    await reader.until_downloading(share=0.05)
    reader.program("matinee.usenet_process").send_signal(signal.SIGKILL)
    lab.news.manners.latency = 0
    await reader.until(wish.id)
    assert len(reader.films) == 1


async def test_a_news_server_that_is_away_is_red_on_the_map_and_waited_for(reader: RunningHouse, lab: Lab) -> None:
    news = lab.news
    while (await asked(reader, "pipeline-usenet"))["state"] != "green":
        pass  # the engine is starting
    await asyncio.to_thread(news.pause)
    link = await asked(reader, "usenet-internet")
    assert link["state"] == "red"
    assert "lab" in link["reason"]
    wish = await reader.guest.ask_for_film(FILM)
    await asyncio.to_thread(news.start)
    await reader.until(wish.id)


async def test_the_house_takes_its_engine_along_when_it_closes(reader: RunningHouse) -> None:
    pid = reader.program("matinee.usenet_process").pid
    await reader.stop()
    assert not psutil.pid_exists(pid)
