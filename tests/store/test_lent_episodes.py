"""Episodes that another catalogue told in an outage give way to the title's own, and keep their place in the house."""

from dataclasses import replace
from datetime import UTC, datetime

from matinee.kernel.database import Database
from matinee.media.title import Episode, Kind, Title, TitleRef
from matinee.store.titles import episode_ids, keep_title, title_by_ref

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWN = Title(
    TitleRef(Kind.SERIES, "tmdb", "1"),
    "Night Tram",
    2019,
    episodes=(Episode(1, 1, "Line 9", "11"), Episode(1, 2, "Depot", "12")),
)
LENT = replace(
    OWN,
    episodes=(Episode(1, 1, "line 9", "tvdb:5"), Episode(1, 2, "depot", "tvdb:6"), Episode(1, 3, "loop", "tvdb:7")),
)


async def test_an_episode_keeps_its_place_when_its_own_source_is_back(on_sqlite: Database) -> None:
    before, _ = await kept(on_sqlite, LENT)
    after, names = await kept(on_sqlite, OWN)
    assert after == before and names == {"11": "Line 9", "12": "Depot", "tvdb:7": "loop"}


async def test_lent_episodes_never_stand_beside_own_ones(on_sqlite: Database) -> None:
    await kept(on_sqlite, OWN)
    _, names = await kept(on_sqlite, LENT)
    assert names == {"11": "Line 9", "12": "Depot", "tvdb:7": "loop"}


async def kept(database: Database, title: Title) -> tuple[dict[tuple[int, int], int], dict[str, str]]:
    """The ids of the episodes by their places, and their names by their numbers elsewhere."""
    title_id = await database.write(lambda tx: keep_title(tx, title, NOW))
    ids = await database.read(lambda db: episode_ids(db, title_id))
    known = await database.read(lambda db: title_by_ref(db, title.ref))
    assert known
    return ids, {one.source_id: one.name for one in known.title.episodes}
