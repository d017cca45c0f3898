"""The way into the room behind the tunnel: a program started through here finds no other door, not even for DNS."""

import argparse
import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matinee.engines.tunnel.file_ways import check, close_the_controls, close_the_file_ways, kept_folders
from matinee.kernel.errors import Refused

# Little but the standard library here: nothing heavy is loaded into a process that becomes another program at once.

NETNS = Path("/run/netns")
ROOM_FILE = "room.json"
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 1, 24, 38, 47, 4
# What would let a program leave the room again or take down its walls, or reach the machine past both.
RIGHTS_TAKEN = {
    "NET_ADMIN": 12,
    "SYS_MODULE": 16,
    "SYS_RAWIO": 17,
    "SYS_PTRACE": 19,
    "SYS_ADMIN": 21,
    "MKNOD": 27,
    "PERFMON": 38,
    "BPF": 39,
}
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Room:
    """Where the guarded programs live: a named network namespace, or the namespaces of the process that holds them.

    `started` is the holder's start time in clock ticks, so that another process with its number is not taken for it.
    """

    names: Path
    namespace: str = ""
    holder: int = 0
    started: int = 0

    def arguments(self, program: Sequence[str], *, parent: int | None = None) -> list[str]:
        """For the interpreter: start this program (its whole command line) inside the room."""
        where = ["--namespace", self.namespace] if self.namespace else ["--of", str(self.holder)]
        tied = ["--parent", str(parent)] if parent else []
        names = ["--names", str(self.names)] if self.namespace else []
        return ["-m", "matinee.engines.tunnel.inside", *where, *names, *tied, "--", *program]

    def inode(self) -> int:
        """Which network namespace it is; OSError when it is gone."""
        return (NETNS / self.namespace if self.namespace else Path(f"/proc/{self.holder}/ns/net")).stat().st_ino

    @property
    def is_there(self) -> bool:
        """Whether a program could be started inside now."""
        if self.namespace:
            return (NETNS / self.namespace).exists()
        return start_time(self.holder) == self.started


def write_room(file: Path, room: Room) -> None:
    """Leave word for those who start programs where the room is."""
    told = {"names": str(room.names), "namespace": room.namespace, "holder": room.holder, "started": room.started}
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(told))
    beside.replace(file)


def read_room(file: Path) -> Room | None:
    """The room that is there now, if there is one."""
    try:
        told = json.loads(file.read_text())
        room = Room(Path(told["names"]), told["namespace"], int(told["holder"]), int(told["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return room if room.is_there else None


def read_room_of(state: Path) -> Room | None:
    """The room of the tunnel whose memory lies in `state`."""
    return read_room(state / ROOM_FILE)


def arguments_inside(state: Path, program: Sequence[str], *, parent: int | None = None) -> list[str]:
    """For the interpreter: start this command line in the room whose tunnel has its memory in `state`.

    Refused while there is no room.
    """
    room = read_room_of(state)
    if room is None:
        raise Refused("the tunnel's room is not there yet; torrents wait for it")
    return room.arguments(program, parent=parent)


def start_time(pid: int) -> int:
    """When a process started, in clock ticks since the machine did; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] == "Z" else int(fields[19])


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m matinee.engines.tunnel.inside … -- program`: enter, and become that program."""
    asked = _arguments().parse_args(arguments)
    if asked.parent:
        end_with(asked.parent)
    try:
        _enter(asked)
    except OSError as error:
        raise SystemExit(f"matinee tunnel: the room cannot be entered: {error}") from error
    if asked.trial:
        return
    program = asked.program[1:] if asked.program[:1] == ["--"] else asked.program
    if not program:
        raise SystemExit("matinee tunnel: there is no program to start")
    os.execvp(program[0], program)  # noqa: S606  no shell is wanted


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="matinee inside", description=__doc__)
    parser.add_argument("--namespace", help="named network namespace to enter")
    parser.add_argument("--of", type=int, help="process whose namespaces are entered")
    parser.add_argument("--rootless", action="store_true", help="make new namespaces of one's own")
    parser.add_argument("--trial", action="store_true", help="only try whether a namespace can be made")
    parser.add_argument("--names", type=Path, help="resolv.conf of the tunnel")
    parser.add_argument("--parent", type=int, help="pid to end with")
    parser.add_argument("--keep-rights", action="store_true", help="for the programs that keep the room itself")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    return parser


def end_with(parent: int) -> None:
    """Be killed when the parent ends, also as the program that we become."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the process that started this one is gone")


def _enter(asked: argparse.Namespace) -> None:
    if asked.trial:
        check(_libc.unshare(CLONE_NEWNET | CLONE_NEWNS), "network namespace")
    elif asked.rootless:
        open_rootless()
    elif asked.of:
        kept_folders(asked.program, may_be_kept=False)
        join(asked.of)
        if not asked.keep_rights:
            close_the_controls()
    elif asked.namespace:
        join_network(NETNS / asked.namespace)
        check(_libc.unshare(CLONE_NEWNS))
    if asked.names:
        close_the_file_ways(asked.names, () if asked.rootless else kept_folders(asked.program))
    if (asked.namespace or asked.of) and not asked.keep_rights:
        give_up_rights()


def give_up_rights() -> None:
    """For the program that we become and all that it starts, also where it is not root's but was lent rights."""
    for number in RIGHTS_TAKEN.values():
        _libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)  # without rights there is nothing to take
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def open_rootless() -> None:
    """New user, network and mount namespaces in which we are root and outside of which we are nobody special."""
    uid, gid = os.geteuid(), os.getegid()
    check(_libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS), "user namespaces")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"0 {gid} 1")


def join(pid: int) -> None:
    """Enter all namespaces of a process, the user's first: that one gives the right to enter the others.

    The folder we stand in stays the same; without this it would be the root, and relative paths lead astray.
    """
    folder = Path.cwd()
    with contextlib.ExitStack() as opened:
        found = [opened.enter_context(_opened(f"/proc/{pid}/ns/{kind}")) for kind in ("user", "net", "mnt")]
        own = Path("/proc/self/ns/user").stat().st_ino
        for kind, descriptor in zip((CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWNS), found, strict=True):
            if kind != CLONE_NEWUSER or os.fstat(descriptor).st_ino != own:
                check(_libc.setns(descriptor, kind))
    os.chdir(folder)


def join_network(file: Path) -> None:
    """Enter a network namespace; for a thread, only that thread."""
    with _opened(str(file)) as descriptor:
        check(_libc.setns(descriptor, CLONE_NEWNET))


@contextlib.contextmanager
def _opened(path: str) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def bring_up_loopback() -> None:
    """A new network namespace's own device is down at first."""
    import fcntl  # noqa: PLC0415
    import struct  # noqa: PLC0415

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking.fileno(), 0x8914, struct.pack("16sh22x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS


if __name__ == "__main__":
    main(sys.argv[1:])
