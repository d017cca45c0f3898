"""How the house does: versions, status, statistics, warnings, and the lists that programs fill their menus with."""

from typing import Any

from matinee.pipeline.usenet_port import NewsServer, ServerState
from matinee.products.sabnzbd.call import Action, Call, Told, Wrong
from matinee.products.sabnzbd.counting import sums_of
from matinee.products.sabnzbd.heading import header
from matinee.products.sabnzbd.rows import server_row
from matinee.products.sabnzbd.wire import DENIED, NOT_IMPLEMENTED, VERSION, units


async def version(_call: Call) -> Told:
    """The SABnzbd we answer as."""
    return Told("version", VERSION)


async def full_status(call: Call) -> Told:
    """Folders, servers and warnings; nothing of the machine's own addresses."""
    engine = call.engine
    shown: dict[str, Any] = {
        **header(engine, call.memory),
        "completedir": str(engine.complete_folder),
        "completedirspeed": 0,
        "downloaddir": str(engine.incomplete_folder),
        "downloaddirspeed": 0,
        "internetbandwidth": 0,
        "loadavg": "",
        "pystone": 0,
        "loglevel": "1",
        "logfile": "",
        "weblogfile": "",
        "configfn": "",
        "webdir": "",
        "folders": [],
        "delayed_assembler": 0,
        "servers": [server_row(server, state) for server, state in engine.servers()],
        "warnings": _warnings(call),
        "speed": units(engine.speed),
    }
    return Told("status", shown)


async def status(call: Call) -> Told:
    """The same; what is left behind by a crash is picked up without being asked."""
    if call.get("name"):
        raise Wrong(NOT_IMPLEMENTED)
    return await full_status(call)


async def warnings(call: Call) -> Told:
    """What went wrong; `name=clear` forgets it."""
    name = call.get("name")
    if name not in ("", "show", "clear"):
        raise Wrong(NOT_IMPLEMENTED)
    if name == "clear":
        call.memory.warnings.clear()
    return Told("warnings", _warnings(call))


def _warnings(call: Call) -> list[dict[str, Any]]:
    own = [(moment, text) for moment, text in call.memory.warnings]
    troubles = [
        (call.memory.clock(), f"{s.name}: {state.trouble}") for s, state in call.engine.servers() if state.trouble
    ]
    return [
        {"type": "WARNING", "text": text, "time": int(moment), "origin": "matinee"} for moment, text in own + troubles
    ]


async def server_stats(call: Call) -> Told:
    """Bytes by server: today, this week, this month, by day, and ever."""
    servers = {server.name: _stats(server, state) for server, state in call.engine.servers()}
    whole = sums_of(state for _, state in call.engine.servers())
    return Told("", {**whole._asdict(), "servers": servers})


def _stats(server: NewsServer, state: ServerState) -> dict[str, Any]:
    """Of a server; what is left of its quota is ours."""
    left = {"quota_left": max(server.quota - state.used, 0)} if server.quota else {}
    return {
        **sums_of([state])._asdict(),
        "daily": dict(state.days),
        "articles_tried": state.articles_tried,
        "articles_success": state.articles_tried - state.articles_missing,
        **left,
    }


async def categories(call: Call) -> Told:
    """The names of all categories."""
    return Told("categories", [one.name for one in call.engine.categories()])


async def scripts(_call: Call) -> Told:
    """Nothing foreign is run here."""
    return Told("scripts", ["None"])


async def translate(call: Call) -> Told:
    """The word itself: there are no pages here to translate."""
    return Told("value", call.get("value"))


async def denied(_call: Call) -> Told:
    """The files of this machine are not shown to anybody."""
    raise Wrong(DENIED)


async def log(_call: Call) -> Told:
    """No log is kept where the API could read it."""
    return Told("log", "The log of this engine goes to the house it belongs to.")


CALLS: dict[str, Action] = {
    "version": version,
    "fullstatus": full_status,
    "status": status,
    "warnings": warnings,
    "server_stats": server_stats,
    "get_cats": categories,
    "get_scripts": scripts,
    "translate": translate,
    "browse": denied,
    "showlog": log,
}
