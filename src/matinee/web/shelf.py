"""The library: what stands there, playing it, and where each viewer stopped."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from matinee.media.title import Kind, Title
from matinee.pipeline.parts import Parts
from matinee.store.files import LibraryFile, all_files, file_by_id, files_of_titles
from matinee.store.titles import episodes_by_id, title_by_id, titles_by_id
from matinee.store.watching import keep_place, places
from matinee.web.desk import AtDesk, Id, Me
from matinee.web.models import ChapterOut, KindName, Library, LibraryItem, Progress, WatchOut
from matinee.web.posters import availabilities, card, file_out, picture
from matinee.web.ranges import FileRange

router = APIRouter(prefix="/api", tags=["library"])


@router.get("/library")
async def read_library(desk: AtDesk, me: Me, kind: Annotated[KindName | None, Query()] = None) -> Library:
    """Everything that can be watched, newest first."""
    return await desk.parts.database.read(lambda db: _library(db, kind))


@router.get("/watch/{file_id}")
async def read_watch(file_id: Id, desk: AtDesk, me: Me) -> WatchOut:
    """All that the watch page needs."""
    return await desk.parts.database.read(lambda db: _watch(db, file_id, me.user.id))


@router.put("/watch/{file_id}/progress", status_code=204)
async def keep_progress(file_id: Id, body: Progress, desk: AtDesk, me: Me) -> None:
    """Remember where the viewer is."""
    file = await desk.parts.database.read(lambda db: file_by_id(db, file_id))
    await desk.parts.database.write(
        lambda tx: keep_place(
            tx,
            me.user.id,
            file.title_id,
            file.episode_id,
            position=body.position,
            duration=body.duration,
            moment=desk.parts.clock(),
        )
    )


@router.get("/files/{file_id}/stream", response_class=Response)
@router.head("/files/{file_id}/stream", response_class=Response, include_in_schema=False)
async def stream(file_id: Id, desk: AtDesk, me: Me) -> Response:
    """The film itself, from any byte on."""
    file = await desk.parts.database.read(lambda db: file_by_id(db, file_id))
    return FileRange(path_of(desk.parts, file))


def path_of(parts: Parts, file: LibraryFile) -> Path:
    """Where a file of the library lies."""
    return parts.shelf.library / file.path


def _library(db: Connection, kind: str | None) -> Library:
    by_title: dict[int, list[LibraryFile]] = {}
    for file in all_files(db):
        by_title.setdefault(file.title_id, []).append(file)
    titles = titles_by_id(db, by_title)
    state = availabilities(db, by_title)
    items = [
        LibraryItem(
            card=card(titles[title_id].title.card, state.get(title_id, "available")),
            title_id=title_id,
            files=len(files),
            size=sum(file.size for file in files),
            added=max(file.added for file in files),
            next_file_id=files[-1].id,
        )
        for title_id, files in by_title.items()
        if kind is None or titles[title_id].title.kind == kind
    ]
    items.sort(key=lambda item: item.added, reverse=True)
    return Library(items=items, total_size=sum(item.size for item in items))


def _watch(db: Connection, file_id: int, user_id: int) -> WatchOut:
    file = file_by_id(db, file_id)
    title = title_by_id(db, file.title_id).title
    place = places(db, user_id, [file.title_id]).get((file.title_id, file.episode_id))
    return WatchOut(
        file=file_out(file, place),
        label=_label(db, title, file),
        ref=str(title.ref),
        poster=picture(title.poster),
        backdrop=picture(title.backdrop),
        chapters=[ChapterOut(start=chapter.start, name=chapter.name) for chapter in file.facts.chapters],
        next_file_id=_next(db, title, file),
    )


def _label(db: Connection, title: Title, file: LibraryFile) -> str:
    if file.episode_id is None:
        return f"{title.name} ({title.year})" if title.year else title.name
    episode = episodes_by_id(db, [file.episode_id])[file.episode_id]
    return f"{title.name} S{episode.season:02}E{episode.number:02} {episode.name}".strip()


def _next(db: Connection, title: Title, file: LibraryFile) -> int | None:
    """The file of the episode after this one."""
    if title.kind is Kind.MOVIE or file.episode_id is None:
        return None
    held = {one.episode_id: one.id for one in files_of_titles(db, [file.title_id])[file.title_id] if one.episode_id}
    order = sorted((episode.season, episode.number, id) for id, episode in episodes_by_id(db, held).items())
    ids = [id for *_, id in order]
    after = ids[ids.index(file.episode_id) + 1 :]
    return held[after[0]] if after else None
