"""FlareSolverr on the wire: what its browser is asked to open, what it found there, and why it did not."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matinee.kernel.errors import MatineeError, Refused, Unreachable
from matinee.kernel.proxy import Proxy
from matinee.kernel.redact import redact

_LARGEST_STATUS = 599
_MOST_COOKIES = 100
_LONGEST_VALUE = 8192
_LONGEST_REASON = 200

# How browsers show what is no web page: JSON and plain text in <pre>, XML in a viewer with the source hidden in it.
_LONGEST_HEAD = 4000
_BEFORE_TEXT = re.compile(r"\s*<body[^>]{0,200}>\s*<pre[^>]{0,200}>", re.IGNORECASE)
_AFTER_TEXT = re.compile(r"\s*(?:<div[^>]{0,200}></div>)?\s*</body>\s*</html>\s*", re.IGNORECASE)
_XML_SOURCE = '<div id="webkit-xml-viewer-source-xml">'


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of the solver's browser; `expires` is in seconds since 1970, None for the length of a session."""

    name: str
    value: str
    domain: str
    expires: float | None


@dataclass(frozen=True, slots=True)
class Solution:
    """What the browser ended with: the page, and the name and cookies under which the site let it in."""

    url: str
    status: int
    headers: Mapping[str, str]
    page: str
    user_agent: str
    cookies: tuple[Cookie, ...]


def question(url: str, *, form: str | None, cookies: Mapping[str, str], seconds: float, proxy: Proxy | None) -> Any:
    """What is posted to /v1: open a page, or send a form (url-encoded), within so many seconds."""
    asked: dict[str, Any] = {"cmd": "request.get" if form is None else "request.post", "url": url}
    asked["maxTimeout"] = int(seconds * 1000)
    if form is not None:
        asked["postData"] = form
    if cookies:
        asked["cookies"] = [{"name": name, "value": value} for name, value in cookies.items()]
    if proxy is not None:
        login = {"username": proxy.username, "password": proxy.password} if proxy.username else {}
        asked["proxy"] = {"url": proxy.address, **login}
    return asked


def read_solution(solver: str, answer: Any) -> Solution:
    """The meaning of an answer; Unreachable when the page was not passed in time, Refused when it cannot be."""
    if not isinstance(answer, dict):
        raise Refused(f"{solver}: what answers there is no FlareSolverr")
    found = answer.get("solution")
    if answer.get("status") != "ok" or not isinstance(found, dict):
        raise _failure(solver, str(answer.get("message") or answer.get("error") or "it gives no reason"))
    status = found.get("status")
    return Solution(
        url=_text(found.get("url")),
        status=status if isinstance(status, int) and 100 <= status <= _LARGEST_STATUS else 200,
        headers=_headers(found.get("headers")),
        page=unwrapped(str(found.get("response") or "")),
        user_agent=_text(found.get("userAgent")),
        cookies=_cookies(found.get("cookies")),
    )


def unwrapped(page: str) -> str:
    """The JSON, text or XML that a browser has put into a page of its own to show it; any other page as it is."""
    if page[:200].lstrip()[:5].lower() != "<html":
        return page
    if (start := page.find(_XML_SOURCE, 0, _LONGEST_HEAD)) >= 0:
        start += len(_XML_SOURCE)
        return page[start : max(start, page.find("</div>", start))]
    before = _BEFORE_TEXT.match(page, page.find("</head>", 0, _LONGEST_HEAD) + len("</head>"))
    end = page.rfind("</pre>", -_LONGEST_HEAD)
    if before is None or end < 0 or page.find("</pre>", before.end()) != end:
        return page
    return html.unescape(page[before.end() : end]) if _AFTER_TEXT.fullmatch(page, end + len("</pre>")) else page


def _failure(solver: str, message: str) -> MatineeError:
    told = redact(message.removeprefix("Error: ")).strip()[:_LONGEST_REASON]
    words = told.lower()
    if "captcha" in words:
        return Refused(f"{solver}: the site asks for a captcha, which it cannot solve; log in there with a browser")
    if "timeout" in words or "timed out" in words:
        return Unreachable(f"{solver}: the site's challenge was not passed in time ({told})")
    if "blocked" in words or "banned" in words:
        return Refused(f"{solver}: the site has blocked this address; another proxy may help ({told})")
    return Unreachable(f"{solver}: {told}")


def _headers(told: Any) -> dict[str, str]:
    if not isinstance(told, dict):
        return {}
    return {name.lower(): value for name, value in told.items() if isinstance(name, str) and _is_line(value)}


def _cookies(told: Any) -> tuple[Cookie, ...]:
    rows = told[:_MOST_COOKIES] if isinstance(told, list) else []
    return tuple(cookie for row in rows if (cookie := _cookie(row)) is not None)


def _cookie(row: Any) -> Cookie | None:
    """One cookie; None when it is unreadable or would break the line it is sent in."""
    if not isinstance(row, dict) or not _is_line(row.get("name")) or not _is_line(row.get("value")):
        return None
    if ";" in row["name"] + row["value"] or not row["name"]:
        return None
    ends = row.get("expires", row.get("expiry"))
    expires = float(ends) if isinstance(ends, int | float) and ends > 0 else None
    return Cookie(row["name"], row["value"], _text(row.get("domain")).lstrip(".").lower(), expires)


def _text(told: Any) -> str:
    return told if _is_line(told) else ""


def _is_line(told: Any) -> bool:
    """Whether it can be sent in a header: text of one line in plain letters."""
    return isinstance(told, str) and len(told) <= _LONGEST_VALUE and told.isascii() and (told.isprintable() or not told)
