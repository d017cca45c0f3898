"""The cookies of one site: whoever is signed in stays so for a month, also over a restart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from matinee.engines.indexer.site.call import home_of, host_of
from matinee.kernel.clock import Clock, now

KEPT = timedelta(days=30)
_MOST = 100
_LONGEST = 8192

Saved = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie of a domain and all below it."""

    name: str
    value: str
    domain: str
    expires: datetime
    is_secure: bool = False


class CookieJar:
    """Cookies by domain and name; never sent to a host outside their domain."""

    def __init__(self, saved: Saved | None = None, *, clock: Clock = now) -> None:
        self._clock = clock
        self._cookies: dict[tuple[str, str], Cookie] = {}
        for cookie in _loaded(saved or {}):
            self._keep(cookie)

    def __bool__(self) -> bool:
        return any(cookie.expires > self._clock() for cookie in self._cookies.values())

    def put(self, url: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep cookies that the owner or the definition gives, for the whole domain of the address."""
        for name, value in pairs:
            self._keep(Cookie(name, value, home_of(url), self._clock() + KEPT))

    def take(self, answer: httpx2.Response) -> bool:
        """Keep what an answer sets and forget what it ends; tells whether anything changed."""
        before = dict(self._cookies)
        for line in answer.headers.get_list("set-cookie")[:_MOST]:
            cookie = _read(line, host_of(str(answer.url)), self._clock())
            if cookie is None:
                continue
            if cookie.expires <= self._clock():
                self._cookies.pop((cookie.domain, cookie.name), None)
            else:
                self._keep(cookie)
        return before != self._cookies

    def header(self, url: str) -> str:
        """What a request to this address says as its `Cookie`; empty for none."""
        host, is_secure, at = host_of(url), url[:6].lower() == "https:", self._clock()
        fitting = {
            cookie.name: cookie.value
            for cookie in sorted(self._cookies.values(), key=lambda one: len(one.domain))
            if cookie.expires > at and _is_below(host, cookie.domain) and (is_secure or not cookie.is_secure)
        }
        return "; ".join(f"{name}={value}" for name, value in fitting.items())

    def clear(self) -> None:
        """Forget everything."""
        self._cookies.clear()

    def saved(self) -> dict[str, dict[str, dict[str, Any]]]:
        """All that has not ended, as plain values: by domain and name the value and when it ends."""
        told: dict[str, dict[str, dict[str, Any]]] = {}
        for cookie in self._cookies.values():
            if cookie.expires > self._clock():
                of_domain = told.setdefault(cookie.domain, {})
                of_domain[cookie.name] = {
                    "value": cookie.value,
                    "expires": cookie.expires.isoformat(),
                    "secure": cookie.is_secure,
                }
        return told

    def _keep(self, cookie: Cookie) -> None:
        key = (cookie.domain, cookie.name)
        if key in self._cookies or len(self._cookies) < _MOST:
            self._cookies[key] = cookie


def read_cookie_header(text: str) -> tuple[tuple[str, str], ...]:
    """The cookies of a `Cookie` header as a browser shows it, with or without its name."""
    text = text.strip()
    if text[:7].lower() == "cookie:":
        text = text[7:]
    pairs = (part.strip().partition("=") for part in text.split(";"))
    return tuple((name.strip(), _clean(value.strip())) for name, mark, value in pairs if mark and name.strip())


def _read(line: str, host: str, at: datetime) -> Cookie | None:
    """One `Set-Cookie`; None when it is broken or meant for somebody else's domain."""
    first, *rest = line[:_LONGEST].split(";")
    name, mark, value = first.partition("=")
    told = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in rest)}
    domain = told.get("domain", "").lstrip(".").lower() or host
    if not mark or not name.strip() or not domain or not _is_below(host, domain):
        return None
    if domain != host and "." not in domain:
        return None
    expires = _end(told, at)
    return Cookie(name.strip(), _clean(value.strip()), domain, expires, "secure" in told)


def _end(told: Mapping[str, str], at: datetime) -> datetime:
    """When a cookie ends: a month from now, or in the past for one that is taken back."""
    age = told.get("max-age", "")
    if age.lstrip("-").isdigit():
        return at + KEPT if not age.startswith("-") and age.strip("0") else at
    try:
        date = parsedate_to_datetime(told["expires"]) if "expires" in told else at + KEPT
    except (ValueError, IndexError, OverflowError):
        return at + KEPT
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return at + KEPT if date > at else at


def _is_below(host: str, domain: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and not host.rpartition(".")[2].isdigit())


def _clean(value: str) -> str:
    """A value that can stand in a header."""
    return "".join(sign for sign in value if sign >= " " and sign != "\x7f")


def _loaded(saved: Saved) -> Iterable[Cookie]:
    """What was saved; a part that makes no sense is left out, one signs in again."""
    for domain, cookies in saved.items():
        for name, told in cookies.items() if isinstance(cookies, Mapping) else ():
            try:
                expires = datetime.fromisoformat(str(told["expires"]))
                yield Cookie(name, _clean(str(told["value"])), domain, _aware(expires), bool(told.get("secure")))
            except (KeyError, TypeError, ValueError, AttributeError):
                continue


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
