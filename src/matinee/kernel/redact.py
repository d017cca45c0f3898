"""Keys and passwords never reach a log, an error or a page: they are struck out first."""

import logging
import re
from collections.abc import Iterable
from urllib.parse import quote

STRUCK = "[redacted]"

_IN_URL = re.compile(
    r"(?i)([?&](?:[\w.-]+[_-])?(?:api_?key|token|passkey|pass(?:word)?|secret|auth|rsskey|authkey|sid|key)=)"
    r"[^&\s\"'<>]+"
)
# Begins at its mark and never crosses a slash, so a hostile text costs no more than its length.
_USERINFO = re.compile(r"(://[^/\s:@]*:)[^/\s]+(@)")
_HEADER = re.compile(r"(?i)((?:authorization|x-api-key|cookie|set-cookie)['\"]?\s*[:=]\s*['\"]?)[^'\"\r\n]+")
_SHORTEST_SECRET = 6


class Redactor:
    """Remembers the secrets of this process and strikes them out of any text."""

    def __init__(self) -> None:
        self._secrets: list[str] = []

    def remember(self, secrets: Iterable[str]) -> None:
        """Strike these out from now on, as they are and as URLs write them; very short ones would eat words."""
        long_enough = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        known = {*self._secrets, *(spelled for secret in long_enough for spelled in _spellings(secret))}
        self._secrets = sorted(known, key=len, reverse=True)  # the longest first: one may begin like another

    def __call__(self, text: str) -> str:
        """The same text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, STRUCK)
        text = _IN_URL.sub(rf"\1{STRUCK}", text)
        text = _USERINFO.sub(rf"\1{STRUCK}\2", text)
        return _HEADER.sub(rf"\1{STRUCK}", text)


def _spellings(secret: str) -> set[str]:
    """As it is, and as addresses and forms write it: not all escape the same signs, and a blank is %20 or +."""
    spelled = {quote(secret, safe=safe) for safe in ("", "!*()")}
    spelled |= {one.replace("~", "%7E") for one in spelled}
    return {secret, *spelled, *(one.replace("%20", "+") for one in spelled)}


redact = Redactor()


class RedactingFormatter(logging.Formatter):
    """A log line leaves only after its secrets are struck out, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, secrets struck out."""
        return redact(super().format(record))
