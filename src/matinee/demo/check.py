"""Checks what arrived as a suspicious person would: the file, its name, its bytes, and the moving picture."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matinee.demo.guest import Guest
from matinee.kernel.errors import MatineeError
from matinee.pipeline.parts import Parts
from matinee.store.files import LibraryFile, file_by_id
from matinee.web.models import JourneyOut, RequestOut

_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw; `stage` is the stage of the journey that it vouches for."""

    stage: str
    what: str
    ok: bool
    seen: str
    skipped: bool = False


async def check_all(parts: Parts, guest: Guest, wishes: Sequence[RequestOut]) -> list[Finding]:
    """Check every file that came, then play the first one in a browser."""
    findings: list[Finding] = []
    journeys = [journey for wish in wishes for journey in wish.journeys]
    for journey in journeys:
        findings += await _check_journey(parts, guest, journey)
    film = journeys[0].file_id
    if film is not None:
        findings.append(await _plays_in_a_browser(guest, film))
    return findings


async def _check_journey(parts: Parts, guest: Guest, journey: JourneyOut) -> list[Finding]:
    if journey.file_id is None:
        return [Finding("imported", journey.label, False, "no file is in the library")]
    file = await parts.database.read(lambda db: file_by_id(db, journey.file_id or 0))
    path = parts.shelf.library / file.path
    return [
        _is_hardlinked(journey.label, path, parts.shelf.downloads),
        _is_named(journey, file),
        await _probes_as_video(parts, journey.label, path),
        await _plays_by_range(guest, journey, path),
    ]


def _is_hardlinked(label: str, path: Path, downloads: Path) -> Finding:
    mine = path.stat()
    twins = [one for one in downloads.rglob("*") if one.is_file() and one.stat().st_ino == mine.st_ino]
    ok = bool(twins) and mine.st_nlink == len(twins) + 1
    return Finding("imported", f"{label} is one file on disk", ok, f"{mine.st_nlink} names, inode {mine.st_ino}")


def _is_named(journey: JourneyOut, file: LibraryFile) -> Finding:
    number = f"S{journey.season:02}E{journey.episode:02}" if journey.season is not None else ""
    name = journey.label.removesuffix(number).strip()
    folder, stem = file.path.parts[1], file.path.stem
    ok = folder.startswith(name) and stem.startswith(name) and number in stem and stem.endswith(file.quality)
    return Finding("imported", f"{journey.label} has its proper name", ok, str(file.path))


async def _probes_as_video(parts: Parts, label: str, path: Path) -> Finding:
    try:
        facts = await parts.probe(path)
    except MatineeError as error:
        return Finding("imported", f"{label} is a film", False, str(error))
    ok = facts.duration > 1 and facts.width > 0 and facts.audio_codec is not None
    seen = f"{facts.video_codec} {facts.width}x{facts.height}, {facts.audio_codec}, {facts.duration:.0f} s"
    return Finding("imported", f"{label} is a film", ok, seen)


async def _plays_by_range(guest: Guest, journey: JourneyOut, path: Path) -> Finding:
    """Ask for a stretch in the middle and compare it with the file."""
    size = path.stat().st_size
    start = size // 2
    headers = {"Range": f"bytes={start}-{start + _CHUNK - 1}"}
    answer = await guest.http.get(f"/api/files/{journey.file_id}/stream", headers=headers)
    with path.open("rb") as file:
        file.seek(start)
        ok = answer.status_code == 206 and answer.content == file.read(_CHUNK)
    seen = f"HTTP {answer.status_code}, {answer.headers.get('content-range')}"
    return Finding("ready", f"{journey.label} plays from any byte on", ok, seen)


async def _plays_in_a_browser(guest: Guest, file_id: int) -> Finding:
    what = "the film moves in a browser"
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    if chromium is None:
        return Finding("ready", what, False, "no Chromium is installed", skipped=True)
    try:
        from matinee.demo.browser import watch
    except ImportError:
        return Finding("ready", what, False, "the Python package playwright is not installed", skipped=True)
    try:
        seconds = await watch(chromium, guest, file_id)
    except MatineeError as error:
        return Finding("ready", what, False, str(error))
    return Finding("ready", what, seconds > 0, f"video.currentTime reached {seconds:.1f} s")
