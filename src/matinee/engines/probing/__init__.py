"""Look into a file and tell what plays: done by a child process, for the file may be hostile."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.media.file import Chapter, MediaFacts

__all__ = ["probe"]

PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TZ")  # of the environment; secrets stay here
LONGEST_EXCUSE = 200  # characters


async def probe(path: Path, *, timeout: float = 20) -> MediaFacts:  # noqa: ASYNC109 - the child must be killed, too
    """Duration, picture, sound and chapters of a film; `timeout` in seconds.

    Raises Refused when it is no film, NotFound when it is gone, Unreachable when looking takes too long.
    """
    if not path.is_file():
        raise NotFound(f"'{path.name}' is not there")
    child = await _start(path)
    try:
        answer, excuse = await asyncio.wait_for(child.communicate(), timeout)
    except TimeoutError as error:
        raise Unreachable(f"'{path.name}' was not understood within {timeout:g} seconds") from error
    finally:
        await _stop(child)
    facts = _read(path, answer, excuse)
    if not facts.video_codec:
        raise Refused(f"'{path.name}' is not a film we can play: it has no picture")
    return facts


async def _start(path: Path) -> Process:
    """`-P` keeps the current folder, which may hold a hostile `json.py`, out of the child's imports."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "matinee.engines.probing", str(path.resolve())),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
    )


async def _stop(child: Process) -> None:
    if child.returncode is None:
        child.kill()
        await child.wait()


def _read(path: Path, answer: bytes, excuse: bytes) -> MediaFacts:
    try:
        told: dict[str, Any] = json.loads(answer)
        facts = told["facts"]
        facts["chapters"] = tuple(Chapter(**chapter) for chapter in facts["chapters"])
        facts["audio_languages"] = tuple(facts["audio_languages"])
        facts["subtitle_languages"] = tuple(facts["subtitle_languages"])
        return MediaFacts(**facts)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"'{path.name}' is not a film we can play: {_excuse(path, excuse)}") from error


def _excuse(path: Path, excuse: bytes) -> str:
    """The last thing the child said, without the folders of this house."""
    lines = excuse.decode(errors="replace").strip().splitlines() or ["looking into it failed"]
    plain = lines[-1].replace(str(path.resolve()), path.name).replace(str(path.parent), "")
    return plain[:LONGEST_EXCUSE]
