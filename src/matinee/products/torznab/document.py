"""Open an indexer's answer without letting it open anything else: no entities, no outside files."""

import re

from lxml import etree

from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact

_CONTROL = bytes(sorted({*range(32)} - {0x09, 0x0A, 0x0D}))
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_LONGEST_REASON = 200
_LONGEST_TEXT = 2000


def open_document(indexer: str, body: bytes, content_type: str = "") -> etree._Element:
    """The root of a Torznab answer; Refused when it is a web page or no sound XML."""
    if _is_page(body, content_type):
        raise Refused(f"{indexer}: the answer looks like a login or block page")
    if b"\0" not in body:
        body = body.translate(None, _CONTROL)  # some indexers copy control characters out of upload names
    if _has_doctype(body):
        raise _not_a_feed(indexer, "it declares a document type")
    try:
        root = etree.fromstring(body, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_a_feed(indexer, str(getattr(error, "msg", None) or error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _not_a_feed(indexer, "it declares a document type")
    return root


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )


def _is_page(body: bytes, content_type: str) -> bool:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return True
    return "html" in content_type.lower() and not start.startswith((b"<?xml", b"<rss", b"<caps", b"<error"))


def _has_doctype(body: bytes) -> bool:
    """Judged before parsing: entities could blow up inside attributes, where the parser expands them."""
    first = _FIRST_ELEMENT.search(body)
    return b"<!DOCTYPE" in (body[: first.start()] if first else body)


def _not_a_feed(indexer: str, reason: str) -> Refused:
    return Refused(
        f"{indexer} answers something that is not a Torznab feed: {redact(reason[:_LONGEST_TEXT])[:_LONGEST_REASON]}"
    )
