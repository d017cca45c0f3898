"""A site asks whether somebody is at home: its picture is shown to the owner, whose answer goes with the form."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from matinee.engines.indexer.language.definition import Captcha
from matinee.engines.indexer.language.links import resolve
from matinee.engines.indexer.site.call import SiteRequest
from matinee.engines.indexer.site.document import Document
from matinee.engines.indexer.site.place import Site
from matinee.kernel.errors import Refused

ANSWER = "cardigannCaptcha"  # the setting that the owner's answer comes in
_LARGEST = 1024 * 1024
_SHOWN = ("image/png", "image/gif", "image/jpeg", "image/webp")  # never a kind that could run


@dataclass(frozen=True, slots=True)
class Landing:
    """A login page that waits for its captcha: the page, and the picture or question to be answered.

    `old_answer` is what the setting said when it was shown: the owner's answer is whatever differs from it.
    """

    url: str
    body: bytes
    picture: bytes = b""
    kind: str = ""
    question: str = ""
    old_answer: str = ""
    shown_at: float = 0.0  # seconds since 1970

    def saved(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "url": self.url,
            "body": base64.b64encode(self.body).decode(),
            "picture": base64.b64encode(self.picture).decode(),
            "kind": self.kind,
            "question": self.question,
            "old_answer": self.old_answer,
            "shown_at": self.shown_at,
        }


class CaptchaNeeded(Refused):
    """The owner must read a captcha: the `landing` page's `picture` of `kind`, or its `question` in words.

    The answer comes in as the setting that `field` names.
    """

    def __init__(self, name: str, landing: Landing) -> None:
        super().__init__(
            f"{name}: the site shows a captcha; read it and give the answer in the indexer's settings", field=ANSWER
        )
        self.landing = landing
        self.picture = landing.picture
        self.kind = landing.kind
        self.question = landing.question


def landing_of(saved: object) -> Landing | None:
    """A saved landing page; None for anything else."""
    if not isinstance(saved, dict):
        return None
    try:
        body, picture = (base64.b64decode(str(saved[key]), validate=True) for key in ("body", "picture"))
        kind, question, old_answer = (str(saved[key]) for key in ("kind", "question", "old_answer"))
        return Landing(str(saved["url"]), body, picture, kind, question, old_answer, float(saved["shown_at"]))
    except (KeyError, TypeError, ValueError):
        return None


async def captcha_on(site: Site, captcha: Captcha, page: Document) -> tuple[bytes, str, str] | None:
    """The captcha of a page as picture, its kind, and question; None when this time there is none."""
    element = page.first(captcha.selector, site.scope)
    if element is None:
        return None
    if captcha.type.strip().lower() == "text":
        return b"", "", " ".join(page.text(element).split())[:500]
    source = page.attribute(element, "src")
    if not source:
        raise Refused(f"{site.name}: the captcha of the login page has no picture; the definition may be outdated")
    picture, kind = await _picture(site, resolve(page.url, source), page.url)
    if not picture or len(picture) > _LARGEST:
        raise Refused(f"{site.name}: the captcha's picture is empty or too large; try again later")
    return picture, kind, ""


async def _picture(site: Site, source: str, referer: str) -> tuple[bytes, str]:
    if source[:5].lower() == "data:":
        return _inline(source)
    answer = await site.line.walk(SiteRequest(source), referer=referer)
    if answer.status_code != 200:
        raise Refused(f"{site.name}: the captcha's picture is answered with HTTP {answer.status_code}; try again later")
    return answer.content, _kind(str(answer.headers.get("content-type", "")))


def _inline(source: str) -> tuple[bytes, str]:
    """A picture that is written into the page."""
    head, _, body = source[5:].partition(",")
    if not head.lower().endswith(";base64"):
        return b"", ""
    try:
        return base64.b64decode(body, validate=False), _kind(head)
    except (binascii.Error, ValueError):
        return b"", ""


def _kind(told: str) -> str:
    kind = told.partition(";")[0].strip().lower()
    return kind if kind in _SHOWN else _SHOWN[0]
