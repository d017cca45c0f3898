"""What a download from usenet is called when nobody said, and how the same one is known again."""

import hashlib
from pathlib import PurePosixPath

from matinee.kernel.errors import Refused
from matinee.media.nzb_file import read_nzb
from matinee.pipeline.ports import Payload

LONGEST_NAME = 200  # bytes; a file system allows 255, and clients put something behind it


def nzb_of(payload: Payload) -> bytes:
    """The NZB of a payload. Refused when it has none, or one that cannot be read."""
    if payload.nzb is None:
        raise Refused("the release is no usenet release: it has no NZB")
    try:
        read_nzb(payload.nzb)
    except ValueError as error:
        raise Refused(f"its NZB cannot be read: {error}") from error
    return payload.nzb


def nzb_key(nzb: bytes) -> str:
    """The same NZB gives the same key: 32 hexadecimal digits."""
    return hashlib.sha256(nzb).hexdigest()[:32]


def nzb_name(nzb: bytes) -> str:
    """What the NZB calls itself, or else its largest file without the ending; safe as the name of a folder."""
    told = read_nzb(nzb)
    largest = max(told.files, key=lambda file: file[1], default=("", 0))[0]
    return folder_name(told.title or PurePosixPath(largest).stem) or nzb_key(nzb)


def folder_name(text: str) -> str:
    """The text as the name of one folder: no slashes, no control characters, no dots in front, not too long."""
    plain = "".join("_" if sign in '/\\:*?"<>|' else sign for sign in text if sign.isprintable())
    return plain.strip(" .").encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .")
