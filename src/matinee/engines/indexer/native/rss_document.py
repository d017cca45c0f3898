"""A feed is opened without letting it open anything else: no entities, no outside files."""

import re
from collections.abc import Iterator

from lxml import etree

from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact

_CONTROL = bytes(sorted({*range(32)} - {0x09, 0x0A, 0x0D}))
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_MOST_ROWS = 1000
_LONGEST_REASON = 200


def rows(indexer: str, body: bytes) -> list[etree._Element]:
    """The items of an RSS feed or the entries of an Atom feed; Refused when it is neither."""
    root = _root(indexer, body)
    if local_name(root) not in ("rss", "rdf", "feed"):
        raise _not_a_feed(indexer, f"it begins with <{local_name(root):.40}>")
    return list(_rows(root))


def local_name(element: etree._Element) -> str:
    """The name of an element in small letters, without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _rows(root: etree._Element) -> Iterator[etree._Element]:
    found = 0
    for element in root.iter("{*}item", "{*}entry"):
        yield element
        if (found := found + 1) >= _MOST_ROWS:
            return


def _root(indexer: str, body: bytes) -> etree._Element:
    body = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if body[:64].lower().startswith((b"<!doctype html", b"<html")):
        raise Refused(f"{indexer}: the answer looks like a login or block page; the cookie may be missing or too old")
    if b"\0" not in body:
        body = body.translate(None, _CONTROL)  # some feeds copy control characters out of upload names
    first = _FIRST_ELEMENT.search(body)
    if b"<!DOCTYPE" in (body[: first.start()] if first else body):  # judged before parsing: entities could blow up
        raise _not_a_feed(indexer, "it declares a document type")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_a_feed(indexer, str(getattr(error, "msg", None) or error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _not_a_feed(indexer, "it declares a document type")
    return root


def _not_a_feed(indexer: str, reason: str) -> Refused:
    return Refused(f"{indexer} answers something that is not a feed: {redact(reason[:2000])[:_LONGEST_REASON]}")
