"""Keys and passwords never reach a log, an error or a page: they are struck out first."""

import logging
import re
from collections.abc import Iterable

STRUCK = "[redacted]"

_IN_URL = re.compile(
    r"(?i)([?&](?:api_?key|apikey|token|passkey|pass(?:word)?|secret|auth|rsskey|authkey|sid|key)=)[^&\s\"'<>]+"
)
_USERINFO = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://[^/\s:@]+:)[^/\s@]+(@)")
_HEADER = re.compile(r"(?i)((?:authorization|x-api-key|cookie|set-cookie)['\"]?\s*[:=]\s*['\"]?)[^'\"\r\n]+")
_SHORTEST_SECRET = 6


class Redactor:
    """Remembers the secrets of this process and strikes them out of any text."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def remember(self, secrets: Iterable[str]) -> None:
        """Strike these out from now on; very short ones are skipped, they would eat ordinary words."""
        self._secrets |= {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}

    def __call__(self, text: str) -> str:
        """The same text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, STRUCK)
        text = _IN_URL.sub(rf"\1{STRUCK}", text)
        text = _USERINFO.sub(rf"\1{STRUCK}\2", text)
        return _HEADER.sub(rf"\1{STRUCK}", text)


redact = Redactor()


class RedactingFormatter(logging.Formatter):
    """A log line leaves only after its secrets are struck out, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, secrets struck out."""
        return redact(super().format(record))
