"""Settings: shown, and those changed that are ours to change: categories, news servers, speed."""

from pathlib import Path
from typing import Any

from matinee.kernel.errors import MatineeError
from matinee.pipeline.usenet_port import NewsServer, ServerState, UsenetCategory
from matinee.products.sabnzbd.call import OK, Action, Call, Told, Wrong
from matinee.products.sabnzbd.choices import CHOICES, changed
from matinee.products.sabnzbd.configuration import (
    LISTS,
    category_of,
    configuration,
    is_default,
    misc,
    server_of,
    with_quota,
)
from matinee.products.sabnzbd.speeds import percent_of, speed_of
from matinee.products.sabnzbd.timetable import acts_of, with_day, with_period, with_size
from matinee.products.sabnzbd.wire import LOCKED, NO_CONFIG, NO_VALUE, NOT_IMPLEMENTED

LONGEST_NAME = 100


async def get_config(call: Call) -> Told:
    """All settings, those of a section, or one of them."""
    whole = configuration(call.engine, call.memory)
    section, keyword = call.get("section"), call.get("keyword")
    if not section:
        return Told("config", whole)
    if section not in whole:
        return Told("config", {})
    return Told("config", {section: _chosen(whole[section], keyword)})


def _chosen(part: Any, keyword: str) -> Any:
    if not keyword:
        return part
    if isinstance(part, list):
        return [row for row in part if row["name"].lower() == keyword.lower()]
    return {keyword: part[keyword]} if keyword in part else {}


async def set_config(call: Call) -> Told:
    """Change a category, a news server, the speed, the schedule or the quota; everything else is the owner's file."""
    section = call.get("section")
    if section == "categories":
        await _set_category(call)
    elif section == "servers":
        await _set_server(call)
    elif section == "misc":
        await _set_misc(call)
    else:
        raise Wrong(LOCKED if section in LISTS else NO_CONFIG)
    return await get_config(call)


def _name(call: Call) -> str:
    name = (call.get("keyword") or call.get("name")).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Wrong(NO_VALUE)
    return name


async def _set_category(call: Call) -> None:
    name = _name(call).lower()
    known = list(call.engine.categories())
    before = next((one for one in known if one.name.lower() == name), UsenetCategory(name))
    try:
        changed = category_of(call.fields, before)
    except ValueError as error:
        raise Wrong("the priority of a category must be one of -4 to 2") from error
    _refuse_outside(call.engine.complete_folder, changed.folder)
    kept = [changed if one.name == before.name else one for one in known]
    await call.engine.set_categories(kept if before in known else [*kept, changed])


def _refuse_outside(complete: Path, folder: str) -> None:
    """Nothing is written outside the downloads, whoever asks; links are followed before that is judged."""
    if "\0" in folder or not (complete / folder).resolve().is_relative_to(complete.resolve()):
        raise Wrong(f"the folder of a category must lie below {complete}")


async def _set_server(call: Call) -> None:
    name = _name(call)
    known = [server for server, _ in call.engine.servers()]
    before = next((one for one in known if one.name == name), NewsServer(name, ""))
    changed = with_quota(call.fields, server_of(call.fields, before), _state(call, name))
    if not changed.host or not 0 < changed.port < 65536 or not 0 <= changed.connections <= 500:
        raise Wrong("Incorrect server settings")
    kept = [changed if one.name == name else one for one in known]
    await call.engine.set_servers(kept if before in known else [*kept, changed])


def _state(call: Call, name: str) -> ServerState:
    return next((state for server, state in call.engine.servers() if server.name == name), ServerState(name))


async def _set_misc(call: Call) -> None:
    keyword = call.get("keyword")
    if keyword == "bandwidth_max":
        call.memory.line = speed_of(call.get("value"))
    elif keyword == "bandwidth_perc":
        await set_speed_limit(call)
    elif keyword == "schedlines":
        await call.engine.set_schedule(acts_of(call.get("value"), call.memory.line))
    elif keyword in CHOICES:
        await call.engine.set_preferences(changed(call.engine.preferences(), keyword, call.get("value")))
    elif keyword in _QUOTA:
        await call.engine.set_quota(_QUOTA[keyword](call.engine.quota()[0], call.get("value")))
    else:
        raise Wrong(LOCKED if keyword in misc(call.engine, call.memory) else NO_CONFIG)


_QUOTA = {"quota_size": with_size, "quota_period": with_period, "quota_day": with_day}


async def reset_quota(call: Call) -> Told:
    """Let the quota of all servers together begin anew."""
    await call.engine.reset_quota()
    return OK


async def delete_config(call: Call) -> Told:
    """Forget a category or a news server; one that is not there is forgotten already."""
    section, name = call.get("section"), call.get("keyword")
    if section == "categories":
        kept = [one for one in call.engine.categories() if one.name.lower() != name.lower() or is_default(one.name)]
        await call.engine.set_categories(kept)
    elif section == "servers":
        await call.engine.set_servers([server for server, _ in call.engine.servers() if server.name != name])
    else:
        raise Wrong(NOT_IMPLEMENTED)
    return OK


async def set_speed_limit(call: Call) -> Told:
    """So many percent of the line, or a speed such as 800K or 4M (bytes a second); nothing or 0 is no limit."""
    text = call.get("value")
    percent = percent_of(text)
    if percent is not None:
        call.memory.percent, limit = percent, call.memory.line * percent // 100 if percent < 100 else 0
        if percent < 100 and not call.memory.line:
            call.memory.warn(f"A limit of {percent} % has no effect until the line's speed is told (bandwidth_max).")
    else:
        call.memory.percent, limit = 100, speed_of(text.strip().rstrip("%"))
    await call.engine.set_speed_limit(limit)
    return OK


async def get_speed_limit(call: Call) -> Told:
    """The limit in percent of the line."""
    return Told("speedlimit", call.memory.percent)


async def set_pause(call: Call) -> Told:
    """Pause everything for so many minutes; 0 goes on."""
    minutes = max(call.number("value"), 0)
    if not minutes:
        call.memory.resumes_at = None
        await call.engine.resume()
    else:
        call.memory.resumes_at = call.memory.clock() + minutes * 60
        await call.engine.pause(seconds=minutes * 60.0)
    return OK


async def test_server(call: Call) -> Told:
    """Connect to a news server once; what was seen is the message."""
    name = call.get("server") or call.get("name") or call.get("host")
    known = {server.name: server for server, _ in call.engine.servers()}
    server = server_of(call.fields, known.get(name) or NewsServer(name, call.get("host")))
    if not server.host:
        return Told("value", {"result": False, "message": "The hostname is not set."})
    try:
        seen = await call.engine.test_server(server)
    except MatineeError as error:
        return Told("value", {"result": False, "message": str(error)})
    return Told("value", {"result": True, "message": seen})


CONFIG: dict[str, Action] = {
    "speedlimit": set_speed_limit,
    "set_speedlimit": set_speed_limit,
    "get_speedlimit": get_speed_limit,
    "set_pause": set_pause,
    "test_server": test_server,
}
CALLS: dict[str, Action] = {
    "get_config": get_config,
    "set_config": set_config,
    "del_config": delete_config,
    "reset_quota": reset_quota,
}
