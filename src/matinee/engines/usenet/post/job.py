"""What is known of a download when its last article is there, and what is said when all is done."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matinee.engines.usenet.post.checking import Arrived
from matinee.engines.usenet.post.opened import Opened
from matinee.engines.usenet.post.recovery import Volume
from matinee.pipeline.usenet_port import JobState

PROGRAMS = frozenset(
    {"exe", "com", "scr", "bat", "cmd", "pif", "lnk", "vbs", "vbe", "js", "jse", "wsf", "wsh", "ps1", "msi", "msp"}
    | {"hta", "cpl", "dll", "reg", "jar", "apk", "app", "dmg", "sh", "run", "desktop"}
)
LITTER = frozenset({"par2", "sfv", "srr", "srs", "nzb", "url"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be done. Endings are without their dot; a result with an `unwanted` one fails, if `refuses_unwanted`.

    `litter` is thrown away when all went well.
    """

    repairs: bool = True
    unpacks: bool = True
    deletes_archives: bool = True
    names_anew: bool = True
    drops_samples: bool = False
    unwanted: frozenset[str] = PROGRAMS
    refuses_unwanted: bool = True
    litter: frozenset[str] = LITTER


@dataclass(frozen=True, slots=True)
class PostJob:
    """A job as downloaded: its files, the par2 volumes that were not fetched, and passwords to try in this order."""

    name: str
    files: tuple[Arrived, ...]
    volumes: tuple[Volume, ...] = ()
    passwords: tuple[str, ...] = field(default=(), repr=False)
    wishes: Wishes = Wishes()
    opened: tuple[Opened, ...] = ()  # while they came


@dataclass(frozen=True, slots=True)
class PostResult:
    """How it ended. `is_waiting` for a disk that is full: nothing was lost, and doing it again may succeed.

    `message` is for a person and empty when all is well; `stages` what was done, in words.
    """

    is_complete: bool
    message: str = ""
    files: tuple[Path, ...] = ()
    password: str = field(default="", repr=False)
    is_encrypted: bool = False
    is_waiting: bool = False
    stages: Mapping[str, Sequence[str]] = field(default_factory=dict)


FetchMore = Callable[[Sequence[Volume]], Awaitable[Sequence[Arrived]]]
Tell = Callable[[JobState, str], None]


class Failed(Exception):
    """The job cannot be finished; the message is for a person."""

    def __init__(self, message: str, *, is_waiting: bool = False, is_encrypted: bool = False) -> None:
        super().__init__(message)
        self.is_waiting = is_waiting
        self.is_encrypted = is_encrypted


class Diary:
    """What was done to a job, by stage; each line is told at once as well."""

    def __init__(self, tell: Tell) -> None:
        self.stages: dict[str, list[str]] = {}
        self._tell = tell

    def now(self, stage: JobState, words: str = "") -> None:
        """What is going on, not kept."""
        self._tell(stage, words)

    def note(self, stage: JobState, words: str) -> None:
        """What was done, kept."""
        self.stages.setdefault(stage.value, []).append(words)
        self._tell(stage, words)
