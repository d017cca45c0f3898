"""News from libtorrent comes once: a piece that is not understood must not cost those behind it."""

import asyncio
import logging
from typing import Any

import pytest

from matinee.engines.torrent.session import AlertPump


class Alert:
    """One piece of news."""

    def __init__(self, text: str) -> None:
        self.text = text

    def message(self) -> str:
        return self.text


class Session:
    """Three pieces of news at once."""

    def set_alert_fd(self, _descriptor: int) -> None:
        pass

    def pop_alerts(self) -> list[Alert]:
        return [Alert("first"), Alert("broken"), Alert("last")]


async def test_one_broken_alert_does_not_lose_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    def hear(alert: Any) -> None:
        if alert.text == "broken":
            raise RuntimeError("invalid torrent handle used")
        heard.append(alert.text)

    session: Any = Session()
    pump = AlertPump(session, hear)
    with caplog.at_level(logging.ERROR):
        pump._theirs.send(b"x")
        await asyncio.sleep(0.05)
    pump.stop()
    pump.close()
    assert heard == ["first", "last"]
    assert "broken" in caplog.text
