"""What an NZB asks for, as flat lists: files, and the articles each is made of."""

import bz2
import gzip
import hashlib
import io
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from matinee.engines.usenet.names import Recovery, natural_order, recovery_of, subject_name
from matinee.kernel.errors import Refused

LARGEST_NZB = 256 * 2**20  # bytes, unpacked
LARGEST_SEGMENT = 8 * 2**20
MOST_ARTICLES = 4_000_000
LONGEST_ID = 250  # RFC 3977
YENC_OVERHEAD = 1.032


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file of the plan; its articles are `first` … `first + count - 1`, `size` an estimate in decoded bytes.

    `parts` is the highest part number: where the NZB lacks articles it is more than `count`.
    """

    name: str
    date: int  # seconds since 1970; 0 when the NZB does not tell
    first: int
    count: int
    parts: int
    size: int
    recovery: Recovery | None


@dataclass(slots=True)
class Plan:
    """A whole NZB. Per article: its number in the file, its size as posted, and where its message id lies."""

    files: tuple[PlannedFile, ...] = ()
    numbers: "array[int]" = field(default_factory=lambda: array("I"))
    sizes: "array[int]" = field(default_factory=lambda: array("I"))
    metas: dict[str, str] = field(default_factory=dict)
    _ids: bytearray = field(default_factory=bytearray)
    _ends: "array[int]" = field(default_factory=lambda: array("I"))

    def message_id(self, article: int) -> bytes:
        """The message id without its brackets."""
        return bytes(self._ids[self._ends[article - 1] if article else 0 : self._ends[article]])

    @property
    def size(self) -> int:
        """Estimated decoded bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def date(self) -> int:
        """The mean of the files' dates."""
        dates = [file.date for file in self.files if file.date]
        return sum(dates) // len(dates) if dates else 0

    def fingerprint(self) -> str:
        """Equal for NZBs that ask for the same articles."""
        ids = sorted(self.message_id(article) for article in range(len(self.numbers)))
        return hashlib.md5(b"\0".join(ids), usedforsecurity=False).hexdigest()

    def add_article(self, number: int, size: int, message_id: bytes) -> None:
        """Note one more article, of the file being read."""
        self.numbers.append(number)
        self.sizes.append(size)
        self._ids += message_id
        self._ends.append(len(self._ids))


def read_plan(content: bytes) -> Plan:
    """Read an NZB, plain, gzipped or bzip2; Refused says what is wrong with it."""
    metas: dict[str, str] = {}
    try:
        found = list(_files(unpacked(content), metas))
    except etree.XMLSyntaxError as error:
        raise Refused(f"the NZB is no XML: {error.msg}") from error
    found.sort(key=lambda one: (not one.name.lower().endswith(".par2"), natural_order(one.name)))
    plan = Plan(metas=metas)
    plan.files = tuple(_planned(plan, one) for one in found if one.segments)
    if not plan.files:
        raise Refused("the NZB lists no articles")
    return plan


def unpacked(content: bytes) -> bytes:
    """The NZB itself, whatever its name says it is packed in; Refused when damaged or far too large."""
    opened: gzip.GzipFile | bz2.BZ2File | io.BytesIO = io.BytesIO(content)
    if content[:2] == b"\x1f\x8b":
        opened = gzip.GzipFile(fileobj=io.BytesIO(content))
    elif content[:3] == b"BZh":
        opened = bz2.BZ2File(io.BytesIO(content))
    try:
        with opened:
            whole = opened.read(LARGEST_NZB + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused("the NZB is damaged: it cannot be unpacked") from error
    if len(whole) > LARGEST_NZB:
        raise Refused(f"the NZB is larger than {LARGEST_NZB // 2**20} MiB")
    return whole


@dataclass(slots=True)
class _Found:
    name: str
    date: int
    segments: dict[int, tuple[int, bytes]]


def _files(content: bytes, metas: dict[str, str]) -> Iterator[_Found]:
    """Each file as it is read; what was read is let go, so that a large NZB takes little memory."""
    total, at, is_nzb = 0, 0, False
    reading = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for event, element in reading:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if event == "start":
            is_nzb = is_nzb or _check_root(element, name)
        elif name == "meta" and len(metas) < 100:
            metas.setdefault((element.get("type") or "").lower(), (element.text or "").strip())
        elif name == "file":
            at += 1
            found = _Found(subject_name(element.get("subject") or "", at), _date(element), _segments(element))
            total += len(found.segments)
            if total > MOST_ARTICLES:
                raise Refused(f"the NZB lists more than {MOST_ARTICLES:,} articles")
            _forget(element)
            yield found


def _check_root(root: etree._Element, name: str) -> bool:
    if name == "error":
        raise Refused(f"the indexer answered with an error, not an NZB: {root.get('description') or root.get('code')}")
    if name != "nzb":
        raise Refused(f"this is no NZB: its outermost element is <{name}>")
    return True


def _date(file: etree._Element) -> int:
    told = file.get("date") or ""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 12 else 0


def _segments(file: etree._Element) -> dict[int, tuple[int, bytes]]:
    """Articles by number; a second one of a number, an absurd size or a message id with spaces is left out."""
    kept: dict[int, tuple[int, bytes]] = {}
    for segment in file.iter("{*}segment", "segment"):
        number, size = _number(segment.get("number")), _number(segment.get("bytes"))
        message_id = (segment.text or "").strip().removeprefix("<").removesuffix(">").encode(errors="replace")
        if number and 0 < size < LARGEST_SEGMENT and _is_message_id(message_id):
            kept.setdefault(number, (size, message_id))
    return kept


def _number(told: str | None) -> int:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 9 else 0


def _is_message_id(told: bytes) -> bool:
    """Nothing that could end the command it is sent in."""
    return 0 < len(told) <= LONGEST_ID and not any(one <= 32 or one in b"<>\x7f" for one in told)


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _planned(plan: Plan, found: _Found) -> PlannedFile:
    first = len(plan.numbers)
    for number, (size, message_id) in sorted(found.segments.items()):
        plan.add_article(number, size, message_id)
    size = int(sum(size for size, _ in found.segments.values()) / YENC_OVERHEAD)
    parts = max(found.segments)
    return PlannedFile(found.name, found.date, first, len(found.segments), parts, size, recovery_of(found.name))


def name_and_password(told: str) -> tuple[str, str]:
    """Both of them from `name{{secret}}`, `name/secret` or `name password=secret`, as posters write them."""
    name = told.strip()
    for ending in (".gz", ".bz2", ".nzb"):
        name = name[: -len(ending)] if name.lower().endswith(ending) else name
    if "{{" in name and name.endswith("}}"):
        return _pair(name[:-2].split("{{", 1))
    if "password=" in name.lower():
        cut = name.lower().index("password=")
        return _pair((name[:cut], name[cut + len("password=") :]))
    return _pair(name.split("/", 1)) if "/" in name.strip("/") else (name, "")


def _pair(both: Sequence[str]) -> tuple[str, str]:
    return both[0].strip(), both[1].strip()
