"""What the child does: open the file, read its head, count its streams; it may crash without harm."""

import contextlib
import resource
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
from av.stream import Disposition

from matinee.media.file import Chapter, MediaFacts

MEMORY = 2 << 30  # bytes of address space, most of it libraries
CPU_SECONDS = 15
LONGEST_ANSWER = 1 << 20  # bytes
MOST_CHAPTERS = 500
LONGEST_NAME = 120  # characters

FORMATS = "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,mpegts,mpeg,asf,flv,ogg,mpegvideo,m4v,h264,hevc"
"""No playlists among them: an `.mp4` that is an HLS list in truth would make us fetch what it names."""

OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}


def limit_ourselves() -> None:
    """From here on: bounded memory and time, hardly anything written, no core dump."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LONGEST_ANSWER),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        with contextlib.suppress(ValueError):  # the house itself runs with less
            resource.setrlimit(kind, (most, most))


def probe_file(path: Path) -> MediaFacts:
    """The facts of a file, sound without a picture included; raises av.FFmpegError for anything else."""
    av.logging.set_level(None)
    with av.open(f"file:{path}", options=OPTIONS, metadata_errors="replace") as container:
        picture = next((stream for stream in container.streams.video if not _is_cover(stream)), None)
        sound = container.streams.audio
        return MediaFacts(
            duration=_duration(container),
            width=picture.codec_context.width if picture else 0,
            height=picture.codec_context.height if picture else 0,
            video_codec=_codec(picture) or "",
            audio_codec=_codec(sound[0]) if sound else None,
            container=container.format.name,
            audio_languages=_languages(sound),
            subtitle_languages=_languages(container.streams.subtitles),
            chapters=_chapters(container),
        )


def _is_cover(stream: Any) -> bool:
    """A poster inside a music file is no film."""
    return bool(stream.disposition & Disposition.attached_pic)


def _duration(container: Any) -> float:
    """Seconds by the file's head, else by its longest stream; 0 when it does not tell."""
    if container.duration:
        return float(container.duration / av.time_base)
    lengths = [float(s.duration * s.time_base) for s in container.streams if s.duration and s.time_base]
    return max(lengths, default=0.0)


def _codec(stream: Any) -> str | None:
    context = stream.codec_context if stream else None
    return str(context.name) if context else None


def _languages(streams: Iterable[Any]) -> tuple[str, ...]:
    """As the file writes them, each once, in order; unknown ones are left out."""
    told = (str(stream.metadata.get("language", "")).strip()[:LONGEST_NAME] for stream in streams)
    return tuple(dict.fromkeys(language for language in told if language not in ("", "und")))


def _chapters(container: Any) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(round(float(chapter["start"] * chapter["time_base"]), 3), _name(chapter, number))
        for number, chapter in enumerate(container.chapters()[:MOST_CHAPTERS], start=1)
    )


def _name(chapter: Any, number: int) -> str:
    return str(chapter["metadata"].get("title") or f"Chapter {number}")[:LONGEST_NAME]
