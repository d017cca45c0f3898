"""The ways out of a room that no network namespace closes: files through which services outside can be asked.

A service on a unix socket in the file system is reachable from every network namespace: one that looks names up
(systemd-resolved, nscd, Avahi) would ask on our behalf outside the tunnel, one that starts programs (Docker, systemd,
D-Bus) would start them outside.
"""

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

# Little but the standard library here: see `inside`.

RUN = Path("/run")
ETC = Path("/etc")
OTHER_SOCKETS = (Path("/tmp/.X11-unix"), Path("/tmp/.ICE-unix"))  # noqa: S108  where X keeps them
OF_THE_HOST = ".host"
NSSWITCH = "passwd: files\ngroup: files\nhosts: files dns\nnetworks: files\nservices: files\nprotocols: files\n"
CLONE_NEWNS = 0x00020000
MS_NOSUID, MS_NODEV, MS_BIND, MS_MOVE, MS_REC, MS_SLAVE = 0x2, 0x4, 0x1000, 0x2000, 0x4000, 0x80000
_libc = ctypes.CDLL(None, use_errno=True)


def close_the_file_ways(names: Path, kept: Sequence[Path] = ()) -> None:
    """In a mount namespace of our own: /run is new and empty but for what is kept, and /etc has a resolv.conf of ours.

    A file that is bound over another is gone again when the host replaces that one, as it does with resolv.conf; a
    folder of our own stays.
    """
    check(_libc.mount(b"none", b"/", None, MS_REC | MS_SLAVE, None), "/")
    with ExitStack() as opened:
        servers = opened.enter_context(_opened(names))  # by descriptor: the file may lie below what is covered now
        folders = [(folder, opened.enter_context(_opened(folder))) for folder in kept]
        _cover_run()
        for folder, descriptor in folders:
            folder.mkdir(parents=True, exist_ok=True)
            _bind(descriptor, folder)
        _cover_etc(servers)
    for folder in OTHER_SOCKETS:
        if folder.is_dir():
            _cover(folder)


def close_the_controls() -> None:
    """A room without root has the control socket of the tunnel in its own /run; the guarded do not see it."""
    check(_libc.unshare(CLONE_NEWNS))
    check(_libc.mount(b"none", b"/", None, MS_REC | MS_SLAVE, None), "/")
    _cover(RUN)


def kept_folders(program: Sequence[str], *, may_be_kept: bool = True) -> list[Path]:
    """The folders below /run that the words of a command line name: its sockets are to be seen from outside.

    SystemExit where they cannot be kept.
    """
    found = []
    for word in program:
        path = Path(os.path.realpath(word)) if word.startswith("/") else Path(word)
        if RUN not in path.parents:
            continue
        folder = path if path.is_dir() else path.parent
        if not may_be_kept or folder == RUN:
            raise SystemExit(f"matinee tunnel: {word} cannot be seen from inside the room: choose a place not in {RUN}")
        found.append(folder)
    return found


def _cover_run() -> None:
    links = {each.name: each.readlink() for each in RUN.iterdir() if each.is_symlink()}
    _cover(RUN)
    for name, target in links.items():
        (RUN / name).symlink_to(target)


def _cover_etc(servers: int) -> None:
    """Everything in it is a link to the host's, but for the two files that tell who is asked for names."""
    made = RUN / ".etc"
    made.mkdir()
    _cover(made)
    for each in ETC.iterdir():
        (made / each.name).symlink_to(each.readlink() if each.is_symlink() else Path(OF_THE_HOST, each.name))
    for name in ("resolv.conf", "nsswitch.conf"):
        (made / name).unlink(missing_ok=True)
    (made / OF_THE_HOST).mkdir()
    with _opened(ETC) as host:
        _bind(host, made / OF_THE_HOST)
    (made / "nsswitch.conf").write_text(NSSWITCH)
    (made / "resolv.conf").touch()
    _bind(servers, made / "resolv.conf")
    check(_libc.mount(os.fsencode(made), os.fsencode(ETC), None, MS_MOVE, None), str(ETC))
    made.rmdir()


def _cover(folder: Path) -> None:
    options = b"mode=0755,size=1m"
    check(_libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", MS_NOSUID | MS_NODEV, options), str(folder))


def _bind(descriptor: int, target: Path) -> None:
    source = f"/proc/self/fd/{descriptor}".encode()
    check(_libc.mount(source, os.fsencode(target), None, MS_BIND | MS_REC, None), str(target))


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def check(result: int, name: str = "") -> None:
    """Raise what the C library has to say when a call of it failed."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name or None)
