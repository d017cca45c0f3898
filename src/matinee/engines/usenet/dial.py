"""Calling a news server: connect, shake hands, log in. It may take its time here, so it is done aside."""

import contextlib
import socket
import ssl
from enum import Enum
from typing import NamedTuple

from matinee.engines.usenet.tls import tls_context, tls_words
from matinee.kernel.errors import MatineeError, Refused, Unreachable
from matinee.pipeline.usenet_port import NewsServer

CONNECT_SECONDS = 15.0
LONGEST_LINE = 2048
RECEIVE_BUFFER = 2**20
_CROWDED = ("too many", "connection limit", "max connect", "maximum number", "connections exceeded", "exceeded")


class Trouble(Enum):
    """Why a server cannot be used now; each has its own penalty."""

    UNKNOWN = "unknown"
    TIMEOUT = "timeout"
    FORBIDDEN = "forbidden"
    CROWDED = "crowded"
    LOGIN = "login"


class Call(NamedTuple):
    """An open line: the socket does not block any more."""

    socket: socket.socket
    greeting: str


class CallFailed(Exception):
    """The server could not be called; the message is for a person."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble

    def as_error(self) -> MatineeError:
        """In the house's own two kinds."""
        refused = self.trouble in {Trouble.LOGIN, Trouble.FORBIDDEN}
        return Refused(str(self)) if refused else Unreachable(str(self))


def dial(server: NewsServer) -> Call:
    """Call the server and log in; CallFailed says why it could not be done."""
    where = f"{server.name} ({server.host}:{server.port})"
    try:
        line = _connect(server)
    except TimeoutError as error:
        raise CallFailed(Trouble.TIMEOUT, f"{where} does not answer") from error
    except ssl.SSLError as error:
        raise CallFailed(Trouble.UNKNOWN, f"{where}: {tls_words(error)}") from error
    except (OSError, ValueError) as error:
        raise CallFailed(Trouble.UNKNOWN, f"{where} cannot be reached: {error}") from error
    try:
        greeting = _greet(line, server, where)
    except TimeoutError as error:
        line.close()
        raise CallFailed(Trouble.TIMEOUT, f"{where} took the call but says nothing") from error
    except OSError as error:
        line.close()
        raise CallFailed(Trouble.UNKNOWN, f"{where} hung up: {error}") from error
    except CallFailed:
        line.close()
        raise
    line.setblocking(False)
    return Call(line, greeting)


def _connect(server: NewsServer) -> socket.socket:
    """Try each address the name has, in order."""
    family = {4: socket.AF_INET, 6: socket.AF_INET6}.get(server.ip_version, socket.AF_UNSPEC)
    failure: OSError = OSError(f"the name {server.host} has no address")
    for kind, _, _, _, address in socket.getaddrinfo(server.host, server.port, family, socket.SOCK_STREAM):
        try:
            return _connected(server, kind, address)
        except ssl.SSLError:
            raise
        except OSError as error:
            failure = error
    raise failure


def _connected(
    server: NewsServer, family: int, address: tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
) -> socket.socket:
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        line.settimeout(min(server.timeout, CONNECT_SECONDS))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        line.connect(address)
        return tls_context(server).wrap_socket(line, server_hostname=server.host) if server.tls else line
    except BaseException:
        line.close()
        raise


def _greet(line: socket.socket, server: NewsServer, where: str) -> str:
    line.settimeout(server.timeout)
    greeting = _line(line)
    if greeting[:3] not in {"200", "201"}:
        raise CallFailed(trouble_of(greeting), f"{where} turned us away: {greeting or 'it hung up'}")
    if server.username:
        _log_in(line, server, where)
    return greeting


def _log_in(line: socket.socket, server: NewsServer, where: str) -> None:
    answer = _ask(line, f"AUTHINFO USER {_one_word(server.username)}")
    if answer.startswith("381"):
        answer = _ask(line, f"AUTHINFO PASS {_one_word(server.password)}")
    if not answer.startswith("281"):
        trouble = Trouble.CROWDED if trouble_of(answer) is Trouble.CROWDED else Trouble.LOGIN
        said = "it hung up" if not answer else answer.replace(server.password or "\0", "…")
        raise CallFailed(trouble, f"{where} refused the login: {said}")


def _one_word(told: str) -> str:
    if any(one in told for one in "\r\n\0"):
        raise CallFailed(Trouble.LOGIN, "a user name or password for a news server has no line breaks")
    return told


def _ask(line: socket.socket, command: str) -> str:
    line.sendall(command.encode() + b"\r\n")
    return _line(line)


def _line(line: socket.socket) -> str:
    """One line, byte by byte: what follows it belongs to others. Empty when the server hung up."""
    text = bytearray()
    while not text.endswith(b"\n") and len(text) < LONGEST_LINE:
        byte = line.recv(1)
        if not byte:
            break
        text += byte
    return "".join(one for one in text.decode(errors="replace").strip() if one.isprintable())


def trouble_of(answer: str) -> Trouble:
    """What kind of trouble an answer of the server is."""
    if any(words in answer.lower() for words in _CROWDED):
        return Trouble.CROWDED
    if answer[:3] in {"480", "481", "482", "483"}:
        return Trouble.LOGIN
    return Trouble.FORBIDDEN if answer[:3] == "502" else Trouble.UNKNOWN


def try_server(server: NewsServer) -> str:
    """Call once and say good-bye; what it said."""
    try:
        call = dial(server)
    except CallFailed as error:
        raise error.as_error() from error
    with contextlib.closing(call.socket):
        call.socket.settimeout(5)
        with contextlib.suppress(OSError):
            call.socket.sendall(b"QUIT\r\n")
        tls = call.socket.version() if isinstance(call.socket, ssl.SSLSocket) else None
    return f"{server.name} answers: {call.greeting}" + (f" ({tls})" if tls else "")
