"""A media file is a film on disk: what it holds and how it plays."""

from dataclasses import dataclass
from pathlib import PurePath

VIDEO_SUFFIXES = frozenset({".mkv", ".mp4", ".m4v", ".avi", ".mov", ".ts", ".m2ts", ".webm", ".wmv", ".mpg", ".mpeg"})
SUBTITLE_SUFFIXES = frozenset({".srt", ".ass", ".ssa", ".vtt", ".sub", ".idx", ".sup"})
EXECUTABLE_SUFFIXES = frozenset(
    {
        ".arj", ".bat", ".cmd", ".com", ".exe", ".hta", ".jar", ".js", ".lnk", ".lzh",
        ".msi", ".ps1", ".scr", ".sh", ".vbs", ".wsf", ".zipx",
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
    return path.suffix.lower() in VIDEO_SUFFIXES


def is_executable(path: PurePath) -> bool:
    """Whether the name is that of a program: nothing a film needs."""
    return path.suffix.lower() in EXECUTABLE_SUFFIXES
