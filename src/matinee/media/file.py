"""A media file is a film on disk: what it holds and how it plays."""

from dataclasses import dataclass
from pathlib import PurePath

VIDEO_SUFFIXES = frozenset({".mkv", ".mp4", ".m4v", ".avi", ".mov", ".ts", ".m2ts", ".webm", ".wmv", ".mpg", ".mpeg"})
ARCHIVE_SUFFIXES = frozenset({".rar", ".zip", ".7z", ".tar", ".gz", ".bz2", ".xz", ".001", ".cbr", ".ace"})
DISC_SUFFIXES = frozenset({".iso", ".img", ".nrg", ".mdf", ".bin", ".vob", ".ifo", ".bup"})
SUBTITLE_SUFFIXES = frozenset({".srt", ".ass", ".ssa", ".vtt", ".sub", ".idx", ".sup"})
EXECUTABLE_SUFFIXES = frozenset(
    {
        ".arj", ".bat", ".cmd", ".com", ".cpl", ".exe", ".hta", ".jar", ".js", ".jse", ".lnk", ".lzh",
        ".msi", ".pif", ".ps1", ".reg", ".scr", ".sh", ".vbe", ".vbs", ".wsf", ".wsh", ".zipx",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chapter:
    """A place in a film with a name; start in seconds."""

    start: float
    name: str


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What a probe finds inside a file: duration in seconds, picture size in pixels, codecs by name."""

    duration: float
    width: int
    height: int
    video_codec: str
    audio_codec: str | None
    container: str
    audio_languages: tuple[str, ...] = ()
    subtitle_languages: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] = ()


def is_video(path: PurePath) -> bool:
    """Whether the name is that of a film."""
    return _suffix(path) in VIDEO_SUFFIXES


def is_executable(path: PurePath) -> bool:
    """Whether the name is that of a program: nothing a film needs."""
    return _suffix(path) in EXECUTABLE_SUFFIXES


def is_archive(path: PurePath) -> bool:
    """Whether the name is that of a packed file, or of a part of one as `film.r07`."""
    suffix = _suffix(path)
    return suffix in ARCHIVE_SUFFIXES or (len(suffix) == 4 and suffix[1] == "r" and suffix[2:].isdigit())


def is_disc_image(path: PurePath) -> bool:
    """Whether the name is that of an untouched disc or of one of its parts."""
    return _suffix(path) in DISC_SUFFIXES or any(part.lower() == "bdmv" for part in path.parts)


def _suffix(path: PurePath) -> str:
    """The suffix as a desktop sees it: `film.exe . ` still runs."""
    return path.with_name(path.name.rstrip(" .") or "_").suffix.lower() if path.name else ""
