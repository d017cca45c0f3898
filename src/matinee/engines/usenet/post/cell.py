"""Archives from strangers are opened in a cell: a process that can write to one folder only, and run nothing new.

Started as a file of its own, so that nothing of the house is loaded into it. The order is JSON on its input; the answer
is JSON on its output for the built-in opener, otherwise whatever the program says that it becomes.
"""

import ctypes
import errno
import importlib
import importlib.util
import json
import os
import resource
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE = 1 << 13, 1 << 14
CONNECT_AND_BIND = 3

PLAIN = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
SPECIAL = MAKE_CHAR | MAKE_SOCK | MAKE_FIFO | MAKE_BLOCK | MAKE_SYM
NEW_PRIVILEGES, CREATE, ADD, RESTRICT = 38, 444, 445, 446  # prctl and system calls of Landlock
WITH_REFER, WITH_TRUNCATE, WITH_NETWORK = 2, 3, 4  # versions of Landlock
PROGRAMS = ("/usr", "/bin", "/lib", "/lib64", "/opt", "/nix")


def main() -> int:
    """Read the order, lock the door, obey."""
    order = json.loads(sys.stdin.buffer.readline())
    if order.get("feeds"):
        return _open_stored(order)
    # Its library is loaded before the door is locked.
    rars = importlib.import_module("rars") if order.get("command") is None else None
    _bound(order["largest"], order["memory"])
    _lock(order["writes"], [*PROGRAMS, sys.base_prefix, sys.prefix])
    if rars is not None:
        return _open_rar(rars, order)
    _answer_questions_with(order.get("password", ""))
    os.execv(order["command"][0], order["command"])  # noqa: S606 - a program of the house, not of the archive


def _open_stored(order: dict[str, Any]) -> int:
    """The volumes come one by one on our input, for as long as it is open."""
    place = Path(__file__).with_name("stored.py")
    spec = importlib.util.spec_from_file_location("stored", place)
    if spec is None or spec.loader is None:
        return 1
    stored = sys.modules["stored"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stored)
    _bound(order["largest"], order["memory"])
    _lock(order["writes"], ())
    for answer in stored.open_stored(Path(order["into"]), sys.stdin):
        print(json.dumps(answer), flush=True)  # noqa: T201
    return 0


def _bound(largest: int, memory: int) -> None:
    """No file larger than `largest` bytes, no more memory than that, no picture of it when it falls."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _lock(writes: Iterable[str], programs: Iterable[str]) -> bool:
    """Whether the kernel keeps the door: plain files only, in these folders only; no link, no network, no new program.

    Kernels without Landlock leave it to the openers and to the look at what they made.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(CREATE, None, 0, 1)
    if version < 1:
        return False
    can = EXECUTE | PLAIN | SPECIAL
    can &= ~(REFER if version < WITH_REFER else 0) & ~(TRUNCATE if version < WITH_TRUNCATE else 0)
    attributes = struct.pack("QQ", can, CONNECT_AND_BIND) if version >= WITH_NETWORK else struct.pack("Q", can)
    rules = libc.syscall(CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return False
    for path in writes:
        _allow(libc, rules, path, PLAIN & can)
    _allow(libc, rules, "/dev/null", WRITE_FILE)
    for path in programs:
        _allow(libc, rules, path, EXECUTE)
    libc.prctl(NEW_PRIVILEGES, 1, 0, 0, 0)
    return bool(libc.syscall(RESTRICT, rules, 0) == 0)


def _allow(libc: ctypes.CDLL, rules: int, path: str, what: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    libc.syscall(ADD, rules, 1, struct.pack("=Qi", what, place), 0)
    os.close(place)


def _answer_questions_with(password: str) -> None:
    """The program finds the password where it would read a person's, and nobody sees it in a list of processes."""
    reads, writes = os.pipe()
    os.write(writes, password.encode()[:4000] + b"\n")
    os.close(writes)
    os.dup2(reads, 0)


def _open_rar(rars: Any, order: dict[str, Any]) -> int:
    options = rars.ReadOptions(max_total_output_bytes=order["total"], max_member_output_bytes=order["largest"])
    try:
        made = rars.extract_volumes(
            order["volumes"], order["into"], order.get("password") or None, overwrite=True, options=options
        )
    except Exception as error:  # whatever it is, the house is to be told
        print(json.dumps({"trouble": _trouble(rars, error), "message": str(error)[:300]}))  # noqa: T201
        return 1
    print(json.dumps({"files": len(made)}))  # noqa: T201
    return 0


def _trouble(rars: Any, error: Exception) -> str:
    """One word for the house; errors of the system are known by the number in their text alone."""
    said = str(error).lower()
    if any(f"(os error {number})" in said for number in (errno.ENOSPC, errno.EDQUOT)):
        return "full"
    if "limit" in said or f"(os error {errno.EFBIG})" in said:
        return "large"
    kinds = {
        "PasswordRequired": "password",
        "BadPassword": "password",
        "UnsafeArchivePath": "unsafe",
        "UnsupportedRarFeature": "unknown",
    }
    return next((word for name, word in kinds.items() if isinstance(error, getattr(rars, name))), "damaged")


if __name__ == "__main__":
    sys.exit(main())
