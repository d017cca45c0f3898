"""Our usenet engine answers as SABnzbd 5.0 does, so that every program made for that one just works."""

import logging
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from matinee.kernel.errors import MatineeError
from matinee.kernel.redact import redact
from matinee.kernel.strangers import refuse_large_bodies
from matinee.media.nzb_file import LARGEST_NZB
from matinee.pipeline.usenet_port import UsenetEngine
from matinee.products.sabnzbd import calls_add, calls_config, calls_history, calls_queue, calls_status
from matinee.products.sabnzbd.call import Action, Call, Fetch, Told, Wrong
from matinee.products.sabnzbd.keys import Keys, Right
from matinee.products.sabnzbd.memory import Memory
from matinee.products.sabnzbd.report import complaint, report
from matinee.products.sabnzbd.wire import KEY_INCORRECT, KEY_REQUIRED, NOT_IMPLEMENTED

log = logging.getLogger(__name__)

PATHS = ("/api", "/sabnzbd/api")
LARGEST_BODY = LARGEST_NZB + 2**20
MOST_FILES, MOST_FIELDS = 4, 100

QUEUE: Mapping[str, Action] = {"": calls_queue.show, **calls_queue.QUEUE}
HISTORY: Mapping[str, Action] = {"": calls_history.show, **calls_history.HISTORY}
CALLS: Mapping[str, Action] = {
    **calls_add.CALLS,
    **calls_queue.CALLS,
    **calls_history.CALLS,
    **calls_config.CALLS,
    **calls_status.CALLS,
}
SUB_CALLS: Mapping[str, Mapping[str, Action]] = {"queue": QUEUE, "history": HISTORY, "config": calls_config.CONFIG}
RIGHTS: Mapping[str, Right] = {
    "version": Right.OPEN,
    "auth": Right.OPEN,
    "addfile": Right.ADD,
    "addurl": Right.ADD,
    "addid": Right.ADD,
    "addlocalfile": Right.ADD,
}
"""Every other call, known or not, wants the key for everything."""


def sabnzbd_app(
    engine: UsenetEngine,
    keys: Keys,
    *,
    fetch: Fetch | None = None,
    memory: Memory | None = None,
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """The API over this engine. Without `fetch` no address is ever called."""
    server = _Server(engine, keys, memory or Memory(), fetch)
    routes = [Route(path, server.answer, methods=["GET", "POST"]) for path in PATHS]
    handlers: dict[Any, Any] = {HTTPException: _http_error}
    return Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)


class _Server:
    def __init__(self, engine: UsenetEngine, keys: Keys, memory: Memory, fetch: Fetch | None) -> None:
        self._engine, self._keys, self._memory, self._fetch = engine, keys, memory, fetch

    async def answer(self, request: Request) -> Response:
        """One call. A body is read only for who has a key, which stands in the address of an upload."""
        refuse_large_bodies(request, LARGEST_BODY)
        fields = dict(reversed(request.query_params.multi_items()))  # of two values the first counts
        is_form = request.method == "POST"
        if is_form and fields.get("apikey") and self._keys.kind(fields["apikey"]) is None:
            return complaint(KEY_INCORRECT, fields.get("output", ""))
        form, uploads = await _form(request) if is_form else ({}, {})
        fields = {**form, **fields}
        output = fields.get("output", "")
        try:
            return report(await self._told(fields, uploads), output)
        except MatineeError as error:
            return complaint(redact(str(error)), output)

    async def _told(self, fields: Mapping[str, str], uploads: Mapping[str, tuple[str, bytes]]) -> Told:
        mode, key = fields.get("mode", ""), fields.get("apikey", "")
        right = RIGHTS.get(mode, Right.ALL)
        if not self._keys.opens(key, right):
            log.warning("a call was refused: the key is %s (mode %.20s)", "wrong" if key else "missing", mode)
            raise Wrong(KEY_INCORRECT if key else KEY_REQUIRED)
        if mode == "auth":
            return Told("auth", self._auth(fields.get("key", "")))
        action = _action(mode, fields.get("name", ""))
        if action is None:
            raise Wrong(NOT_IMPLEMENTED)
        return await action(Call(self._engine, self._memory, fields, uploads, self._fetch))

    def _auth(self, key: str) -> str:
        """How one gets in; for a key what it is."""
        if not key:
            return Right.ALL.value
        held = self._keys.kind(key)
        return held.value if held else "badkey"


def _action(mode: str, name: str) -> Action | None:
    if mode in SUB_CALLS:
        return SUB_CALLS[mode].get(name)
    return CALLS.get(mode)


async def _form(request: Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    """The fields and the uploads of a form."""
    fields: dict[str, str] = {}
    uploads: dict[str, tuple[str, bytes]] = {}
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                uploads[name] = value.filename or "", await value.read()
            else:
                fields.setdefault(name, value)
    return fields, uploads


async def _http_error(_request: Request, error: HTTPException) -> Response:
    return PlainTextResponse(error.detail, error.status_code, error.headers)
