"""Who may speak: a name and a password give a session, five wrong ones a pause of an hour."""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from matinee.products.qbittorrent.sync import Memory

SESSION_SECONDS = 3600
BAN_SECONDS = 3600
TRIES = 5
MOST_SESSIONS = 100

Clock = Callable[[], float]


class Banned(Exception):
    """Too many wrong passwords from this address."""


@dataclass(slots=True)
class Session:
    """Somebody logged in, and what was last told to them."""

    last_seen: float
    memory: Memory = field(default_factory=Memory)


class Door:
    """Lets in who knows the password. `clock` counts seconds and never goes back."""

    def __init__(self, username: str, password: str, clock: Clock = time.monotonic) -> None:
        self._expected = (username.encode(), password.encode())
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._failures: dict[str, list[float]] = {}

    def enter(self, username: str, password: str, address: str | None) -> str | None:
        """A new session's id, or None for a wrong password. Banned after too many.

        `address` is None on a unix socket: who can open that is not kept out.
        """
        if address and self._is_banned(address):
            raise Banned
        if not self._is_right(username, password):
            if address:
                self._failures.setdefault(address, []).append(self._clock())
            return None
        self._failures.pop(address or "", None)
        return self._open()

    def _is_right(self, username: str, password: str) -> bool:
        """Compares in constant time, and both even when the first is wrong."""
        name_is_right = hmac.compare_digest(username.encode(), self._expected[0])
        return hmac.compare_digest(password.encode(), self._expected[1]) and name_is_right

    def _is_banned(self, address: str) -> bool:
        since = self._clock() - BAN_SECONDS
        self._failures = {
            who: recent for who, times in self._failures.items() if (recent := [at for at in times if at > since])
        }
        return len(self._failures.get(address, ())) >= TRIES

    def _open(self) -> str:
        since = self._clock() - SESSION_SECONDS
        self._sessions = {id: session for id, session in self._sessions.items() if session.last_seen > since}
        if len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[min(self._sessions, key=lambda id: self._sessions[id].last_seen)]
        id = secrets.token_urlsafe(24)
        self._sessions[id] = Session(self._clock())
        return id

    def session(self, id: str | None) -> Session | None:
        """The session of this id while it lasts."""
        session = self._sessions.get(id or "")
        if session is None or session.last_seen < self._clock() - SESSION_SECONDS:
            return None
        session.last_seen = self._clock()
        return session

    def leave(self, id: str | None) -> None:
        """End a session."""
        self._sessions.pop(id or "", None)
