"""What changed since you last asked: sync/maindata tells a client only what is new to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from matinee.pipeline.torrent_port import Category, ShareLimits, Torrent, TorrentEngine
from matinee.products.qbittorrent.rows import torrent_row, transfer_row
from matinee.products.qbittorrent.wire import CategoryRow, MainData, TorrentRow

MOST_RIDS = 1_000_000
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything there was to tell at one moment."""

    torrents: Mapping[str, TorrentRow] = field(default_factory=dict)
    categories: Mapping[str, CategoryRow] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    server: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Memory:
    """What one client was told: the last answer, and the last one it is known to have received."""

    rid: int = 0
    told: Picture = field(default_factory=Picture)
    accepted_rid: int = 0
    accepted: Picture = field(default_factory=Picture)
    revision: int = -1


class Painter:
    """Takes pictures of the engine; a torrent that did not change keeps its row while the limits of all stay."""

    def __init__(self, engine: TorrentEngine) -> None:
        self._engine = engine
        self._rows: dict[str, tuple[Torrent, TorrentRow]] = {}
        self._limits = ShareLimits()

    def paint(self) -> Picture:
        """The picture of now."""
        return Picture(self._torrent_rows(), category_rows(self._engine), self._engine.tags(), self._server_state())

    def _torrent_rows(self) -> dict[str, TorrentRow]:
        torrents, limits = self._engine.torrents(), self._engine.preferences().limits
        if limits != self._limits:
            self._limits, self._rows = limits, {}
        self._rows = {id: self._row(id, torrent) for id, torrent in torrents.items()}
        return {id: row for id, (_, row) in self._rows.items()}

    def _row(self, id: str, torrent: Torrent) -> tuple[Torrent, TorrentRow]:
        kept = self._rows.get(id)
        if kept and kept[0] is torrent:
            return kept
        row = torrent_row(torrent, self._limits)
        del row["hash"]
        return torrent, row

    def _server_state(self) -> dict[str, Any]:
        traffic, preferences = self._engine.traffic(), self._engine.preferences()
        return {
            **transfer_row(traffic, preferences),
            "free_space_on_disk": traffic.free_space,
            "queueing": preferences.queueing,
            "refresh_interval": 1500,
            "use_alt_speed_limits": preferences.alternative.on,
            "alltime_dl": traffic.downloaded,
            "alltime_ul": traffic.uploaded,
            "global_ratio": f"{traffic.uploaded / traffic.downloaded:.2f}" if traffic.downloaded else "-",
        }


def category_rows(engine: TorrentEngine) -> dict[str, CategoryRow]:
    """All categories by name."""
    return {name: _category_row(name, category) for name, category in sorted(engine.categories().items())}


def _category_row(name: str, category: Category) -> CategoryRow:
    row: CategoryRow = {"name": name, "savePath": category.folder}
    if category.incomplete or category.skips_incomplete:
        row["download_path"] = category.incomplete or False
    return row


async def maindata(engine: TorrentEngine, painter: Painter, memory: Memory, rid: int, wait: float) -> MainData:
    """The answer to a client that last received `rid`; with `wait` (ours alone) it comes when there is news."""
    if rid and rid == memory.rid:
        memory.accepted_rid, memory.accepted = memory.rid, memory.told
        await engine.changed_since(memory.revision, min(wait, LONGEST_WAIT))
    whole = rid == 0 or rid != memory.accepted_rid
    before = Picture() if whole else memory.accepted
    memory.revision = engine.revision
    picture = painter.paint()
    memory.rid = memory.rid % MOST_RIDS + 1
    memory.told = picture
    answer: MainData = {"rid": memory.rid, **difference(before, picture)}
    return {**answer, "full_update": True} if whole else answer


def difference(before: Picture, after: Picture) -> MainData:
    """What a client that knows `before` must hear to know `after`; empty parts are left out."""
    told: dict[str, Any] = {
        "torrents": _changed_rows(before.torrents, after.torrents),
        "torrents_removed": sorted(before.torrents.keys() - after.torrents.keys()),
        "categories": {name: row for name, row in after.categories.items() if before.categories.get(name) != row},
        "categories_removed": sorted(before.categories.keys() - after.categories.keys()),
        "tags": sorted(after.tags - before.tags),
        "tags_removed": sorted(before.tags - after.tags),
        "server_state": _changed_fields(before.server, after.server),
    }
    return cast(MainData, {part: news for part, news in told.items() if news})


def _changed_rows(before: Mapping[str, TorrentRow], after: Mapping[str, TorrentRow]) -> dict[str, dict[str, Any]]:
    moved = ((id, before.get(id, {}), row) for id, row in after.items() if before.get(id) is not row)
    changes = ((id, _changed_fields(old, row)) for id, old, row in moved)
    return {id: changed for id, changed in changes if changed or id not in before}


def _changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    missing = object()
    return {name: value for name, value in after.items() if before.get(name, missing) != value}
