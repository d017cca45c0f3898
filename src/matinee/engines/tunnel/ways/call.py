"""A call to the VPN provider from inside the room: over TLS, to whom it was meant, small and soon over."""

import contextlib
import http.client
import json
import os
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matinee import __version__
from matinee.kernel.errors import Refused, Unreachable

SECONDS = 15.0
LARGEST_ANSWER = 64 * 1024
_OVERLOADED = 429
_BROKEN = 500


@dataclass(frozen=True, slots=True)
class FarEnd:
    """Who is called. `who` is for the owner's eyes; `name` stands in the certificate, and with no name any is taken.

    `address` is where it is called at, else the name is looked up. `authority` is PEM; without, the machine's own
    list of authorities is asked.
    """

    who: str
    name: str = ""
    port: int = 443
    address: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON object; the object is empty where a failure came with something else."""

    status: int
    said: dict[str, Any]


def call(far: FarEnd, path: str, *, form: Mapping[str, str] | None = None) -> Answer:
    """GET this path, or POST the form to it. No redirect is followed and no proxy asked; neither path nor form is told.

    Blocking; it is over after SECONDS whatever the far end does. Unreachable without an answer or when the far end
    has trouble of its own; Refused when it is another one than was meant, or speaks in another way.
    """
    context = _context(far)
    try:
        with _line(far) as raw, context.wrap_socket(raw, server_hostname=far.name or None) as line:
            status, text = _spoken(line, far, path, form)
    except ssl.SSLCertVerificationError as error:
        raise Refused(f"{far.who} shows a certificate that is not to be trusted: {error.verify_message}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{far.who} gives no answer") from error
    if status == _OVERLOADED or status >= _BROKEN:
        raise Unreachable(f"{far.who} has trouble of its own (status {status})")
    return Answer(status, _object(far, status, text))


@contextlib.contextmanager
def _line(far: FarEnd) -> Iterator[socket.socket]:
    """A connection that is cut when the time is over, so that nobody can hold us up a byte at a time."""
    raw = socket.create_connection((far.address or far.name, far.port), SECONDS)
    with raw, socket.socket(fileno=os.dup(raw.fileno())) as same:
        watch = threading.Timer(SECONDS, _cut, [same])
        watch.daemon = True
        watch.start()
        try:
            yield raw
        finally:
            watch.cancel()
            watch.join()


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _context(far: FarEnd) -> ssl.SSLContext:
    if not far.authority:
        return ssl.create_default_context()
    try:
        context = ssl.create_default_context(cadata=far.authority)
    except (ssl.SSLError, ValueError) as error:
        raise Refused(f"the certificate authority for {far.who} is no certificate: bring the file anew") from error
    # Python 3.13 wants more of an authority than the standard check does; that of Private Internet Access lacks it.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = bool(far.name)
    return context


def _spoken(line: socket.socket, far: FarEnd, path: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
    talk = http.client.HTTPConnection(far.name or far.address)
    talk.sock = line
    headers = {"Accept": "application/json", "User-Agent": f"Matinee/{__version__}", "Connection": "close"}
    if form is None:
        talk.request("GET", path, headers=headers)
    else:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        talk.request("POST", path, urllib.parse.urlencode(form).encode(), {**headers, **kind})
    answer = talk.getresponse()
    text = answer.read(LARGEST_ANSWER + 1)
    if len(text) > LARGEST_ANSWER:
        raise Refused(f"{far.who} answers with more than {LARGEST_ANSWER // 1024} kB: what answers there is not it")
    return answer.status, text


def _object(far: FarEnd, status: int, text: bytes) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict):
        return said
    if status == http.client.OK:
        raise Refused(f"{far.who} answers, but not as we know it: it may have changed")
    return {}


def port_in(said: object) -> int:
    """A port that a provider names. Refused when it is none."""
    if isinstance(said, bool) or not isinstance(said, int) or not 0 < said < 65536:
        raise Refused("the provider names a port that is none: it may have changed its call")
    return said
