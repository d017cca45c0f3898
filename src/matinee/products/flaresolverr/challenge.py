"""Some sites show a test before they show themselves; this is how such a page is recognised."""

import re

import httpx2

LARGEST_PAGE = 1024 * 1024  # bytes; a longer page is no challenge

_SERVERS = ("cloudflare", "cloudflare-nginx", "ddos-guard")
_STATUSES = (403, 503)
_TITLE = re.compile(rb"<title[^>]{0,200}>\s{0,100}([^<]{1,200})", re.IGNORECASE)
_TITLES = ("just a moment...", "attention required! | cloudflare", "ddos-guard", "access denied")
_MARKS = (b"error code: 1020", b"/cdn-cgi/challenge-platform/", b"cf-browser-verification", b"cf_chl_opt")


def may_be_challenge(answer: httpx2.Response) -> bool:
    """Whether status and server are those of a protection, so that the page is worth a look."""
    servers = (name.strip() for name in answer.headers.get("server", "").lower().split(","))
    return answer.status_code in _STATUSES and any(name in _SERVERS for name in servers)


def is_challenge(answer: httpx2.Response, page: bytes) -> bool:
    """Whether the page (decoded, or its beginning) is a test and not the site."""
    if not may_be_challenge(answer):
        return False
    title = _TITLE.search(page)
    told = title[1].decode("utf-8", "replace").strip().lower() if title else ""
    return told.startswith(_TITLES) or any(mark in page for mark in _MARKS)
