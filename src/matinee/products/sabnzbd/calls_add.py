"""New jobs: an uploaded NZB, or the address of one."""

from pathlib import PurePosixPath

from matinee.kernel.errors import MatineeError, Refused
from matinee.products.sabnzbd.call import Action, Call, Told, Wrong
from matinee.products.sabnzbd.calls_queue import priority_for
from matinee.products.sabnzbd.wire import DEFAULT_CATEGORY, DEFAULT_PRIORITY, DENIED, NO_VALUE

_ENDINGS = (".gz", ".bz2", ".nzb")


async def add_file(call: Call) -> Told:
    """An NZB in the part `name` or `nzbfile`."""
    upload = call.uploads.get("name") or call.uploads.get("nzbfile")
    if upload is None:
        raise Wrong(NO_VALUE)
    return await _added(call, *upload)


async def add_url(call: Call) -> Told:
    """The NZB at an address, fetched before the answer; what cannot be fetched is no job."""
    url = call.need("name")
    if call.fetch is None:
        raise Wrong("addresses are not fetched here: upload the NZB")
    try:
        name, content = await call.fetch(url)
    except MatineeError as error:
        return _rejected(str(error))
    return await _added(call, name, content)


async def _added(call: Call, file_name: str, content: bytes) -> Told:
    """Begin the job. One that is refused is answered with no id and the reason."""
    category = known_category(call, call.get("cat"))
    asked = call.number("priority", DEFAULT_PRIORITY)
    priority = None if asked == DEFAULT_PRIORITY else priority_for(call, asked, category)
    try:
        id = await call.engine.add(
            content,
            name=call.get("nzbname") or bare_name(file_name),
            category=category,
            priority=priority,
            password=call.get("password"),
        )
    except Refused as error:
        return _rejected(str(error))
    return Told("", {"status": True, "nzo_ids": [id]})


def _rejected(reason: str) -> Told:
    return Told("", {"status": False, "nzo_ids": [], "error": reason})


def known_category(call: Call, asked: str) -> str:
    """The category of that name in its own spelling; the one for all others when there is none."""
    known = {one.name.lower(): one.name for one in call.engine.categories()}
    return known.get(asked.strip().lower(), DEFAULT_CATEGORY)


def bare_name(file_name: str) -> str:
    """The name of a file without folders and endings."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
    return name


async def add_local(_call: Call) -> Told:
    """A file of this machine is nobody's to read."""
    raise Wrong(DENIED)


CALLS: dict[str, Action] = {"addfile": add_file, "addurl": add_url, "addid": add_url, "addlocalfile": add_local}
