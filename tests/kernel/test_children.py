import asyncio
import itertools
import logging
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from matinee.kernel import children
from matinee.kernel.children import Child
from matinee.kernel.errors import Refused


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(children, "STOP_SECONDS", 0.2)


def program(folder: Path, text: str) -> Sequence[str]:
    """A program that can say something to us: its words go through a named pipe."""
    path = folder / "program.py"
    path.write_text("import os, signal, sys, time\ndef say(w): os.write(out, f'{w}\\n'.encode())\n"
                    f"out = os.open({str(folder / 'said')!r}, os.O_WRONLY)\n" + text)  # fmt: skip
    return [str(path)]


@pytest.fixture
async def said(tmp_path: Path) -> AsyncIterator["asyncio.StreamReader"]:
    """What the programs say."""
    path = tmp_path / "said"
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR | os.O_NONBLOCK)  # both ways, so that it never ends while programs come and go
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(end, "rb", 0)
    )
    yield reader
    transport.close()


async def line(said: "asyncio.StreamReader") -> str:
    async with asyncio.timeout(20):
        return (await said.readline()).decode().strip()


async def stop(running: "asyncio.Task[None]") -> None:
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_program_that_falls_over_is_picked_up_again(
    tmp_path: Path, said: asyncio.StreamReader, caplog: pytest.LogCaptureFixture
) -> None:
    child = Child("engine", lambda: program(tmp_path, "say(os.getpid())\nsys.exit(3)"), {})
    running = asyncio.create_task(child.run())
    pids = [await line(said) for _ in range(3)]
    await stop(running)
    assert len(set(pids)) == 3
    assert "engine: it ended with status 3; started again in" in caplog.text


async def test_it_is_stopped_kindly(tmp_path: Path, said: asyncio.StreamReader) -> None:
    text = "signal.signal(15, lambda *_: (say('goodbye'), sys.exit(0)))\nsay('here')\nwhile 1: signal.pause()"
    child = Child("engine", lambda: program(tmp_path, text), {})
    running = asyncio.create_task(child.run())
    assert await line(said) == "here"
    pid = child.pid
    assert pid
    await stop(running)
    assert await line(said) == "goodbye"
    assert child.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_who_does_not_stop_is_killed(
    tmp_path: Path, said: asyncio.StreamReader, caplog: pytest.LogCaptureFixture
) -> None:
    text = "signal.signal(15, signal.SIG_IGN)\nsay('here')\nwhile 1: signal.pause()"
    child = Child("engine", lambda: program(tmp_path, text), {})
    running = asyncio.create_task(child.run())
    assert await line(said) == "here"
    pid = child.pid
    assert pid
    await stop(running)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert "engine did not stop" in caplog.text


async def test_it_waits_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def refuse() -> Sequence[str]:
        raise Refused("the VPN is not there")

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 12:
            raise asyncio.CancelledError

    monkeypatch.setattr(children, "FIRST_PAUSE", 0.2)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await Child("engine", refuse, {}).run()
    assert pauses[:4] == [0.2, 0.4, 0.8, 1.6]
    assert pauses[-1] == 30.0


async def test_what_its_arguments_refuse_is_logged_and_asked_again(
    tmp_path: Path, said: asyncio.StreamReader, caplog: pytest.LogCaptureFixture
) -> None:
    tries = itertools.count(1)

    def arguments() -> Sequence[str]:
        if next(tries) < 3:
            raise Refused("tunnel.device 'wg0' is not there: start the VPN first")
        return program(tmp_path, "say('here')\nwhile 1: signal.pause()")

    running = asyncio.create_task(Child("engine", arguments, {}).run())
    assert await line(said) == "here"
    await stop(running)
    assert caplog.text.count("engine: tunnel.device 'wg0' is not there") == 2


async def test_the_secrets_of_our_environment_are_kept_from_it(
    tmp_path: Path, said: asyncio.StreamReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_METADATA__TMDB__KEY", "secret")
    monkeypatch.setenv("TZ", "UTC")
    text = "say(' '.join(os.environ.get(n, '-') for n in ('TZ', 'MORE', 'MATINEE_METADATA__TMDB__KEY')))"
    running = asyncio.create_task(Child("engine", lambda: program(tmp_path, text), {"MORE": "more"}).run())
    assert await line(said) == "UTC more -"
    await stop(running)


async def test_a_child_that_cannot_be_started_is_tried_again(
    tmp_path: Path, said: asyncio.StreamReader, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = itertools.count()

    def arguments() -> Sequence[str]:
        if next(attempts) == 0:
            raise OSError(24, "Too many open files")
        return program(tmp_path, "say('here')\nwhile 1: signal.pause()")

    running = asyncio.create_task(Child("engine", arguments, {}).run())
    assert await line(said) == "here"
    await stop(running)
    assert "it could not be started (OSError)" in caplog.text


async def test_a_program_that_ran_steadily_is_picked_up_at_once(
    tmp_path: Path, said: asyncio.StreamReader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(children, "STEADY_SECONDS", 0.0)
    caplog.set_level(logging.WARNING)
    running = asyncio.create_task(Child("engine", lambda: program(tmp_path, "say('here')"), {}).run())
    for _ in range(3):
        await line(said)
    await stop(running)
    assert "in 0.0 s" in caplog.text
    assert all(record.args[-1] == 0.001 for record in caplog.records if isinstance(record.args, tuple))
