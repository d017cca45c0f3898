"""Open an indexer's answer without letting it open anything else: no entities, no outside files."""

import re

from lxml import etree

from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact

_CONTROL = bytes(sorted({*range(32)} - {0x09, 0x0A, 0x0D}))
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# Only encodings that cost no more than the length of the text: some of Python's do.
_CHARSET = re.compile(
    r"charset=[\"']?((?:utf|iso-?8859|windows|cp|koi8|gb|big5|euc|shift|us-ascii)[\w-]{0,20})", re.A | re.I
)
_CHARACTER = re.compile(r"&#(?:(\d{1,9})|[xX]([0-9a-fA-F]{1,8}));")
_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d{1,9}|#[xX][0-9a-fA-F]{1,8}|\w{1,40});)")
_LONGEST_REASON = 200
_LONGEST_TEXT = 2000
_LONGEST_NUMBER = 18


def open_document(indexer: str, body: bytes, content_type: str = "") -> etree._Element:
    """The root of an answer; Refused when it is a web page or no sound XML."""
    if _is_page(body, content_type):
        raise Refused(f"{indexer}: the answer looks like a login or block page")
    if b"\0" not in body:
        body = body.translate(None, _CONTROL)  # some indexers copy control characters out of upload names
    try:
        return _parsed(indexer, body)
    except (etree.XMLSyntaxError, ValueError) as error:
        try:
            return _parsed(indexer, _repaired(body, content_type))
        except (etree.XMLSyntaxError, ValueError):
            raise not_a_feed(indexer, str(getattr(error, "msg", None) or error)) from error


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child_of(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that name, whatever its prefix."""
    return next((child for child in element if local_name(child) == name), None)


def number(text: str | None) -> int | None:
    """A whole number that is not negative."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else None


def not_a_feed(indexer: str, reason: str) -> Refused:
    """The refusal of an answer that cannot be read."""
    return Refused(
        f"{indexer} answers something that is not a Newznab or Torznab feed: "
        f"{redact(reason[:_LONGEST_TEXT])[:_LONGEST_REASON]}"
    )


def _parsed(indexer: str, body: bytes) -> etree._Element:
    """The root; XMLSyntaxError or ValueError when it cannot be parsed, Refused when it declares a document type."""
    if _has_doctype(body):
        raise not_a_feed(indexer, "it declares a document type")
    root = etree.fromstring(body, _parser())
    if root.getroottree().docinfo.internalDTD is not None:
        raise not_a_feed(indexer, "it declares a document type")
    return root


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


def _repaired(body: bytes, content_type: str) -> bytes:
    """The same in UTF-8, without the usual sins: a wrong encoding, a bare ampersand, a character XML forbids."""
    text = _DECLARATION.sub("", _decoded(body, content_type), count=1)
    return _BARE_AMPERSAND.sub("&amp;", _CHARACTER.sub(_allowed, text)).encode()


def _decoded(body: bytes, content_type: str) -> str:
    """The text by UTF-8, else as the header says, else as the old pages of the west are."""
    told = _CHARSET.search(content_type)
    for encoding in ("utf-8-sig", told[1] if told else "utf-8"):
        try:
            return body.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return body.decode("cp1252", "replace")


def _allowed(reference: re.Match[str]) -> str:
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    is_legal = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference[0] if is_legal else ""
