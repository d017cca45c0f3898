"""Hand a film to a player, from the very second it asks for.

One range is answered with 206. Several ranges at once get the whole file with 200, which the
standard allows (RFC 9110, 14.2) and no player minds. HEAD is answered as GET would be, without the bytes.
"""

import asyncio
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from io import FileIO
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from matinee.kernel.errors import NotFound, Unreachable
from matinee.kernel.zero_copy import EXTENSION

CHUNK_BYTES = 1024 * 1024
ANY_TYPE = "application/octet-stream"
MEDIA_TYPES = {
    ".aac": "audio/aac",
    ".ass": "text/x-ssa",
    ".avi": "video/x-msvideo",
    ".flac": "audio/flac",
    ".flv": "video/x-flv",
    ".m2ts": "video/mp2t",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mka": "audio/x-matroska",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".srt": "application/x-subrip",
    ".ssa": "text/x-ssa",
    ".ts": "video/mp2t",
    ".vtt": "text/vtt",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".wmv": "video/x-ms-wmv",
}

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*([0-9]{0,40})\s*-\s*([0-9]{0,40})\s*", re.IGNORECASE)
_ETAG = re.compile(r'(?:W/)?("[^"]*")')


class FileRange(Response):
    """A media file, or the stretch of it that the request's Range names.

    The file is opened once, so that a replacement of it can not mix bytes into an answer. Before anything is
    sent it raises NotFound where there is no such file and Unreachable where the disk does not answer.
    """

    def __init__(
        self,
        path: Path,
        *,
        media_type: str | None = None,
        filename: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(media_type=media_type or MEDIA_TYPES.get(path.suffix.lower(), ANY_TYPE), headers=headers)
        self.path = path
        del self.headers["content-length"]  # known when the file is open
        self.headers["accept-ranges"] = "bytes"
        self.headers["x-content-type-options"] = "nosniff"
        self.headers["content-disposition"] = _inline(filename or path.name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request in scope."""
        file = await asyncio.to_thread(_open, self.path)
        try:
            now = Version.of(os.fstat(file.fileno()))
            answer = choose(now, Headers(scope=scope))
            self.status_code = answer.status
            self.headers.update(answer.headers(now))
            await send({"type": "http.response.start", "status": answer.status, "headers": self.raw_headers})
            await self._send_body(file, answer, scope, receive, send)
        finally:
            file.close()
        if self.background is not None:
            await self.background()

    async def _send_body(self, file: FileIO, answer: "Answer", scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD" or not answer.count:
            await send({"type": "http.response.body", "body": b""})
        elif EXTENSION in (scope.get("extensions") or {}):
            await send({"type": EXTENSION, "file": file, "offset": answer.offset, "count": answer.count})
        else:
            await _send_chunks(file, answer, receive, send)


@dataclass(frozen=True)
class Version:
    """What distinguishes this file from any other that bore, or will bear, its name."""

    size: int
    etag: str
    modified: datetime

    @classmethod
    def of(cls, found: os.stat_result) -> "Version":
        """Read from an open file; a replaced file has another inode, a changed one another time."""
        etag = f'"{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}"'
        return cls(found.st_size, etag, datetime.fromtimestamp(int(found.st_mtime), UTC))

    @property
    def last_modified(self) -> str:
        """As HTTP writes a date."""
        return format_datetime(self.modified, usegmt=True)


@dataclass(frozen=True)
class Answer:
    """The status, and the stretch of the file that goes with it."""

    status: int
    offset: int = 0
    count: int = 0

    def headers(self, now: Version) -> dict[str, str]:
        """What the status obliges us to say about the file."""
        about = {"etag": now.etag, "last-modified": now.last_modified}
        if self.status == 304:
            return about
        about["content-length"] = str(self.count)
        if self.status == 206:
            about["content-range"] = f"bytes {self.offset}-{self.offset + self.count - 1}/{now.size}"
        if self.status == 416:
            about["content-range"] = f"bytes */{now.size}"
        return about


def choose(now: Version, asked: Mapping[str, str]) -> Answer:
    """Judge what was asked: first whether the player has this version already, then which stretch it wants."""
    if _has_it_already(now, asked):
        return Answer(304)
    whole = Answer(200, 0, now.size)
    wanted = asked.get("range")
    if wanted is None or not _range_still_holds(now, asked.get("if-range")):
        return whole
    return _stretch(wanted, now.size) or whole


def _has_it_already(now: Version, asked: Mapping[str, str]) -> bool:
    """If-None-Match, or without it If-Modified-Since."""
    tags = asked.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or now.etag in _ETAG.findall(tags)
    since = _date(asked.get("if-modified-since"))
    return since is not None and now.modified <= since


def _range_still_holds(now: Version, condition: str | None) -> bool:
    """If-Range: a stretch is only of use to who has the rest of the same version."""
    return condition is None or condition.strip() in (now.etag, now.last_modified)


def _stretch(wanted: str, size: int) -> Answer | None:
    """The answer to one range; None for what is no single range: it is ignored, as the standard says."""
    match = _ONE_RANGE.fullmatch(wanted)
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        return _tail(last, size)
    start = int(first)
    stop = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    return Answer(206, start, stop - start) if start < size else Answer(416)


def _tail(last: str, size: int) -> Answer | None:
    """`bytes=-500`: the last so many bytes."""
    if not last:
        return None
    count = min(int(last), size)
    return Answer(206, size - count, count) if count else Answer(416)


def _date(text: str | None) -> datetime | None:
    """An HTTP date; None for anything else, which counts as not said."""
    try:
        date = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _open(path: Path) -> FileIO:
    """Open a regular file for reading."""
    try:
        # O_NONBLOCK: a named pipe would be waited for until somebody writes.
        file = open(path, "rb", buffering=0, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))  # noqa: SIM115
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as why:
        raise NotFound(f"{path.name} is not there any more") from why
    except OSError as why:
        raise Unreachable(f"{path.name} cannot be read just now: {why.strerror}") from why
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise NotFound(f"{path.name} is no file")
    return file


async def _send_chunks(file: FileIO, answer: Answer, receive: Receive, send: Send) -> None:
    """The way without zero copy: read in a thread and send, until all is sent or the player is gone."""
    gone = asyncio.create_task(_hung_up(receive))
    at, end = answer.offset, answer.offset + answer.count
    try:
        while at < end and not gone.done():
            data = await asyncio.to_thread(os.pread, file.fileno(), min(CHUNK_BYTES, end - at), at)
            if not data:
                raise Unreachable("the file became shorter while it was sent")
            at += len(data)
            await send({"type": "http.response.body", "body": data, "more_body": at < end})
    finally:
        gone.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _inline(filename: str) -> str:
    """Content-Disposition with a name for old programs and, if it differs, the real one (RFC 6266)."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", filename)
    real = "" if plain == filename else f"; filename*=UTF-8''{quote(filename, safe='')}"
    return f'inline; filename="{plain}"{real}'
