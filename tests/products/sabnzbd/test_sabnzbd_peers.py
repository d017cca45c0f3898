"""Clients that other people wrote for SABnzbd find ours to be one."""

from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from matinee.pipeline.usenet_port import JobState
from tests.products.sabnzbd.conftest import KEY
from tests.products.sabnzbd.engine import MIB, FakeEngine
from tests.products.servarr.peers import peer, run, served

HERE = Path(__file__).parent
NZB = b"<nzb/>"
DONE = {"status": True}
NOT_IMPLEMENTED = {"status": False, "error": "not implemented"}


@pytest.fixture
async def job(engine: FakeEngine) -> str:
    """A job that is being downloaded."""
    id = await engine.add(NZB, name="Tin Comet")
    engine.put(id, state=JobState.DOWNLOADING, left=350 * MIB)
    engine.speed = MIB
    return id


async def driven(app: ASGIApp, package: str, *more: str) -> Any:
    python = peer(package)
    script = HERE / f"drive_{package.partition('==')[0].replace('-', '_')}.py"
    async with served(app) as url:
        return await run(python, script, url, KEY, *more)


async def test_pysabnzbd(app: ASGIApp, engine: FakeEngine, job: str) -> None:
    told = await driven(app, "pysabnzbd==1.1.1")
    assert told["there"] is True
    assert told["queue"]["slots"][0]["nzo_id"] == job
    assert told["queue"]["paused"] is True
    assert told["queue"]["total_size"] == 70.0
    assert told["refusal"] == "API Key Incorrect: calling api endpoint 'queue'"
    assert (engine.is_paused, engine.speed_limit) == (False, 4 * MIB)


async def test_aiosabnzbd(app: ASGIApp, job: str) -> None:
    told = await driven(app, "aiosabnzbd==0.2.0")
    assert told == {
        "version": "5.0.0",
        "paused": True,
        "resumed": True,
        "limited": True,
        "queue": ["Downloading", 1, 350.0, 1.0 / 1024],
        "slot": ["Tin Comet", "700.00", "Downloading", job],
        "history": [0, 0],
    }


async def test_sabnzbd_api(app: ASGIApp, engine: FakeEngine, job: str) -> None:
    failed = await engine.add(NZB, name="Lost")
    engine.put(failed, id="SABnzbd_nzo_failed")
    engine.finish("SABnzbd_nzo_failed", JobState.FAILED)
    told = await driven(app, "sabnzbd-api==0.1.2", str(engine.complete_folder))
    assert told["login"]["servers"][0]["password"] == "**********"
    assert [one.host for one in engine.news_servers] == ["news.test", "second.test"]
    assert told["category"]["config"]["categories"][-1]["name"] == "shows"
    assert told["forgotten"] == told["limited"] == told["cleared"] == DONE
    assert told["first"] == "Tin Comet"
    assert told["added"]["status"] is True
    assert told["refused"] == {"status": False, "error": "Access denied"}
    assert told["paused"] == told["resumed"] == told["deleted"] == {"status": True, "nzo_ids": [job]}
    assert told["all"] == [DONE, DONE]
    assert (told["files"], told["history"], told["stats"]) == (2, 1, 14)  # two servers of 7 bytes
    assert told["file"] == told["options"] == NOT_IMPLEMENTED
    assert told["retried"]["nzo_id"] == "SABnzbd_nzo_4"
    assert told["retried_all"] == {"status": []}
    assert told["checks"] == told["misc"] == {"config": {"misc": {"pre_check": 1}}}
    assert engine.chosen.pre_check
    assert told["locked"] == {"status": False, "error": "Configuration locked"}
    assert told["planned"] == {"config": {"misc": {"schedlines": ["1 0 23 12345 speedlimit 2M"]}}}
    assert [(act.hour, act.days, act.limit) for act in engine.acts] == [(23, (1, 2, 3, 4, 5), 2 * MIB)]
    assert told["quotas"] == [
        {"config": {"misc": {"quota_size": str(100 * 2**30)}}},
        {"config": {"misc": {"quota_period": "m"}}},
    ]
    assert told["left"] == "100.0 G"
    assert told["version"] == {"version": "5.0.0"}
    assert told["ended"] == [NOT_IMPLEMENTED] * 4
    assert told["purged"] is True
    assert engine.jobs == []


async def test_async_sabnzbd(app: ASGIApp, engine: FakeEngine, job: str) -> None:
    told = await driven(app, "async-sabnzbd==0.1.0")
    handled = {"status": True, "nzo_ids": [job]}
    assert told == {
        "version": {"version": "5.0.0"},
        "files": 2,
        "named": DONE,
        "prior": {"position": 0},
        "filed": DONE,
        "options": NOT_IMPLEMENTED,
        "paused": handled,
        "resumed": handled,
        "sorted": DONE,
        "all": [True, True, True],
        "history": 0,
        "categories": {"categories": ["*", "films"]},
        "scripts": {"scripts": ["None"]},
        "day": 7,
        "ended": [NOT_IMPLEMENTED, NOT_IMPLEMENTED],
        "deleted": True,
    }
    assert engine.deleted == [(job, False)]
