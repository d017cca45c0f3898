"""The usenet engine as a process of its own, spoken to as a SABnzbd: on a unix socket, or on a port."""

import argparse
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from starlette.applications import Starlette

from matinee.engines.usenet.engine import NewsEngine
from matinee.engines.usenet.record import Rules, read_rules
from matinee.engines.usenet.settings import Settings
from matinee.handed_over import USENET_ADDING_KEY, USENET_KEY, USENET_RULES
from matinee.kernel.apart import end_with_parent, lifespan_of, port_door, read_secret, serve_apart, unix_door
from matinee.kernel.errors import MatineeError, Refused
from matinee.kernel.log import start_diary
from matinee.kernel.redact import redact
from matinee.products.sabnzbd.call import Fetch
from matinee.products.sabnzbd.keys import Keys
from matinee.products.sabnzbd.memory import Memory
from matinee.products.sabnzbd.server import sabnzbd_app


def run_usenet_process(
    *,
    state: Path,
    complete: Path,
    incomplete: Path,
    keys: Keys,
    socket: Path | None = None,
    bind: str = "127.0.0.1",
    port: int = 0,
    watched: Path | None = None,
    line: int = 0,
    fetch: Fetch | None = None,
    rules: Rules | None = None,
    parent: int | None = None,
) -> None:
    """Serve the engine on the unix socket, or on a port, until SIGTERM or until the parent process ends.

    `rules` take the place of those of last time. `line` is what the line can carry, in bytes a second, for speed
    limits in percent. `parent` is the pid that started us, when it is known; without it the parent of now is taken.
    """
    end_with_parent(parent or os.getppid(), "the usenet engine")
    engine = NewsEngine(state, complete=complete, incomplete=incomplete, settings=Settings(watched=watched))
    app = sabnzbd_app(engine, keys, fetch=fetch, memory=Memory(line=line), lifespan=_lifespan(engine, rules))
    with unix_door(socket) if socket else port_door(bind, port) as door:
        serve_apart(engine, app, door)


def _lifespan(engine: NewsEngine, rules: Rules | None) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with lifespan_of(engine)(app):
            if rules is not None:
                await _obey(engine, rules)
            yield

    return lifespan


async def _obey(engine: NewsEngine, rules: Rules) -> None:
    """A schedule that was set by the API holds on where the settings have none."""
    await engine.set_servers(rules.servers)
    await engine.set_preferences(rules.preferences)
    await engine.set_quota(rules.quota)
    if rules.schedule:
        await engine.set_schedule(rules.schedule)


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m matinee.usenet_process`; the keys come by the environment or a file, never as an argument."""
    asked = _arguments().parse_args(arguments)
    start_diary()
    try:
        key = read_secret(USENET_KEY, asked.key_file, option="--key-file")
        nzb_key = os.environ.pop(USENET_ADDING_KEY, "")
        redact.remember([key, nzb_key])
        rules = _rules(os.environ.pop(USENET_RULES, ""))
        run_usenet_process(
            state=asked.state,
            complete=asked.complete,
            incomplete=asked.incomplete,
            keys=Keys(key, nzb_key),
            socket=asked.socket,
            bind=asked.bind,
            port=asked.port or 0,
            watched=asked.watched,
            line=asked.line,
            fetch=_fetch if asked.fetch else None,
            rules=rules,
            parent=asked.parent,
        )
    except MatineeError as error:
        raise SystemExit(f"matinee usenet: {error}") from error


def _rules(told: str) -> Rules | None:
    """What the settings of the house say; None where all is left to the API."""
    if not told:
        return None
    try:
        rules = read_rules(json.loads(told))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(f"{USENET_RULES} must be the engine's rules as JSON") from error
    redact.remember([server.password for server in rules.servers])
    return rules


async def _fetch(url: str) -> tuple[str, bytes]:
    """Loaded when it is asked for first: a whole HTTP client takes memory."""
    from matinee.kernel.guard import Guard  # noqa: PLC0415
    from matinee.products.sabnzbd.fetching import guarded_fetch  # noqa: PLC0415

    return await guarded_fetch(Guard())(url)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="matinee usenet", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the engine's memory")
    parser.add_argument("--complete", type=Path, required=True, help="folder of finished downloads")
    parser.add_argument("--incomplete", type=Path, required=True, help="folder of unfinished downloads")
    door = parser.add_mutually_exclusive_group(required=True)
    door.add_argument("--socket", type=Path, help="unix socket to answer on")
    door.add_argument("--port", type=int, help="port to answer on, for programs that can use no unix socket")
    parser.add_argument("--bind", default="127.0.0.1", help="IP address of the port")
    parser.add_argument("--watched", type=Path, help="folder whose NZBs are taken")
    parser.add_argument(
        "--line", type=int, default=0, help="bytes a second that the line carries, for limits in percent"
    )
    parser.add_argument(
        "--fetch", action="store_true", help="fetch NZBs from addresses that are added, never inside ours"
    )
    parser.add_argument("--key-file", type=Path, help=f"file of mode 0600; otherwise {USENET_KEY} is read")
    parser.add_argument("--parent", type=int, help="pid to end with")
    return parser


if __name__ == "__main__":
    main()
