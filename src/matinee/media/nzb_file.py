"""An NZB lists the articles of usenet that make up a download: names and sizes, before any of them is fetched."""

import gzip
import io
import re
from dataclasses import dataclass

from lxml import etree

LARGEST_NZB = 64 * 2**20  # bytes, unpacked
MOST_FILES = 100_000

_QUOTED = re.compile(r'"([^"]+)"')
_LAST_NAME = re.compile(r"([^\s\"/\\]+\.[A-Za-z0-9]{2,5})(?=[\s\"(\[]|$)")
_IN_NAME = re.compile(r"\{\{(.+?)\}\}")


@dataclass(frozen=True, slots=True)
class NzbFile:
    """What an NZB promises: name and size in bytes of each file, as posted, and its password if it has one."""

    files: tuple[tuple[str, int], ...]
    password: str | None = None
    title: str | None = None


def read_nzb(content: bytes, name: str = "") -> NzbFile:
    """Read an NZB, plain or gzipped; ValueError says what is wrong with it.

    `name` is the NZB's own, which may carry a password as `Title{{secret}}.nzb`.
    """
    root = _root(_unpacked(content))
    if etree.QName(root).localname != "nzb":
        raise ValueError(f"its outermost element is <{etree.QName(root).localname}>, not <nzb>")
    files = tuple(_file(file, at) for at, file in enumerate(_all(root, "file"), start=1))
    if not files:
        raise ValueError("it lists no files")
    if len(files) > MOST_FILES:
        raise ValueError(f"it lists {len(files):,} files, more than {MOST_FILES:,}")
    metas = {(meta.get("type") or "").lower(): (meta.text or "").strip() for meta in _all(root, "meta")}
    told = _IN_NAME.search(name)
    return NzbFile(files, metas.get("password") or (told[1] if told else None), metas.get("title") or None)


def _unpacked(content: bytes) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return content[: LARGEST_NZB + 1]
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            return packed.read(LARGEST_NZB + 1)
    except (OSError, EOFError) as error:
        raise ValueError("it is damaged: it cannot be unpacked") from error


def _root(content: bytes) -> etree._Element:
    if len(content) > LARGEST_NZB:
        raise ValueError(f"it is larger than {LARGEST_NZB // 2**20} MiB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is no XML: {error.msg}") from error


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    """Elements of that name, in whichever namespace the poster wrote."""
    return [one for one in root.iter(f"{{*}}{name}", name) if isinstance(one.tag, str)]


def _file(file: etree._Element, at: int) -> tuple[str, int]:
    subject = file.get("subject") or ""
    quoted = _QUOTED.search(subject) or _LAST_NAME.search(subject)
    return quoted[1] if quoted else subject or f"file {at}", sum(_bytes(one) for one in _all(file, "segment"))


def _bytes(segment: etree._Element) -> int:
    told = segment.get("bytes") or ""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 12 else 0
