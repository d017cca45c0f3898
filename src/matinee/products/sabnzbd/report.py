"""An answer as JSON, XML or plain text, whichever is asked for."""

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from starlette.responses import JSONResponse, PlainTextResponse, Response

from matinee.products.sabnzbd.call import Told

_SINGLE = {
    "categories": "category",
    "servers": "server",
    "scripts": "script",
    "warnings": "warning",
    "files": "file",
    "rss": "feed",
    "sorters": "sorter",
}
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEADERS = {"Pragma": "no-cache", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def report(told: Told, output: str) -> Response:
    """An answer in the asked form; JSON when none is."""
    if output == "xml":
        return _xml(told.keyword or "result", told.data)
    if output == "text":
        is_done = told.data in (None, [], {"status": True})
        return _text("ok" if is_done else str(told.data))
    whole = {told.keyword: told.data} if told.keyword else told.data
    return JSONResponse(whole, headers={**_HEADERS, "Content-Type": "application/json;charset=UTF-8"})


def complaint(error: str, output: str) -> Response:
    """A refusal, with status 200 as programs expect."""
    if output == "text":
        return _text(f"error: {error}")
    return report(Told("", {"status": False, "error": error}), output)


def _text(line: str) -> Response:
    return PlainTextResponse(f"{line}\n", headers=_HEADERS)


def _xml(name: str, data: Any) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8" ?>\n{"".join(_element(name, data))}\n'
    return Response(text, media_type="text/xml", headers=_HEADERS)


def _element(name: str, data: Any) -> Iterator[str]:
    """An element and all in it; rows of a list have the list's own word in the singular, or slot, or item."""
    tag = _tag(name)
    yield f"<{tag}>"
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _element(str(key), value)
    elif isinstance(data, list | tuple):
        for row in data:
            usual = "slot" if isinstance(row, dict) else "item"
            yield from _element(_SINGLE.get(name, usual), row)
    else:
        yield escape(_NO_XML.sub("", str(data)))
    yield f"</{tag}>"


def _tag(name: str) -> str:
    """A name that XML allows: a server's may be anything."""
    plain = _NO_NAME.sub("_", name)
    return plain if plain[:1].isalpha() or plain[:1] == "_" else f"_{plain}"
